import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { ClassScores } from "../../../src/fit/measures/classScores.ts";
import type { Measure } from "../../../src/fit/measures/measure.ts";
import { measureClasses } from "../../../src/fit/measures/measureClasses.ts";
import { measureNumbers } from "../../../src/fit/measures/measureNumbers.ts";
import type { NumberScores } from "../../../src/fit/measures/numberScores.ts";

const script = fileURLToPath(new URL("scikitLearn.py", import.meta.url));

const python = ["python3", "/usr/bin/python3"].find(
  (path) => spawnSync(path, ["-c", "import sklearn"]).status === 0,
);

type Figures = Readonly<Record<string, number>>;

/** Rows, and what scikit-learn has for them: each counted once, and by their weights. */
interface Found {
  readonly classes: readonly {
    readonly names: readonly string[];
    readonly truth: readonly number[];
    readonly probabilities: readonly number[];
    readonly labels: readonly number[];
    readonly weights: readonly number[];
    readonly plain: OfClasses;
    readonly weighed: OfClasses;
  }[];
  readonly numbers: readonly {
    readonly truth: readonly number[];
    readonly predicted: readonly number[];
    readonly weights: readonly number[];
    readonly plain: Figures;
    readonly weighed: Figures;
  }[];
}

interface OfClasses {
  readonly metrics: Figures;
  readonly classes: Readonly<Record<string, readonly number[]>>;
  readonly macro: Figures;
  readonly weighted: Figures;
  readonly confusion: readonly (readonly number[])[];
}

function expectClose(ours: Readonly<Record<string, unknown>>, theirs: Figures, where: string): void {
  for (const [name, value] of Object.entries(theirs)) {
    expect(Math.abs((ours[name] as number) - value), `${name} of ${where}`).toBeLessThanOrEqual(1e-12);
  }
}

function expectSame(found: Found): void {
  const atOnce = (measure: Measure, weights: readonly number[]) => measure.arrange(measure.figures(weights));
  for (const [i, { names, truth, weights, ...one }] of found.classes.entries()) {
    const measure = measureClasses(truth, one, names);
    const ones = truth.map(() => 1);
    for (const [how, theirs] of [
      [ones, one.plain],
      [weights, one.weighed],
    ] as const) {
      const where = `the classes ${i}, ${how === ones ? "plain" : "weighed"}`;
      const ours = atOnce(measure, how) as ClassScores<number | null>;
      expectClose(ours.metrics, theirs.metrics, where);
      expectClose(ours.macro, theirs.macro, `${where}, macro`);
      expectClose(ours.weighted, theirs.weighted, `${where}, weighted`);
      names.forEach((name, k) => {
        const figures = Object.entries(theirs.classes).map(([metric, values]) => [metric, values[k]]);
        expectClose(ours.classes[k], Object.fromEntries(figures), `${where}, ${name}`);
      });
      expect(ours.confusion).toEqual(theirs.confusion);
    }
  }
  for (const [i, { truth, predicted, weights, plain, weighed }] of found.numbers.entries()) {
    const measure = measureNumbers(truth, predicted, ["y"], false);
    const ones = truth.map(() => 1);
    const metrics = (how: readonly number[]) => (atOnce(measure, how) as NumberScores<number>).metrics;
    expectClose(metrics(ones), plain, `the numbers ${i}, plain`);
    expectClose(metrics(weights), weighed, `the numbers ${i}, weighed`);
  }
}

describe("every metric is scikit-learn's, to 1e-12", () => {
  test("as it was written down", () => {
    expectSame(JSON.parse(readFileSync(new URL("scikitLearn.json", import.meta.url), "utf8")));
  });

  test.skipIf(!python)("as it says itself (needs python3 with scikit-learn)", () => {
    const { stdout, stderr } = spawnSync(python ?? "", [script], { encoding: "utf8" });
    expect(stderr).toBe("");
    expectSame(JSON.parse(stdout));
  });
});
