import { describe, expect, test } from "vitest";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { checkOptions } from "../../src/fit/checkOptions.ts";
import { labelsOf } from "../../src/fit/labels.ts";
import { probabilities } from "../../src/fit/outputs.ts";
import { chooseThreshold, isCut, type ThresholdRule } from "../../src/fit/threshold.ts";
import type { ClassTarget } from "../../src/preprocess/target.ts";

const target: ClassTarget = { task: "classification", name: "y", classes: ["no", "yes"], temperature: 1.7 };

/** Logits of rows, few of them of the second class, on average higher; some logits alike. */
function drawn(rows: number, seed: number) {
  const random = createRandom(seed);
  const labels = Int32Array.from({ length: rows }, (_, i) => (i % 12 === 0 ? 1 : 0));
  const outputs = Float32Array.from(labels, (label) => Math.round(4 * (normal(random) + 2 * label - 3)) / 4);
  return { labels, outputs };
}

/** What a threshold comes to, by the labels that are predicted. */
function countsAt(at: number, positive: 0 | 1, { labels, outputs }: ReturnType<typeof drawn>) {
  const decided = labelsOf(
    { ...target, threshold: { positive, at } },
    probabilities(outputs, 2, target.temperature),
  );
  const rows = Array.from(labels, (label, i) => [label === positive, decided[i] === positive] as const);
  const count = (truth: boolean, told: boolean) => rows.filter(([a, b]) => a === truth && b === told).length;
  const [hits, alarms, misses] = [count(true, true), count(false, true), count(true, false)];
  return {
    hits,
    alarms,
    misses,
    recall: hits / (hits + misses),
    precision: hits / Math.max(1, hits + alarms),
    f1: (2 * hits) / (2 * hits + alarms + misses),
  };
}

const grid = Array.from({ length: 1999 }, (_, i) => (i + 1) / 2000);

describe.each([0, 1] as const)("The threshold on the probability of class %i", (positive) => {
  const rows = drawn(600, 3 + positive);
  const chosen = (rule: ThresholdRule) =>
    chooseThreshold({ rule, positive }, target, rows.labels, rows.outputs);
  const all = grid.map((at) => ({ at, ...countsAt(at, positive, rows) }));

  test.each([
    "f1",
    { recall: 0.9 },
    { recall: 1 },
    { recall: 0.33 },
    { cost: [1, 20] },
    { cost: [7, 2] },
  ] as const)("for %j tells what the labels that it decides come to", (rule) => {
    const { threshold, record } = chosen(rule);
    expect(threshold).toEqual({ positive, at: record.at });
    const { recall, precision, f1, alarms, misses, hits } = countsAt(record.at, positive, rows);
    expect([record.recall, record.precision, record.f1]).toEqual([recall, precision, f1]);
    expect([record.positive, record.positives]).toEqual([target.classes[positive], hits + misses]);
    const cost = typeof rule === "object" && "cost" in rule ? rule.cost : null;
    expect(record.cost).toBe(cost ? (cost[0] * alarms + cost[1] * misses) / 600 : undefined);
  });

  test("for F1 has the largest of all, and is the highest of those that have", () => {
    const { f1, at } = chosen("f1").record;
    expect(Math.max(...all.map((one) => one.f1))).toBeLessThanOrEqual(f1);
    const higher = all.filter(
      (one) =>
        one.at > at &&
        one.hits + one.alarms < countsAt(at, positive, rows).hits + countsAt(at, positive, rows).alarms,
    );
    expect(Math.max(...higher.map((one) => one.f1))).toBeLessThan(f1);
  });

  test.each([0.2, 0.5, 0.9, 1])("for a recall of %d is the highest that reaches it", (recall) => {
    const { record } = chosen({ recall });
    expect(record.recall).toBeGreaterThanOrEqual(recall);
    const told = countsAt(record.at, positive, rows);
    for (const one of all.filter(({ at }) => at > record.at)) {
      if (one.hits + one.alarms < told.hits + told.alarms) expect(one.recall).toBeLessThan(recall);
    }
  });

  test.each([
    [1, 20],
    [1, 1],
    [3, 1],
  ] as const)("for costs of %d and %d has the least of all", (alarm, miss) => {
    const { cost = Number.NaN } = chosen({ cost: [alarm, miss] }).record;
    expect(
      Math.min(...all.map(({ alarms, misses }) => (alarm * alarms + miss * misses) / 600)),
    ).toBeGreaterThanOrEqual(cost - 1e-12);
  });
});

