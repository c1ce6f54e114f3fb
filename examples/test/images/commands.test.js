import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decode } from "fast-png";
import { afterAll, expect, test } from "vitest";
import { recordsOf } from "./records.js";

const examples = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "psilon-"));
const data = join(folder, "some.bin");
writeFileSync(data, recordsOf(100));
mkdirSync(join(folder, "folders", "a.bin"), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

function run(name, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(examples, name), ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

function sizeOf(path) {
  const { width, height } = decode(readFileSync(path));
  return [width, height];
}

test("the convolutional network's command ends with tables and pictures of its kernels and mistakes", () => {
  const out = join(folder, "cnn");
  const { code, stdout, stderr } = run("cnn", "--data", data, "--steps", "2", "--prune", "0.5", "--out", out);
  const paths = [join(out, "first-layer.png"), join(out, "mistakes.png")];
  expect({ code, stderr }).toEqual({ code: 0, stderr: paths.map((path) => `Wrote ${path}\n`).join("") });
  expect(stdout).toMatch(/^\| weights \| normalize \| optimizer \| accuracy \|/);
  expect(stdout).toMatch(/\n\| 1: 8 × 75 +\| .* %/);
  expect(stdout).toMatch(/\n\| taken for \| /);
  // 8 kernels of 5 × 5, and 12 images of 32 × 32.
  expect(paths.map(sizeOf)).toEqual([
    [8 * 58 - 8, 50],
    [12 * 104 - 8, 96],
  ]);
});

test("the transformer's command says its figures as JSON, too", () => {
  const { code, stdout } = run("vit", "--data", data, "--steps", "2", "--quick", "--json");
  expect(code).toBe(0);
  const { outcome, losses, logKappa, files } = JSON.parse(stdout);
  expect([outcome, losses.length, logKappa.after.length]).toEqual(["finished", 1, 14]);
  // 32 patches of 8 × 8 in two rows.
  expect(sizeOf(join(folder, files[0]))).toEqual([16 * 88 - 8, 2 * 88 - 8]);
});

test.each([
  [
    "cnn",
    ["--normalize", "layer"],
    /'--normalize <how>' argument 'layer' is invalid\. Allowed choices are batch, none/,
  ],
  ["cnn", ["--data", "folders"], /^error: The file "folders.a\.bin" cannot be read: EISDIR: .*\.\n$/],
  ["vit", ["--data", "none.bin"], "error: There is no file or folder none.bin.\n"],
  ["cnn", ["--data", examples], /^error: The folder .* has no file that ends in \.bin or \.bin\.gz/],
  [
    "vit",
    ["--prune", "2"],
    /^error: option '--prune <share>' .* A share of at least 0 and below 1 is needed\.\n$/,
  ],
])("what %s %j names wrong is refused in a sentence", (name, args, sentence) => {
  const { code, stdout, stderr } = run(name, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(sentence);
});
