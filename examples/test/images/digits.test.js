import { expect, test } from "vitest";
import { readDigits } from "../../images/digits.js";
import { loadImages } from "../../images/load.js";

test("there are 10,000 digits of 28 × 28 grey levels, all ten about as often", () => {
  const { shape, classes, labels, bytes } = readDigits();
  expect([shape, classes.length, labels.length, bytes.length]).toEqual([
    [28, 28, 1],
    10,
    10_000,
    10_000 * 28 * 28,
  ]);
  const counts = classes.map((_, digit) => labels.filter((label) => label === digit).length);
  expect(Math.min(...counts)).toBeGreaterThan(800);
  expect(Math.max(...bytes.subarray(0, 784))).toBe(255);
});

test("no digit is both to learn from and to test on, and another seed splits otherwise", () => {
  const { train, test: held } = loadImages({ seed: 1 });
  expect([train.rows, held.rows]).toEqual([8000, 2000]);
  const seen = new Set(Array.from({ length: train.rows }, (_, i) => image(train, i)));
  const twice = Array.from({ length: held.rows }, (_, i) => image(held, i)).filter((text) => seen.has(text));
  expect(twice).toEqual([]);
  expect(loadImages({ seed: 1 }).test.targets).toEqual(held.targets);
  expect(image(loadImages({ seed: 2 }).test, 0)).not.toBe(image(held, 0));
});

test("fewer digits are drawn with their shares of classes", () => {
  const { train, test: held } = loadImages({ seed: 1, train: 500, test: 100 });
  expect([train.rows, held.rows]).toEqual([500, 100]);
  const counts = Array.from({ length: 10 }, (_, digit) => train.targets.filter((y) => y === digit).length);
  expect(Math.min(...counts)).toBeGreaterThan(40);
});

/** An image's numbers as text. */
function image({ inputs, rows }, i) {
  const size = inputs.length / rows;
  return Buffer.from(inputs.slice(i * size, (i + 1) * size).buffer).toString("base64");
}
