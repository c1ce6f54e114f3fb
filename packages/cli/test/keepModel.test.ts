import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "psilon";
import { expect, it } from "vitest";
import { keepModel } from "../src/keepModel.js";
import { temporaryFolder } from "./support/folder.js";

const folder = temporaryFolder();
const model = Uint8Array.of(1, 2, 3);
const full = new InputError({
  code: "unwritable",
  found: 'The file "m.st" cannot be written: the disk is full',
  where: { source: "m.st" },
});
const refuse = (error: Error) => () => Promise.reject(error);

it("a trained model that cannot be written where it should is kept elsewhere, and the error says where", async () => {
  const error = await keepModel(model, refuse(full), folder.path).catch((found: Error) => found);
  const [name] = readdirSync(folder.path);
  expect(name).toMatch(/^psilon-model-.*\.safetensors$/);
  expect(String((error as Error).message)).toBe(
    `The file "m.st" cannot be written: the disk is full; the trained model was kept in "${join(folder.path, name)}": move it to where there is room.`,
  );
  expect([...readFileSync(join(folder.path, name))]).toEqual([1, 2, 3]);
});

it("a model that can be written is nowhere else, and where nothing can be the first error stays", async () => {
  const before = readdirSync(folder.path);
  const written: Uint8Array[] = [];
  await keepModel(model, async (bytes) => void written.push(bytes), folder.path);
  expect(written).toEqual([model]);
  await expect(keepModel(model, refuse(full), join(folder.path, "none"))).rejects.toBe(full);
  const fault = new TypeError("no model");
  await expect(keepModel(model, refuse(fault), folder.path)).rejects.toBe(fault);
  expect(readdirSync(folder.path)).toEqual(before);
});
