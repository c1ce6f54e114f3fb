import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { quick } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;
const train = ["train", "data.csv", "--target", "y", ...quick];

folder.write("data.csv", smallCsv());

describe("psilon train", () => {
  it("draws how training went, with the chart beside the picture", async () => {
    const { code, stdout } = await psilon([...train, "--plot", "curves.svg"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^drawn +curves\.svg$/m);
    expect(readFileSync(join(cwd, "curves.svg"), "utf8")).toMatch(/^<svg .*held-out rows.*<\/svg>$/s);
    const chart = JSON.parse(readFileSync(join(cwd, "curves.vl.json"), "utf8"));
    expect(chart.$schema).toContain("vega-lite");
    const [losses, rates] = chart.concat.map(({ data }: { data: { values: object[] } }) => data.values);
    expect(losses.length).toBe(150);
    expect(rates.length).toBe(50);
  });

  it("refuses another kind of picture before it reads anything", async () => {
    const { code, stderr } = await psilon([...train, "--plot", "curves.png", "--out", "none.safetensors"], {
      cwd,
    });
    expect([code, stderr]).toEqual([
      2,
      'error: The option --plot takes the name of an SVG file, such as curves.svg, but "curves.png" was given.\n',
    ]);
    expect(existsSync(join(cwd, "none.safetensors"))).toBe(false);
  });

  it("saves a model within next to no time", async () => {
    const asked = ["train", "data.csv", "--target", "y", "--time-limit", "0.001", "--threads", "1", "--json"];
    const { code, stdout } = await psilon([...asked, "--out", "limited.safetensors"], { cwd });
    expect(code).toBe(0);
    const { control, interrupted } = JSON.parse(stdout);
    expect(interrupted).toBe(false);
    expect(control.timeLimit).toMatchObject({ seconds: 0.001 });
    expect(existsSync(join(cwd, "limited.safetensors"))).toBe(true);
  });

  it("refuses times that are none", async () => {
    const { code, stderr } = await psilon([...train, "--time-column", "kind"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('Column "kind" of data.csv is to tell when a row was, but holds text');
  });
});
