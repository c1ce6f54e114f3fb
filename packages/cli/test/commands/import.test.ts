import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";

const folder = temporaryFolder();
const cwd = folder.path;
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../psilon/test/fixtures/onnx/${name}.onnx`, import.meta.url));
copyFileSync(fixture("pytorch-residual"), join(cwd, "net.onnx"));
copyFileSync(fixture("pytorch-softmax"), join(cwd, "kinds.onnx"));

const rows = Array.from({ length: 40 }, (_, i) => [
  Math.sin(i),
  Math.cos(3 * i),
  i / 10,
  (i * 7) % 5,
  `n${i}`,
  i % 3,
  2 * i - 9,
]);
folder.write("houses.csv", ["age,area,rooms,floor,street,low,high", ...rows].join("\n"));

describe("psilon import", () => {
  it("makes a model that is inspected, tested, predicted with, certified and pruned", async () => {
    const made = await psilon(["import", "net.onnx", "--out", "net.safetensors"], { cwd });
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(made.stdout).toMatch(/^imported {2}from net\.onnx, by pytorch 1\.13/);
    expect(made.stdout).toMatch(/^columns {3}4 columns: x1, x2, x3, x4$/m);
    const columns = ["--like", "houses.csv", "--target", "low", "--target", "high"];
    folder.write("inputs.csv", ["x1,x2,x3,x4", ...rows.map((row) => row.slice(0, 4))].join("\n"));
    const few = ["--columns", "few.json"];
    folder.write(
      "few.json",
      JSON.stringify({ columns: ["age", "area", "rooms", "floor"], target: ["low", "high"] }),
    );
    expect((await psilon(["import", "net.onnx", ...few, "--out", "m.safetensors"], { cwd })).code).toBe(0);
    const predict = async (model: string, data: string) => {
      const { code, stdout } = await psilon(["predict", model, data, "--json"], { cwd });
      expect(code).toBe(0);
      return stdout;
    };
    const csv = (text: string) => text.replace(/"[^"]*"/g, "");
    expect(csv(await predict("m.safetensors", "houses.csv"))).toBe(
      csv(await predict("net.safetensors", "inputs.csv")),
    );
    const inspected = await psilon(["inspect", "m.safetensors"], { cwd });
    expect(inspected.stdout).toMatch(/^imported {2}from net\.onnx, by pytorch 1\.13/m);
    expect(inspected.stdout).not.toMatch(/trained|preset|seed/);
    const tested = await psilon(["test", "m.safetensors", "houses.csv"], { cwd });
    expect([tested.code, tested.stdout]).toEqual([
      0,
      expect.stringMatching(/^constant {2}not known: the network was trained elsewhere$/m),
    ]);
    const certified = await psilon(
      ["certify", "m.safetensors", "houses.csv", "--tolerance", "1e6", "--radius", "0.01", "--json"],
      { cwd },
    );
    expect(certified.code).toBe(0);
    const alike = await psilon(["import", "net.onnx", ...columns, "--out", "alike.safetensors", "--json"], {
      cwd,
    });
    const { target, imported } = JSON.parse(alike.stdout);
    expect(target).toMatchObject({ task: "regression", names: ["low", "high"] });
    expect(imported).toMatchObject({ file: "net.onnx" });
    const pruned = await psilon(
      ["prune", "alike.safetensors", "houses.csv", "--sparsity", "0.5", "--out", "small.safetensors"],
      { cwd },
    );
    expect(pruned.code).toBe(0);
    const after = await psilon(["inspect", "small.safetensors"], { cwd });
    expect(after.stdout).toMatch(/^pruned {4}on 40 rows$/m);
  });

  it("makes a classifier of a network that ends in Softmax", async () => {
    const { code, stdout } = await psilon(
      ["import", "kinds.onnx", "--target", "kind", "--classes", "a,b, c", "--out", "k.safetensors"],
      { cwd },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^predicts {2}kind: a, b, c$/m);
  });

  it.each([
    [["gone.onnx"], 'There is no ONNX file "gone.onnx"'],
    [["houses.csv"], '"houses.csv" is a table, where an ONNX file is expected'],
    [["net.onnx.gz"], '"net.onnx.gz" is compressed by gzip, where an ONNX file is expected; unpack it first'],
    [["net.safetensors"], '"net.safetensors" is a safetensors file, where an ONNX file is expected'],
    [["net.onnx", "--missing", "-999"], "--missing is about the table that --like names, but none is named"],
    [["net.onnx", "--no-header"], "--no-header is about the table that --like names"],
    [["kinds.onnx", "--classes", "a,a,b"], 'names the class "a" twice'],
    [["net.onnx", "--target", "price"], "predicts 2 numbers, but one target was named"],
    [
      ["net.onnx", "--columns", "a.json", "--like", "houses.csv"],
      "The options --columns and --like both say what",
    ],
    [
      ["net.onnx", "--columns", "houses.csv"],
      'The file "houses.csv" does not say what the columns are: it is not JSON',
    ],
    [["net.onnx", "--columns", "list.json"], "it is no JSON object; write as in"],
    [["net.onnx", "--columns", "slip.json"], 'there is no part "column"'],
    [["net.onnx", "--columns", "odd.json"], 'The option "columns" is the number 3'],
    [["net.onnx", "--like", "houses.csv"], "takes 4 inputs, but houses.csv has 6 columns of numbers"],
  ])("%j is refused in a sentence and writes nothing", async (given, sentence) => {
    folder.write("list.json", "[1]");
    folder.write("slip.json", '{"column": []}');
    const packed = gzipSync(Uint8Array.from(readFileSync(join(cwd, "net.onnx"))));
    writeFileSync(join(cwd, "net.onnx.gz"), Uint8Array.from(packed));
    folder.write("odd.json", '{"columns": 3}');
    const { code, stdout, stderr } = await psilon(["import", ...given, "--out", "none.safetensors"], { cwd });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(existsSync(join(cwd, "none.safetensors"))).toBe(false);
    expect(readdirSync(cwd).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("does not write over what it reads", async () => {
    const { code, stderr } = await psilon(["import", "net.onnx", "--out", "net.onnx"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("it is what the command reads");
  });
});
