import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { quick } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;

/** The small table with a skewed amount e^y and a count beside it, and nothing else to be predicted. */
function csvOf(target: "amount" | "count" | "y" | "kind"): string {
  const [, ...lines] = smallCsv(60).trimEnd().split("\n");
  const rows = lines.map((line) => {
    const [a, b, c, y, kind] = line.split(",");
    const values = {
      y,
      kind,
      amount: Math.exp(Number(y)).toFixed(4),
      count: Math.round(2 * Math.exp(Number(y) / 3)),
    };
    return [a, b, c, values[target]].join(",");
  });
  return [`a,b,c,${target}`, ...rows, ""].join("\n");
}

for (const target of ["amount", "count", "y", "kind"] as const) folder.write(`${target}.csv`, csvOf(target));

const train = (target: string, out: string, ...more: string[]) =>
  psilon(["train", `${target}.csv`, "--target", target, ...quick, "--out", out, ...more], { cwd });

describe("Quantiles", () => {
  it("are columns of the predictions, one a level, and scored by pinball loss and coverage", async () => {
    const { code, stdout } = await train("y", "q.st", "--quantile", "0.1,0.5,0.9");
    expect(code).toBe(0);
    expect(stdout).toMatch(/pinball loss +coverage/);
    expect(stdout).toMatch(/predicts +the quantiles 0\.1, 0\.5, 0\.9/);
    const predicted = await psilon(["predict", "q.st", "y.csv"], { cwd });
    const [header, ...rows] = predicted.stdout.trimEnd().split("\n");
    expect(header).toBe("y_0.1,y_0.5,y_0.9");
    expect(rows).toHaveLength(60);
    for (const row of rows) {
      const [low, middle, high] = row.split(",").map(Number);
      expect(low <= middle && middle <= high).toBe(true);
    }
    const json = JSON.parse((await psilon(["predict", "q.st", "y.csv", "--json"], { cwd })).stdout);
    expect(json.target).toBe("y");
    expect(Object.keys(json.predictions[0])).toEqual(["y_0.1", "y_0.5", "y_0.9"]);
  });

  it("are certified together", async () => {
    await train("y", "q.st", "--quantile", "0.1,0.9");
    const asked = ["certify", "q.st", "y.csv", "--tolerance", "3", "--radius", "0.01", "--out", "v.csv"];
    const { code, stdout } = await psilon(asked, { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("60 certified");
    expect(readFileSync(join(cwd, "v.csv"), "utf8").split("\n")[0]).toBe(
      "row,y_0.1,y_0.9,verdict,moves_at_most,counterexample,y_0.1_there,y_0.9_there",
    );
    const radii = await psilon(["certify", "q.st", "y.csv", "--tolerance", "1", "--json"], { cwd });
    expect(JSON.parse(radii.stdout).accuracy[0].certifiedAndRight).toBeGreaterThan(0.5);
  });
});

describe("A number on a log scale", () => {
  beforeAll(async () => {
    expect((await train("amount", "log.st", "--target-scale", "log")).stdout).toMatch(
      /predicts +the exponential of the mean logarithm: about the median/,
    );
  });

  it("is certified by a factor, or in its own units", async () => {
    const ask = (...more: string[]) =>
      psilon(["certify", "log.st", "amount.csv", "--radius", "0.05", ...more], { cwd });
    const factor = await ask("--tolerance", "30%", "--rows", "2-6");
    expect(factor.stdout).toContain("does amount move by more than ×1.3 when");
    expect(factor.stdout).toMatch(/\d +certified +×1\.\d/);
    const json = JSON.parse((await ask("--tolerance", "30%", "--json")).stdout);
    expect(json.tolerance).toEqual({ factor: 1.3 });
    const units = await ask("--tolerance", "3");
    expect(units.stdout).toContain("does amount move by more than 3 when");
    expect(units.stdout).toContain(" certified");
    for (const wrong of ["-5%", "%", "five%", "0%"]) {
      const { code, stderr } = await ask(`--tolerance=${wrong}`);
      expect(code).toBe(2);
      expect(stderr).toMatch(/--tolerance takes a positive number in the target's units, or of percent/);
    }
  });

  it("is inspected by factors", async () => {
    const { stdout } = await psilon(["inspect", "log.st"], { cwd });
    expect(stdout).toContain("Each column alone moves a prediction by at most, as a factor:");
    expect(stdout).toMatch(/^a( +×[\d.]+){3} +[×∞]/m);
    expect(stdout).toMatch(/a prediction moves by at most ×[\d.e]+ \(amount\)/);
    expect(JSON.parse((await psilon(["inspect", "log.st", "--json"], { cwd })).stdout).changes).toBe(
      "factors",
    );
  });
});

describe("Counts", () => {
  it("are predicted by their mean, and scored by their deviance too", async () => {
    const { code, stdout } = await train("count", "n.st", "--loss", "poisson");
    expect(code).toBe(0);
    expect(stdout).toMatch(/predicts +the mean count, by the Poisson loss/);
    expect(stdout).toMatch(/MAE +R² +deviance/);
  });

  it("below 0 are refused by their row", async () => {
    const { code, stderr } = await train("y", "no.st", "--loss", "poisson");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /Row \d+ of .*y\.csv.* has -[\d.]+ in the target column "y", but counts are finite and at least 0/,
    );
  });
});

describe("Intervals", () => {
  it("stand beside the predictions, are told by their width, and scored by the rows in them", async () => {
    const { code, stdout } = await train("y", "i.st", "--interval", "0.8");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /interval +to hold 80\.0 % of new rows, by the errors of held-out ones: ±[\d.]+ \(y\)/,
    );
    expect(stdout).toMatch(/R² +in the interval/);
    const predicted = await psilon(["predict", "i.st", "y.csv"], { cwd });
    const [header, ...rows] = predicted.stdout.trimEnd().split("\n");
    expect(header).toBe("y,y_low,y_high");
    const widths = rows.map((row) => {
      const [value, low, high] = row.split(",").map(Number);
      expect(low < value && value < high).toBe(true);
      return high - low;
    });
    const asked = ["predict", "i.st", "y.csv", "--interval", "0.5", "--json"];
    const { predictions, interval } = JSON.parse((await psilon(asked, { cwd })).stdout);
    expect(interval.coverage).toBe(0.5);
    expect(interval.high[3] - interval.low[3]).toBeLessThan(widths[3]);
    expect((interval.high[3] + interval.low[3]) / 2).toBeCloseTo(predictions[3], 6);
  });

  it("are refused for classes before training, and of a model that has classes", async () => {
    const trained = await train("kind", "k.st", "--interval", "0.9");
    expect(trained.code).toBe(2);
    expect(trained.stderr).toContain(
      'Prediction intervals are for numbers, but the target "kind" has classes',
    );
    await train("kind", "k.st");
    const { code, stderr } = await psilon(["predict", "k.st", "kind.csv", "--interval", "0.9"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("Prediction intervals are for numbers");
  });
});

it("A temperature that helps is told with the calibration error before and after", async () => {
  const { stdout } = await train("kind", "kind.st", "--json", "--label-smoothing", "0.2");
  const { validation, labelSmoothing } = JSON.parse(stdout);
  expect(labelSmoothing).toBe(0.2);
  const { temperature, before, after } = validation.calibration;
  expect(temperature).toBeLessThan(1);
  expect(after.logLoss).toBeLessThan(before.logLoss);
  const inspected = await psilon(["inspect", "kind.st"], { cwd });
  expect(inspected.stdout).toMatch(
    /calibration +logits over 0\.\d+: calibration error [\d.]+ % → [\d.]+ %, log loss/,
  );
});
