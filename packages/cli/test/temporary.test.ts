import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { temporaryPath, whileThere } from "../src/temporary.js";
import { temporaryFolder } from "./support/folder.js";

const folder = temporaryFolder();
const built = fileURLToPath(new URL("../dist/temporary.js", import.meta.url));

it.each([
  ["the work is done", "", 0],
  ["the work fails", "throw new Error()", 1],
  ["the process ends in the middle", "process.exit(3)", 3],
  [
    "something else fails in the middle",
    "await new Promise(() => setTimeout(() => { throw new Error(); }))",
    1,
  ],
])("a temporary folder is gone when %s", (_, ending, code) => {
  const script = `
    import { mkdirSync, writeFileSync } from "node:fs";
    import { temporaryPath, whileThere } from ${JSON.stringify(built)};
    const path = temporaryPath(${JSON.stringify(folder.path)});
    await whileThere(path, async () => {
      mkdirSync(path);
      writeFileSync(path + "/table", "text");
      ${ending}
    });`;
  const { status } = spawnSync(process.execPath, ["--input-type=module", "--eval", script]);
  expect(status).toBe(code);
  expect(readdirSync(folder.path)).toEqual([]);
});

it("what would lie under a file is not there", async () => {
  writeFileSync(join(folder.path, "file"), "");
  const refused = whileThere(join(folder.path, "file", "x"), () => Promise.reject(new Error("Why.")));
  await expect(refused).rejects.toThrow("Why.");
});

it("temporary paths differ", () => {
  expect(temporaryPath("a")).not.toBe(temporaryPath("a"));
});
