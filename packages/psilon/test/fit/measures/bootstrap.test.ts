import { describe, expect, test } from "vitest";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { type Estimate, estimated } from "../../../src/fit/measures/bootstrap.ts";
import type { Measure, TableScores } from "../../../src/fit/measures/measure.ts";
import { measureClasses } from "../../../src/fit/measures/measureClasses.ts";
import { measureNumbers } from "../../../src/fit/measures/measureNumbers.ts";
import { refusal } from "../../support/synthetic.ts";

const TABLES = 300;
const ROWS = 200;

/**
 * What 95 % intervals of 300 tables may cover by chance, three standard errors of a binomial share, if they cover 94 %: at 200 rows
 * percentiles of what is skewed are a little too narrow.
 */
const LEAST = 0.94 - 3 * Math.sqrt((0.94 * 0.06) / TABLES);
const MOST = 0.95 + 3 * Math.sqrt((0.95 * 0.05) / TABLES);

/** The share of simulated tables whose interval of each metric holds its true value. */
async function coverageOf(
  tables: (seed: number) => Measure,
  truth: Readonly<Record<string, number>>,
): Promise<Record<string, number>> {
  const held = Object.fromEntries(Object.keys(truth).map((name) => [name, 0]));
  for (let seed = 0; seed < TABLES; seed++) {
    const { metrics } = (await estimated(tables(seed), { seed })) as TableScores<Estimate> & {
      metrics: Readonly<Record<string, Estimate>>;
    };
    for (const [name, value] of Object.entries(truth)) {
      const [lower, upper] = metrics[name].interval ?? [Number.NaN, Number.NaN];
      if (lower <= value && value <= upper) held[name]++;
    }
  }
  return Object.fromEntries(Object.entries(held).map(([name, count]) => [name, count / TABLES]));
}

describe("intervals by the bootstrap", () => {
  test("hold the value of all rows there could be in 95 of 100 tables: accuracy, balanced accuracy, AUC", async () => {
    // A score of mean ±½ and variance 1, of the second class in three rows of ten; Φ(½) and Φ(1/√2).
    const table = (seed: number) => {
      const random = createRandom(seed);
      const labels = Array.from({ length: ROWS }, () => Number(random.next() < 0.3));
      const scores = labels.map((label) => label - 0.5 + normal(random));
      const shares = scores.flatMap((score) => [1 / (1 + Math.exp(score)), 1 / (1 + Math.exp(-score))]);
      const told = scores.map((score) => Number(score > 0));
      return measureClasses(labels, { labels: told, probabilities: shares }, ["a", "b"]);
    };
    const found = await coverageOf(table, {
      accuracy: 0.6914624612740131,
      balancedAccuracy: 0.6914624612740131,
      auc: 0.7602499389065233,
    });
    for (const [name, share] of Object.entries(found)) {
      expect(share, name).toBeGreaterThan(LEAST);
      expect(share, name).toBeLessThan(MOST);
    }
  });

  test("hold the value of all rows there could be in 95 of 100 tables: RMSE, MAE, R²", async () => {
    const table = (seed: number) => {
      const random = createRandom(seed);
      const truth = Array.from({ length: ROWS }, () => 2 * normal(random));
      const predicted = truth.map((value) => value + normal(random));
      return measureNumbers(truth, predicted, ["y"], false);
    };
    const found = await coverageOf(table, { rmse: 1, mae: Math.sqrt(2 / Math.PI), r2: 1 - 1 / 4 });
    for (const [name, share] of Object.entries(found)) {
      expect(share, name).toBeGreaterThan(LEAST);
      expect(share, name).toBeLessThan(MOST);
    }
  });

  test("tell how far they are, end when they are to, and refuse a seed that is none", async () => {
    const measure = measureNumbers([1, 2, 4], [1, 3, 3], ["y"], false);
    const done: number[] = [];
    await estimated(measure, { onProgress: (count, total) => done.push(count / total) });
    expect([done.length, done[0], done.at(-1)]).toEqual([1000, 0.001, 1]);
    await expect(estimated(measure, { signal: AbortSignal.abort(new Error("stop")) })).rejects.toThrow(
      "stop",
    );
    expect(await refusal(() => estimated(measure, { seed: -1 }))).toMatch("seed");
  });
});
