import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { classReport } from "../../src/fit/metrics/classReport.ts";
import type { FitOptions } from "../../src/fit/options.ts";
import { predictTable, testTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { allRows, type Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";

/** One row in 200 is a fraud: amounts are larger, at odd hours and from farther away, all of which others are too now and then. */
function payments(count: number, seed: number): Frame {
  const random = createRandom(seed);
  const rows = Array.from({ length: count }, (_, i) => {
    const isFraud = i % 200 === 0;
    const shift = isFraud ? 1.3 : 0;
    return {
      amount: 50 * Math.exp(0.8 * (normal(random) + shift)),
      distance: 10 * Math.exp(normal(random) + shift),
      hour: (24 + Math.round(14 + 4 * normal(random) + (isFraud ? 9 : 0))) % 24,
      card: ["debit", "credit", "prepaid"][Math.floor((isFraud ? 2 : 3) * random.next() + (isFraud ? 1 : 0))],
      age: Math.round(40 + 12 * normal(random)),
      fraud: isFraud ? "yes" : "no",
    };
  });
  return frameFrom(rows);
}

/** The area under the ROC curve: how often a positive row's probability is above a negative one's, ties counting half. */
function auc(positive: readonly boolean[], probabilities: readonly number[]): number {
  const order = [...positive.keys()].sort((a, b) => probabilities[a] - probabilities[b]);
  let [sum, ranked] = [0, 0];
  while (ranked < order.length) {
    let next = ranked;
    while (probabilities[order[next]] === probabilities[order[ranked]]) next++;
    const alike = order.slice(ranked, next).filter((i) => positive[i]).length;
    sum += alike * ((ranked + next + 1) / 2);
    ranked = next;
  }
  const count = positive.filter(Boolean).length;
  return (sum - (count * (count + 1)) / 2) / (count * (positive.length - count));
}

const options: FitOptions = {
  preset: "fast",
  lambda: 1e-4,
  encode: "value",
  epochs: 20,
  backend: "wasm",
  relaxedSimd: false,
};

const asked = {
  "as it is": {},
  "balanced weights": { classWeights: "balanced" },
  "weights of 20": { classWeights: { yes: 20 } },
  "threshold f1": { threshold: "f1" },
  "threshold recall=0.9": { threshold: { recall: 0.9 } },
  "threshold cost=1:20": { threshold: { cost: [1, 20] } },
  "balanced weights, threshold f1": { classWeights: "balanced", threshold: "f1" },
} as const satisfies Record<string, FitOptions>;
type Way = keyof typeof asked;

describe("On a table where one row in 200 is of the class to be found", () => {
  let backend: Backend;
  const models = {} as Record<Way, TabularModel>;
  const figures = {} as Record<
    Way,
    { recall: number; precision: number; f1: number; accuracy: number; auc: number; cost: number }
  >;
  const tested = payments(20_000, 2);
  beforeAll(async () => {
    backend = await createBackend({ provider: "wasm", relaxedSimd: false });
    for (const [way, own] of Object.entries(asked) as [Way, FitOptions][]) {
      models[way] = await trainModel(payments(6000, 1), "fraud", { ...options, ...own });
      const { truth, predicted, scores } = testTable(backend, models[way], tested, allRows(tested));
      if (predicted.task !== "classification" || scores.task !== "classification")
        throw new Error("expected classes");
      const { classes, confusion } = classReport(truth, predicted.labels, predicted.classes);
      const [[, alarms], [misses]] = confusion.length === 2 ? confusion : [[0, 0], [0]];
      const { recall, precision, f1 } = classes.find(({ name }) => name === "yes")!;
      const shares = Array.from(allRows(tested), (i) => predicted.probabilities[2 * i + 1]);
      const positive = Array.from(truth, (label) => label === 1);
      const cost = (alarms + 20 * misses) / tested.rowCount;
      figures[way] = {
        recall,
        precision,
        f1,
        cost,
        accuracy: scores.metrics.accuracy!,
        auc: auc(positive, shares),
      };
    }
  });

  test("the model as it is finds few of its rows, and yet is right in more than 99 % of all", () => {
    const { recall, accuracy } = figures["as it is"];
    expect(recall).toBeLessThan(0.25);
    expect(accuracy).toBeGreaterThan(0.99);
  });

  test("weights and thresholds find more of them, at the price of precision or accuracy", () => {
    const { recall, precision } = figures["as it is"];
    for (const way of Object.keys(asked) as Way[]) {
      if (way === "as it is") continue;
      expect(figures[way].recall).toBeGreaterThan(recall + 0.15);
      expect(figures[way].precision).toBeLessThan(precision);
    }
  });

  test("each threshold is better than none in what it is for, on rows that it was not chosen on", () => {
    const plain = figures["as it is"];
    expect(figures["threshold f1"].f1).toBeGreaterThan(plain.f1 + 0.1);
    expect(figures["threshold recall=0.9"].recall).toBeGreaterThan(0.8);
    expect(figures["threshold cost=1:20"].cost).toBeLessThan(0.75 * plain.cost);
    expect(figures["balanced weights, threshold f1"].f1).toBeGreaterThan(
      figures["balanced weights"].f1 + 0.1,
    );
  });

  test("a threshold changes labels alone: rows are ranked as well as before, by the same probabilities", () => {
    const ranked = (Object.keys(asked) as Way[]).map((way) => figures[way].auc);
    expect(Math.min(...ranked)).toBeGreaterThan(0.94);
    expect(Math.max(...ranked) - Math.min(...ranked)).toBeLessThan(0.04);
    const [first, second] = (["threshold f1", "threshold recall=0.9"] as const).map((way) =>
      predictTable(backend, models[way], tested, Int32Array.of(0, 1, 200)),
    );
    if (first.task !== "classification" || second.task !== "classification")
      throw new Error("expected classes");
    expect(second.probabilities).toEqual(first.probabilities);
  });

  test("a threshold is about the rarer class, chosen on all its rows, each held out once, and its record tells how it fares on these", () => {
    const { target, record } = models["threshold recall=0.9"];
    const { threshold, rows, model } = record.validation!;
    expect(target).toMatchObject({ threshold: { positive: 1, at: threshold!.at } });
    expect(threshold).toMatchObject({ rule: { recall: 0.9 }, positive: "yes", positives: 30 });
    expect([rows, threshold!.recall]).toEqual([6000, 0.9]);
    const { precision, recall } = threshold!;
    const alarms = (30 * recall) / precision - 30 * recall;
    expect((model as { accuracy: number }).accuracy).toBeCloseTo(1 - (alarms + 3) / 6000, 9);
  });
});