describe("The threshold", () => {
  const of = (rule: ThresholdRule, outputs: number[], labels: number[]) =>
    chooseThreshold({ rule, positive: 1 }, { ...target, temperature: 1 }, labels, Float32Array.from(outputs))
      .record;
  const logit = (p: number) => Math.log(p / (1 - p));

  test("lies half way between the probabilities that it parts, in no more digits than that takes", () => {
    expect(of("f1", [0.3, 0.1, 0.05].map(logit), [1, 0, 0]).at).toBe(0.2);
    expect(of({ recall: 1 }, [0.3, 0.1, 0.05].map(logit), [1, 1, 0]).at).toBe(0.075);
    expect(of({ recall: 1 }, [0.3, 0.1].map(logit), [0, 1]).at).toBe(0.05);
    expect(of({ cost: [100, 1] }, [0.9, 0.1].map(logit), [0, 1]).at).toBe(0.95);
    const { at } = of("f1", [0.25, 0.25 - 2e-6].map(logit), [1, 0]);
    expect([at > 0.25 - 2e-6, at < 0.25, String(at).length]).toEqual([true, true, "0.249999".length]);
  });

  test("does not part equal probabilities", () => {
    const { recall, precision } = of({ cost: [1, 1] }, [1, 1, 1, -2, -2], [1, 0, 1, 0, 1]);
    expect([recall, precision]).toEqual([2 / 3, 2 / 3]);
  });

  test("is one between 0 and 1 where logits are beyond what probabilities can tell apart", () => {
    for (const rule of ["f1", { recall: 1 }, { cost: [1, 1] }] as const) {
      for (const outputs of [
        [900, 800, -800, -900],
        [900, 900, 900, 900],
        [-900, -900, -900, -900],
      ]) {
        const { at, recall } = of(rule, outputs, [1, 0, 1, 0]);
        expect([isCut(at), Number.isFinite(recall)]).toEqual([true, true]);
      }
    }
  });
});

test.each([
  [{ threshold: "best" }, /^The threshold is chosen for "f1", a recall .*, but "best" was given\.$/],
  [{ threshold: { recall: 0 } }, /but \{"recall":0\} was given/],
  [{ threshold: { recall: 1.5 } }, /but \{"recall":1.5\} was given/],
  [{ threshold: { recall: "0.9" } }, /was given/],
  [{ threshold: { cost: [1] } }, /was given/],
  [{ threshold: { cost: [0, 2] } }, /was given/],
  [{ threshold: { cost: [1, 2], recall: 0.5 } }, /was given/],
  [{ threshold: null }, /but null was given/],
  [
    { positive: "yes" },
    /^The class "yes" was named as the positive one, .* ask for one, such as "f1", or leave it out\.$/,
  ],
  [
    { threshold: "f1", objective: { radius: 0.1 } },
    "A threshold and the certified objective were asked for, which do not go together; leave one of them out.",
  ],
  [{ threshold: "f1", positive: 1 }, 'The option "positive" is the number 1, but a text is needed.'],
  [{ threshold: "f1", positive: null }, 'The option "positive" is null, but a text is needed.'],
  [{ groups: null }, 'The option "groups" is null, but a text is needed.'],
  [{ timeColumn: 3 }, 'The option "timeColumn" is the number 3, but a text is needed.'],
  [{ threshold: "f1", quantile: [0.5] }, /^Quantiles and a threshold were asked for/],
])("The options %j are refused in a sentence", (options, sentence) => {
  expect(() => checkOptions(options as never)).toThrow(sentence);
});

test("What is no threshold is shown, though JSON has no such numbers", () => {
  for (const threshold of [5n, { recall: 5n }, String])
    expect(() => checkOptions({ threshold } as never)).toThrow(`but ${threshold} was given`);
});
