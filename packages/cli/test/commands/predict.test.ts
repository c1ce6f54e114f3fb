import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createBackend,
  predictTable,
  saveModel,
  type TabularModel,
  type TrainOptions,
  tableFrom,
  trainModel,
} from "psilon";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilonHere } from "../support/psilon.js";

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
const options: TrainOptions = { preset: "fast", lambda: 1e-3, epochs: 2, width: 4, depth: 1 };
const rows = Array.from({ length: 40 }, (_, i) => ({
  x: i / 7,
  later: 1.7e9 + 3 * i,
  tiny: 1e-12 * (i % 5),
}));

async function trained(
  data: Parameters<typeof tableFrom>[0],
  target: string | string[],
): Promise<TabularModel> {
  const model = await trainModel(tableFrom(data), target, options);
  writeFileSync(path("m.st"), saveModel(model));
  return model;
}

/** The cells of a CSV file in which none is quoted. */
const cellsOf = (csv: string) =>
  csv
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));

describe("a predicted number", () => {
  it("is, in CSV as in JSON, the very one that the library computes", async () => {
    for (const target of [["later"], ["later", "tiny"]]) {
      const inputs = rows.map(({ x }) => ({ x }));
      const features = rows.map(({ x, later, tiny }) => ({ x, later, ...(target.length > 1 && { tiny }) }));
      const predictions = predictTable(
        await createBackend(),
        await trained(features, target),
        tableFrom(inputs),
      );
      const values = predictions.task === "regression" ? Array.from(predictions.values) : [];
      expect(new Set(values).size).toBe(values.length);
      folder.write("x.json", JSON.stringify(inputs));
      const csv = await psilonHere(["predict", path("m.st"), path("x.json")]);
      const [header, ...lines] = cellsOf(csv.stdout);
      expect(header).toEqual(target);
      expect(lines.flat().map(Number)).toEqual(values);
      const json = await psilonHere(["predict", path("m.st"), path("x.json"), "--json"]);
      const printed = JSON.parse(json.stdout).predictions.flatMap((row: number | object) =>
        typeof row === "number" ? [row] : Object.values(row),
      );
      expect(printed).toEqual(values);
    }
  });

  it("that is a probability is so as well", async () => {
    const model = await trained(
      rows.map(({ x }, i) => ({ x, y: "abc"[i % 3] })),
      "y",
    );
    const predictions = predictTable(await createBackend(), model, tableFrom(rows));
    folder.write("x.json", JSON.stringify(rows));
    const { stdout } = await psilonHere(["predict", path("m.st"), path("x.json")]);
    const [, ...lines] = cellsOf(stdout);
    expect(lines.flatMap(([, ...shares]) => shares.map(Number))).toEqual(
      predictions.task === "classification" ? Array.from(predictions.probabilities) : [],
    );
  });
});

describe("CSV for a spreadsheet", () => {
  const formulas = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-5", "plain"];

  it("has no formulas, and the same numbers", async () => {
    // The library trims categories.
    const classes = formulas.map((text) => text.trim());
    await trained(
      Array.from({ length: 80 }, (_, i) => ({ x: i % 8, "=y": formulas[i % 8] })),
      "=y",
    );
    folder.write("x.csv", `x\n${Array.from({ length: 80 }, (_, i) => i % 8).join("\n")}\n`);
    const plain = await psilonHere(["predict", path("m.st"), path("x.csv")]);
    const marked = await psilonHere(["predict", path("m.st"), path("x.csv"), "--spreadsheet"]);
    const written = await psilonHere([
      ...["predict", path("m.st"), path("x.csv"), "--spreadsheet"],
      ...["--out", path("p.csv"), "--json"],
    ]);
    expect([plain.code, marked.code, written.code]).toEqual([0, 0, 0]);
    expect(readFileSync(path("p.csv"), "utf8")).toBe(marked.stdout);
    const [header, ...lines] = cellsOf(marked.stdout);
    expect(header[0]).toBe("'=y");
    for (const [label, ...shares] of lines) {
      expect(label === "-5" || !/^[=+\-@]/.test(label)).toBe(true);
      expect(shares.every((share) => String(Number(share)) === share)).toBe(true);
    }
    expect(classes).toContain(lines[0][0].replace(/^'/, ""));
    expect(marked.stdout.replaceAll(/(^|[\n,])'/g, "$1")).toBe(plain.stdout);
  });

  it("is written by certify as well", async () => {
    await trained(
      Array.from({ length: 20 }, (_, i) => ({ x: i % 2, "@y": ["=1", "+b"][i % 2] })),
      "@y",
    );
    folder.write("x.csv", "x\n0\n1\n");
    const argv = ["certify", path("m.st"), path("x.csv"), "--radius", "0.01", "--out", path("c.csv")];
    const heads = [];
    for (const more of [[], ["--spreadsheet"]]) {
      await psilonHere([...argv, ...more]);
      const [header, ...lines] = cellsOf(readFileSync(path("c.csv"), "utf8"));
      heads.push([header[1], ...new Set(lines.map(([, label]) => label[0]))]);
    }
    const [plain, marked] = heads;
    expect(plain[0]).toBe("@y");
    expect(plain.slice(1).every((first) => "=+".includes(first))).toBe(true);
    expect(marked).toEqual(["'@y", "'"]);
  });

  it("is refused where no CSV is written", async () => {
    for (const argv of [
      ["predict", "m.st", "x.csv", "--spreadsheet", "--json"],
      ["certify", "m.st", "x.csv", "--spreadsheet"],
    ]) {
      expect(await psilonHere(argv)).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/^error: The option --spreadsheet is about [^\n]*--out[^\n]*\.\n$/),
      });
    }
  });
});
