import { expect, test } from "vitest";
import { intersectionOverUnion } from "../occupancy/iou.js";
import { psnr } from "../shared/psnr.js";

test("IoU is what both have of what either has", () => {
  expect(intersectionOverUnion([2, 1, -1, -3, 0.5], [1, 0, 1, 0, 1])).toBe(2 / 4);
  expect(intersectionOverUnion([-1, -2], [0, 0])).toBe(1);
  expect(intersectionOverUnion([1, -2], [0, 1])).toBe(0);
});

test("PSNR falls by 20 dB where the error grows tenfold, and does not see what is cut off", () => {
  const truth = [0, 0.5, 1];
  expect(psnr([0.1, 0.4, 0.9], truth)).toBeCloseTo(20, 9);
  expect(psnr([0.01, 0.49, 0.99], truth)).toBeCloseTo(40, 9);
  expect(psnr([-3, 0.5, 7], truth)).toBe(Number.POSITIVE_INFINITY);
});
