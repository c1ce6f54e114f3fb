import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, it, vi } from "vitest";
import { readProblem } from "../../src/data/readProblem.js";
import { readFrame } from "../../src/tables/readFrame.js";
import { temporaryFolder } from "../support/folder.js";

// The superuser, who runs tests in containers, may read every file.
vi.mock("node:fs/promises", async (original) => ({
  ...(await original<typeof import("node:fs/promises")>()),
  access: async () => {
    throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
  },
}));

const folder = temporaryFolder();

it.each([
  ["t.csv", "a,y\n1,2\n"],
  ["t.json", '[{"a": 1, "y": 2}]'],
  ["t.parquet", "PAR1"],
  ["t.duckdb", "none"],
])("the table %s that may not be read is refused in one sentence", async (name, contents) => {
  const path = folder.write(name, contents);
  const input = { stdin: Readable.from([""]), signal: new AbortController().signal };
  await expect(readFrame(path, input)).rejects.toThrow(
    expect.objectContaining({
      name: "InputError",
      message: `The file "${join(folder.path, name)}" is read-protected; allow yourself to read it (chmod u+r), or name another one.`,
    }),
  );
});

it("any other trouble with a file is a sentence as well", () => {
  expect(readProblem("model file", "m.st", Object.assign(new Error(), { code: "EIO" })).message).toBe(
    'The model file "m.st" cannot be read (EIO); check its disk, or name another one.',
  );
});
