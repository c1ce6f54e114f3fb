import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { trainSmall } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;

folder.write("data.csv", smallCsv());
folder.write("more.csv", smallCsv(15));
beforeAll(() => trainSmall(cwd, "y"));

describe("a model file", () => {
  it("comes first, which is said where a table stands in its place", async () => {
    const { code, stdout, stderr } = await psilon(["predict", "more.csv", "y.safetensors"], { cwd });
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr:
        'error: "more.csv" is a table, where a model is expected; the model comes first, then the table.\n',
    });
  });

  const bytes = () => readFileSync(join(cwd, "y.safetensors"));
  it.each([
    [
      "that is missing",
      () => null,
      /^There is no model file "m\.safetensors"; check its name and its folder\.$/,
    ],
    ["that is truncated", () => bytes().subarray(0, -1), /^m\.safetensors is truncated/],
    ["whose header is truncated", () => bytes().subarray(0, 100), /^m\.safetensors is truncated/],
    ["that is empty", () => bytes().subarray(0, 0), /^m\.safetensors /],
    ["that is a table", () => Buffer.from(smallCsv()), /^m\.safetensors is not a safetensors file/],
    [
      "of another version",
      () =>
        Buffer.from(bytes().toString("latin1").replace('{\\"version\\":1,', '{\\"version\\":9,'), "latin1"),
      /^m\.safetensors is of version 9 of the model format/,
    ],
  ])("%s is refused in one sentence by every command that reads one", async (_, contents, sentence) => {
    const made = contents();
    const name = "m.safetensors";
    if (made) folder.write(name, Uint8Array.from(made));
    for (const argv of [
      ["inspect", name],
      ["predict", name, "more.csv", "--out", "no.csv"],
      ["prune", name, "data.csv", "--sparsity", "0.5", "--out", "no.csv"],
    ]) {
      const { code, stdout, stderr } = await psilon(argv, { cwd });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
      expect(stderr.slice("error: ".length, -1)).toMatch(sentence);
    }
    expect(existsSync(join(cwd, "no.csv"))).toBe(false);
  });
});
