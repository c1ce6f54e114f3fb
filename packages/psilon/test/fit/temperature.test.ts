import { expect, test } from "vitest";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { probabilities } from "../../src/fit/outputs.ts";
import { calibrate, fitTemperature } from "../../src/fit/temperature.ts";
import type { Prepared } from "../../src/preprocess/prepare.ts";
import type { ClassTarget } from "../../src/preprocess/target.ts";

/** Logits of rows, `by` times those that their labels were drawn by. */
function drawn(rows: number, classes: number, by: number, seed = 1) {
  const random = createRandom(seed);
  const columns = classes === 2 ? 1 : classes;
  const logits = Float32Array.from({ length: rows * columns }, () => 2 * normal(random));
  const shares = probabilities(logits, classes);
  const labels = Int32Array.from({ length: rows }, (_, i) => {
    let [u, label] = [random.next(), 0];
    while (label < classes - 1 && u >= shares[i * classes + label]) u -= shares[i * classes + label++];
    return label;
  });
  return { outputs: logits.map((z) => by * z), labels };
}

test.each([2, 3, 7])("The temperature of %i classes is that by which logits are too large", (classes) => {
  for (const by of [0.5, 1, 3]) {
    const { outputs, labels } = drawn(8000, classes, by);
    expect(fitTemperature(outputs, labels, classes, null) / by).toBeGreaterThan(0.92);
    expect(fitTemperature(outputs, labels, classes, null) / by).toBeLessThan(1.08);
  }
});

test("Rows of weight 0 do not count", () => {
  const { outputs, labels } = drawn(4000, 2, 2);
  const weights = Float32Array.from(labels, (_, i) => (i < 3000 ? 1 : 0));
  const wrong = labels.map((label, i) => (i < 3000 ? label : 1 - label));
  const some = fitTemperature(outputs.slice(0, 3000), labels.slice(0, 3000), 2, null);
  expect(fitTemperature(outputs, wrong, 2, weights)).toBeCloseTo(some, 3);
});

test("A few rows that are all right do not make probabilities sure", () => {
  const outputs = Float32Array.from({ length: 10 }, (_, i) => (i % 2 ? 3 : -3));
  const labels = Int32Array.from({ length: 10 }, (_, i) => i % 2);
  const temperature = fitTemperature(outputs, labels, 2, null);
  expect(temperature).toBeLessThan(1);
  expect(temperature).toBeGreaterThan(0.5);
});

test("A temperature is kept where it lowers the log loss of the rows held out, which is told with the calibration error", () => {
  const target: ClassTarget = { task: "classification", name: "y", classes: ["a", "b", "c"] };
  const calibrated = (by: number) => {
    const { outputs, labels } = drawn(2000, 3, by);
    const places = Int32Array.from(labels, (_, i) => i);
    const parts = [places.slice(0, 900), places.slice(900)];
    const prepared = { rows: places, truth: labels, weights: null } as unknown as Prepared;
    const splits = parts.map((test) => ({ train: places, test }));
    return calibrate(prepared, target, splits, outputs);
  };
  const { temperature, before, after } = calibrated(4)!;
  expect(temperature).toBeCloseTo(4, 0);
  expect(after.logLoss).toBeLessThan(0.8 * before.logLoss);
  expect(after.calibrationError).toBeLessThan(0.3 * before.calibrationError);
  const none = calibrated(1);
  if (none) expect(none.after.logLoss).toBeLessThan(none.before.logLoss);
  const sure = calibrate(
    { rows: Int32Array.of(0), truth: Int32Array.of(1), weights: null } as unknown as Prepared,
    target,
    [{ train: Int32Array.of(), test: Int32Array.of(0) }],
    Float32Array.of(0, 0, 0),
  );
  expect(sure).toBeNull();
});

test("A row of weight 3 is three rows, in the log loss and the calibration error alike", () => {
  const target: ClassTarget = { task: "classification", name: "y", classes: ["a", "b"] };
  const { outputs, labels } = drawn(600, 2, 4);
  const all = Array.from(labels.keys());
  const repeated = all.flatMap((row) => (labels[row] === 1 ? [row, row, row] : [row]));
  const calibrated = (rows: readonly number[], weigh: boolean) => {
    const places = Int32Array.from(rows.keys());
    const truth = Int32Array.from(rows, (row) => labels[row]);
    const weights = weigh ? Float32Array.from(truth, (label) => (label === 1 ? 3 : 1)) : null;
    const prepared = { rows: places, truth, weights } as unknown as Prepared;
    const logits = Float32Array.from(rows, (row) => outputs[row]);
    return calibrate(prepared, target, [{ train: places, test: places }], logits)!;
  };
  const [weighted, tripled] = [calibrated(all, true), calibrated(repeated, false)];
  expect(weighted.temperature).toBe(tripled.temperature);
  for (const when of ["before", "after"] as const) {
    expect(weighted[when].logLoss).toBeCloseTo(tripled[when].logLoss, 10);
    expect(weighted[when].calibrationError).toBeCloseTo(tripled[when].calibrationError, 10);
  }
});
