import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { trainSmall } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;
const text = (name: string) => readFileSync(join(cwd, name), "utf8");

folder.write("data.csv", smallCsv());
beforeAll(() => trainSmall(cwd, "y"));

const exported = (...argv: string[]) => psilon(["export", "y.safetensors", ...argv], { cwd });

describe("psilon export", () => {
  it("writes a JavaScript module, and its types beside it by the ending that TypeScript looks for", async () => {
    const { code, stdout } = await exported("--to", "js", "--out", "y.mjs", "--certify", "--json");
    expect(code).toBe(0);
    const files = ["y.mjs", "y.d.mts"].map((file) => ({ file, bytes: Buffer.byteLength(text(file)) }));
    expect(JSON.parse(stdout)).toMatchObject({ format: "js", files, columns: ["a", "b", "c"] });
    const { predict, bounds } = await import(pathToFileURL(join(cwd, "y.mjs")).href);
    expect(predict({ a: 0.5, b: -1, c: "right" }).y).toBeCloseTo(5, 0);
    expect(bounds.columns).toHaveLength(3);
    expect(text("y.d.mts")).toContain('readonly "y": number;');
    expect((await exported("--to", "js", "--out", "plain.js")).code).toBe(0);
    expect(text("plain.d.ts")).not.toContain("bounds");
    expect(text("plain.js")).not.toContain("bounds");
  });

  it("writes a Python script with the model's file beside it, unless that is the very one that was read", async () => {
    const model = readFileSync(join(cwd, "y.safetensors"));
    const elsewhere = await exported("--to", "python", "--out", "z.py", "--json");
    expect(JSON.parse(elsewhere.stdout).files.map(({ file }: { file: string }) => file)).toEqual([
      "z.py",
      "z.safetensors",
    ]);
    expect(readFileSync(join(cwd, "z.safetensors"))).toEqual(model);
    const beside = await exported("--to", "python", "--out", "y.py", "--json");
    expect(JSON.parse(beside.stdout).files.map(({ file }: { file: string }) => file)).toEqual(["y.py"]);
    expect(readFileSync(join(cwd, "y.safetensors"))).toEqual(model);
    expect(text("y.py")).toBe(text("z.py"));
  });

  it("does not write over another model beside a Python script", async () => {
    writeFileSync(join(cwd, "other.safetensors"), "another model");
    const { code, stderr } = await exported("--to", "python", "--out", "other.py");
    expect(code).toBe(2);
    expect(stderr).toBe(
      'error: The file "other.safetensors", which belongs beside what --out names, holds something else; move it, or give what --out names another name.\n',
    );
    expect(readFileSync(join(cwd, "other.safetensors"), "utf8")).toBe("another model");
    expect(existsSync(join(cwd, "other.py"))).toBe(false);
  });

  it("says of a Python script by which name it could be imported, where its own is none to Python", async () => {
    for (const [out, importable] of [
      ["my model.py", "my_model.py"],
      ["price-2.py", "price_2.py"],
      ["2nd.py", "_2nd.py"],
      ["class.py", "class_.py"],
      ["price.v2.py", "price_v2.py"],
      ["script", "script.py"],
      ["größe_2.py", null],
      ["y.py", null],
    ] as const) {
      const { code, stderr } = await exported("--to", "python", "--out", out);
      expect([code, stderr]).toEqual([
        0,
        importable === null
          ? ""
          : `note: Python's import statement cannot name "${out}": call it ${importable} to import it.\n`,
      ]);
    }
  });

  it("refuses a script that would be named as the model's file beside it", async () => {
    const { code, stderr } = await exported("--to", "python", "--out", "new.safetensors");
    expect([code, stderr]).toEqual([
      2,
      'error: The file "new.safetensors" would be both what --out names and what belongs beside it; give the one that --out names another ending.\n',
    ]);
    expect(existsSync(join(cwd, "new.safetensors"))).toBe(false);
  });

  it("refuses bounds of a format that has none", async () => {
    const { code, stderr } = await exported("--to", "python", "--out", "y.py", "--certify");
    expect([code, stderr]).toEqual([
      2,
      "error: The option --certify means nothing to the format python; leave it out.\n",
    ]);
  });
});
