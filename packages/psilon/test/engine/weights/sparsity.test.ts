import { expect, test } from "vitest";
import { exactSparsity, nearSparsity, shareBelow } from "../../../src/engine/weights/sparsity.ts";

test("near-sparsity is 0 for a row of equal magnitudes, whatever their signs and size", () => {
  expect(nearSparsity([3, -3, 3, -3], 4)).toBeCloseTo(0, 12);
  expect(nearSparsity([1e-20, 1e-20], 2)).toBeCloseTo(0, 12);
});

test("near-sparsity is 1 − 1/d for a row with one nonzero", () => {
  expect(nearSparsity([0, 0, -7, 0, 0], 5)).toBeCloseTo(1 - 1 / 5, 12);
  expect(nearSparsity([2], 1)).toBeCloseTo(0, 12);
});

test("near-sparsity is 1 − exp(entropy)/d in between", () => {
  // p = (1/2, 1/4, 1/4): H = ½·ln 2 + 2·¼·ln 4 = 1.5·ln 2.
  expect(nearSparsity([2, -1, 1, 0], 4)).toBeCloseTo(1 - 2 ** 1.5 / 4, 12);
});

test("near-sparsity is the mean over rows, and a row of zeros counts as 1", () => {
  expect(nearSparsity([1, 1, 0, 5], 2)).toBeCloseTo((0 + 0.5) / 2, 12);
  expect(nearSparsity([0, 0, 1, 1], 2)).toBeCloseTo((1 + 0) / 2, 12);
});

test("exact sparsity is the share of zeros of either sign, and of nothing that is merely small", () => {
  expect(exactSparsity([0, -0, 1e-45, 1])).toBe(0.5);
});

test("the share below a threshold counts magnitudes strictly below it, 1e-13 unless told otherwise", () => {
  expect(shareBelow([0, -0.9e-13, 1.1e-13, 1])).toBe(0.5);
  expect(shareBelow([0.5, -0.4, 2, -3], 0.5)).toBe(0.25);
});
