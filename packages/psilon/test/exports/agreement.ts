import { expect } from "vitest";
import type { Example } from "./examples.ts";

/** What an export says of a row: the numbers predicted, then the low and the high end of each interval; or a label and all probabilities. */
export interface Answer {
  readonly label?: string;
  readonly numbers: readonly number[];
}

const TOLERANCE = 1e-5;

/** Expects what psilon predicts for every row of an example, within 1e-5: numbers relative to themselves or to the target's scale, the larger. */
export function expectAgreement({ name, model: { target }, predicted }: Example, answers: readonly Answer[]) {
  if (predicted.task === "regression" && target.task === "regression") {
    const { targets, values, interval } = predicted;
    const { names, scales, link } = target;
    expect(answers.length * targets.length, name).toBe(values.length);
    const near = (found: number, y: number, k: number) => {
      const unit = Math.max(Math.abs(y), link ? 0 : scales[k % scales.length]);
      expect(Math.abs(found - y) / unit, `${name}: ${found} for ${y}`).toBeLessThan(TOLERANCE);
    };
    answers.forEach(({ numbers }, i) => {
      expect(numbers, name).toHaveLength(targets.length + (interval ? 2 * names.length : 0));
      for (const k of targets.keys()) near(numbers[k], values[i * targets.length + k], k);
      if (!interval) return;
      for (const k of names.keys()) {
        near(numbers[targets.length + 2 * k], interval.low[i * names.length + k], k);
        near(numbers[targets.length + 2 * k + 1], interval.high[i * names.length + k], k);
      }
    });
  } else if (predicted.task === "classification" && target.task === "classification") {
    const { classes, labels, probabilities } = predicted;
    expect(answers, name).toHaveLength(labels.length);
    answers.forEach(({ label, numbers }, i) => {
      expect(numbers, name).toHaveLength(classes.length);
      const shares = probabilities.subarray(i * classes.length, (i + 1) * classes.length);
      for (const k of classes.keys()) expect(Math.abs(numbers[k] - shares[k]), name).toBeLessThan(TOLERANCE);
      const [first, second] = [...shares].sort((a, b) => b - a);
      const { threshold } = target;
      const isClose = threshold
        ? Math.abs(shares[threshold.positive] - threshold.at) < TOLERANCE
        : first - second < TOLERANCE;
      if (!isClose) expect(label, name).toBe(classes[labels[i]]);
    });
  } else throw new Error(`${name} predicts what it was not made for`);
}
