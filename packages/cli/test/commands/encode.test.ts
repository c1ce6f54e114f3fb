import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { quick } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;
const [header, ...lines] = smallCsv().trim().split("\n");

// With a column of two numbers, and another whose name has a comma in it.
const rows = lines.map((line, i) => `${line},${i % 2 === 0 ? 3.5 : 7.5},${i % 7}`);
folder.write("data.csv", `${[`${header},two,"d,e"`, ...rows].join("\n")}\n`);
folder.write("some.csv", `${[`${header},two,"d,e"`, ...rows.slice(0, 5)].join("\n")}\n`);
const train = ["train", "data.csv", "--target", "y", "--column", "kind=ignore", ...quick];
const run = (words: readonly string[]) => psilon([...words], { cwd });

describe("psilon --encode", () => {
  let trained = "";
  beforeAll(async () => {
    const { stdout } = await run([...train, "--encode", "bins", "--out", "bins.safetensors"]);
    trained = stdout;
  });

  it("says of each column how it became inputs, and which kept its value though bins were asked", () => {
    expect(trained).toMatch(/^ +by their bins: a \(8\), b \(8\), d,e \(6\)$/m);
    expect(trained).toMatch(/^ +by their values, too few of which differ for bins: two$/m);
    expect(trained).toContain(
      "when every number moves by at most one standard deviation, those by their bins however far\n",
    );
  });

  it("takes columns by their names, in any letter case, and tells it as JSON and in the record", async () => {
    const asked = [
      "--encode",
      "A=bins,d,e=both",
      "--encode",
      "b=value",
      "--json",
      "--out",
      "some.safetensors",
    ];
    const { code, stdout } = await run([...train, ...asked]);
    expect(code).toBe(0);
    const { columns, encode } = JSON.parse(stdout);
    const encodings = columns.flatMap(({ name, encoding }: Record<string, string>) =>
      encoding ? [[name, encoding]] : [],
    );
    expect(Object.fromEntries(encodings)).toEqual({ a: "bins", b: "value", two: "value", "d,e": "both" });
    expect(encode).toEqual({ a: "bins", "d,e": "both", b: "value" });
    const { stdout: inspected } = await run(["inspect", "some.safetensors", "--json"]);
    expect(JSON.parse(inspected).record.encode).toEqual(encode);
  });

  it("makes models that inspect shows bin by bin, as a picture and as data", async () => {
    const { stdout } = await run(["inspect", "bins.safetensors"]);
    expect(stdout).toMatch(/^ +per unit +by 1 std +in its range +by any move$/m);
    expect(stdout).toMatch(/^a( +[\d.]+){4} {2}█+$/m);
    expect(stdout).toMatch(/^two( +[\d.]+){3} +∞ {2}[█▏]*$/m);
    expect(stdout).toContain("Upper bounds of the slope, bin by bin, in the target's units for one unit of");
    expect(stdout).toMatch(
      /^a +-0\.967 [▁▂▃▄▅▆▇█]{8} 0\.933 {2}[\d.]+ from -?[\d.]+ to -?[\d.]+, 0 outside$/m,
    );
    const { columns } = JSON.parse((await run(["inspect", "bins.safetensors", "--json"])).stdout);
    const { bins, perUnit, total } = columns.find(({ column }: { column: string }) => column === "a");
    expect(bins.edges).toHaveLength(9);
    expect(bins.perUnit).toHaveLength(8);
    expect(Math.max(...bins.perUnit)).toBe(perUnit);
    expect(total).toBeGreaterThan(0);
  });

  it("makes models that predict the same row by row, and that prune", async () => {
    const values = async (model: string, data: string) => {
      const { code, stdout, stderr } = await run(["predict", model, data]);
      expect([code, stderr]).toEqual([0, ""]);
      return stdout.trim().split("\n").slice(1).map(Number);
    };
    const whole = await values("bins.safetensors", "data.csv");
    expect(whole).toHaveLength(60);
    const some = await values("bins.safetensors", "some.csv");
    some.forEach((value, i) => {
      expect(value).toBeCloseTo(whole[i], 4);
    });
    const pruned = [
      "prune",
      "bins.safetensors",
      "data.csv",
      "--sparsity",
      "0.6",
      "--out",
      "pruned.safetensors",
    ];
    expect((await run(pruned)).code).toBe(0);
    expect(await values("pruned.safetensors", "data.csv")).toHaveLength(60);
  });

  it("is heeded by evaluate and compare, which leave the linear model as it is", async () => {
    const evaluate = [
      "evaluate",
      "data.csv",
      "--target",
      "y",
      "--column",
      "kind=ignore",
      "--folds",
      "2",
      ...quick,
    ];
    const evaluated = async (more: readonly string[]) =>
      JSON.parse((await run([...evaluate, "--json", ...more])).stdout);
    const [value, bins] = [await evaluated([]), await evaluated(["--encode", "bins"])];
    expect(bins.baselines).toEqual(value.baselines);
    expect(bins.metrics).not.toEqual(value.metrics);
    const compare = [
      "compare",
      "data.csv",
      "--target",
      "y",
      "--column",
      "kind=ignore",
      "--folds",
      "2",
      ...quick,
    ];
    const compared = async (more: readonly string[]) =>
      JSON.parse((await run([...compare, "--over", "optimizer=adam", "--json", ...more])).stdout).entries[0]
        .scores;
    expect(await compared(["--encode", "both"])).not.toEqual(await compared([]));
  });

  it.each<[string[], string]>([
    [["--encode", "nowhere=bins"], '"nowhere", which is no column to predict from'],
    [["--encode", "c=bins"], "but columns of categories have no order; train with --column c=numeric"],
    [
      ["--encode", "quantiles"],
      'takes one of value, bins, both, or columns with one each, as in age=bins,income=both, but "quantiles" was given',
    ],
    [["--encode", "a=bin"], 'but "a=bin" was given'],
    [["--encode", "bins", "--encode", "a=value"], 'but "bins" was given'],
    [["--encode", "a=bins,A=both"], 'names the column "a" twice; give it one encoding'],
  ])("refuses %j with a sentence", async (words, sentence) => {
    const { code, stderr } = await run([...train, ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
