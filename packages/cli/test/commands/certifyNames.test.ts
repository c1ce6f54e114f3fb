import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { quick } from "../support/smallModels.js";

const folder = temporaryFolder();
const cwd = folder.path;
const names = ["__proto__", "toString", "valueOf", "constructor", "hasOwnProperty"];
const numbers = names.slice(0, 4);

// y is the sum of four numbers and of 3 where the last column says yes.
const lines = Array.from({ length: 60 }, (_, i) => {
  const cells = [37, 11, 41, 53].map((step) => ((i * step) % 60) / 30 - 1);
  const truth = i % 3 === 0 ? "yes" : "no";
  const y = cells.reduce((sum, cell) => sum + cell, truth === "yes" ? 3 : 0);
  return [...cells.map((cell) => cell.toFixed(3)), truth, y.toFixed(3)].join(",");
});
folder.write("data.csv", `${[...names, "y"].join(",")}\n${lines.join("\n")}\n`);

const certify = (...words: string[]) =>
  psilon(["certify", "y.safetensors", "data.csv", "--tolerance", "1", "--threads", "2", ...words], { cwd });

describe("psilon certify, of columns with names that objects have by themselves", () => {
  beforeAll(async () => {
    await psilon(
      ["train", "data.csv", "--target", "y", ...quick, "--encode", "value", "--out", "y.safetensors"],
      { cwd },
    );
  });

  it.each(names)("moves %s when it is asked to, and shows it in JSON, CSV and text", async (name) => {
    const move = ["--move", name === "hasOwnProperty" ? `${name}=any` : `${name}=2`];
    const { code, stdout } = await certify(...move, "--json", "--out", "verdicts.csv");
    expect(code).toBe(3);
    const { moves, verdicts } = JSON.parse(stdout);
    expect(Object.keys(moves.move)).toEqual([name]);
    const refuted = verdicts.filter(({ verdict }: { verdict: string }) => verdict === "refuted");
    expect(refuted.length).toBeGreaterThan(30);
    for (const { counterexample } of refuted) expect(Object.keys(counterexample.changes)).toEqual([name]);
    expect(readFileSync(join(cwd, "verdicts.csv"), "utf8")).toMatch(new RegExp(`refuted,,"{""${name}"":`));
    const text = await certify(...move, "--rows", "2-4");
    expect(text.stdout).toMatch(new RegExp(`refuted.* with ${name} `));
  });

  it("moves none of them that is not named", async () => {
    const { code, stdout } = await certify("--radius", "0", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).moves).toEqual({ radius: 0, move: {}, fixed: [] });
  });

  it("tells each one's own radius in JSON, CSV and text", async () => {
    const { stdout } = await certify("--alone", "--json", "--out", "radii.csv");
    const { radii } = JSON.parse(stdout);
    expect(radii).toHaveLength(60);
    for (const { alone } of radii) {
      expect(Object.keys(alone)).toEqual(numbers);
      for (const radius of Object.values(alone)) expect(radius).toBeGreaterThan(0.1);
    }
    const [header, ...rows] = readFileSync(join(cwd, "radii.csv"), "utf8").trim().split("\n");
    expect(header).toBe(
      `row,radius_in_standard_deviations,${numbers.map((name) => `${name}_alone`).join(",")}`,
    );
    for (const row of rows) expect(row).toMatch(/^\d+(,\d+\.\d+){5}$/);
    const text = await certify("--alone");
    expect(text.stdout).toMatch(/^row +all numbers, std +__proto__ alone +toString alone/m);
  });

  it("finds whether predictions are monotone in them", async () => {
    const { stdout } = await certifyMonotone(numbers.map((name) => `${name}=-`).join(","));
    const { findings } = JSON.parse(stdout);
    expect(findings.map(({ column }: { column: string }) => column)).toEqual(numbers);
    for (const { column, verdict, counterexample } of findings) {
      expect(verdict).toBe("refuted");
      expect(counterexample.rows[0][column]).toBeLessThan(counterexample.rows[1][column]);
    }
  });
});

const certifyMonotone = (columns: string) =>
  psilon(["certify", "y.safetensors", "data.csv", "--monotone", columns, "--json"], { cwd });
