import { describe, expect, test } from "vitest";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { boxAround, boxBetween } from "../../src/bounds/box.ts";
import { changeAt, searchChange, searchMaximum } from "../../src/bounds/witnessSearch.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { denseOf, mlpOf, rowPair } from "../support/roundingDown.ts";

const first = { plus: 0, minus: null };
const still = { seed: 1, restarts: 0, steps: 0 };

/** 2 − |x − 0.3|. */
const peak: FoldedNetwork = {
  architecture: "resnet",
  layers: [denseOf([[1]], [-0.3]), { ...rowPair([-1], [1]), bias: Float32Array.of(2) }],
};
const plane = boundedModel([{ network: mlpOf(denseOf([[1, -2]])) }]);

describe("A search for a witness", () => {
  test("finds a peak between the ends, the nearer the more steps it takes", () => {
    const model = boundedModel([{ network: peak }]);
    const found = (steps: number) =>
      searchMaximum(model, boxBetween([-1], [1], [-0.9]), first, { ...still, steps }).atLeast;
    expect(found(0)).toBeCloseTo(0.8, 6);
    expect(found(20)).toBeGreaterThan(1.9);
    expect(found(200)).toBeGreaterThan(1.99);
    expect(found(200)).toBeLessThanOrEqual(2);
  });

  test("goes from the centre to a corner in two steps, and no farther than 1000 on an infinite side", () => {
    const inf = Number.POSITIVE_INFINITY;
    const { witness } = searchMaximum(plane, boxBetween([-1, -inf], [inf, 5], [2, 4]), first, {
      ...still,
      steps: 9,
    });
    expect(witness).toEqual(Float64Array.of(1002, -996));
  });

  test("without steps or restarts knows the centre, and points that it is told of, moved into the box", () => {
    const box = boxAround([0, 0], [1, 1]);
    const found = (known?: Float64Array[]) =>
      searchMaximum(plane, box, first, { ...still, ...(known && { known }) });
    expect(found().witness).toEqual(Float64Array.of(0, 0));
    expect(found([Float64Array.of(0.5, 0.25)]).witness).toEqual(Float64Array.of(0, 0));
    expect(found([Float64Array.of(0.5, -0.25)]).witness).toEqual(Float64Array.of(0.5, -0.25));
    const moved = found([Float64Array.of(70, -80)]).witness;
    expect(moved).toEqual(Float64Array.of(box.upper[0], box.lower[1]));
  });

  test("starts from as many random points of the box as it is told to, which the seed decides", () => {
    const box = boxAround([0, 0], [1, 2]);
    const found = (restarts: number, seed: number) =>
      searchMaximum(plane, box, first, { ...still, restarts, seed }).witness;
    const points = Array.from({ length: 20 }, (_, seed) => found(30, seed));
    expect(new Set(points.map(String)).size).toBe(20);
    for (const x of points) {
      // Of 30 points the best is at least half way to the corner, on both sides of the box.
      expect(x[0] - 2 * x[1]).toBeGreaterThan(2);
      expect(x.every((value, j) => value >= box.lower[j] && value <= box.upper[j])).toBe(true);
    }
    expect(found(30, 3)).toEqual(points[3]);
    expect(found(0, 3)).toEqual(Float64Array.of(0, 0));
  });

  test("for a change takes the direction in which the output moves farther, and counts from the centre", () => {
    const model = boundedModel([{ network: peak }]);
    const change = (low: number, high: number, centre: number) =>
      searchChange(model, boxBetween([low], [high], [centre]), first, { ...still, steps: 50 });
    // From 2 at the peak downwards by 1.3, upwards by nothing.
    expect(change(-1, 1, 0.3).atLeast).toBeCloseTo(1.3, 5);
    expect(change(-1, 1, 0.3).witness[0]).toBe(-1);
    // From 0.7 upwards by 1.3, downwards by 0.7.
    expect(change(-1.7, 1, -1).atLeast).toBeGreaterThan(1.25);
    expect(change(-1.7, 1, -1).witness[0]).toBeGreaterThan(0.2);
    expect(change(-1, 1, 0.3)).toMatchObject({
      claim: "sampled lower bound",
      scope: "local",
      quantity: "change",
      method: "search",
      arithmetic: "real",
    });
  });

  test("says of a point what it moves at least: nothing at the centre, and never less than nothing", () => {
    const row = Float64Array.of(1);
    const [centre, x] = [Float64Array.of(0.1, 0.2), Float64Array.of(0.4, 0.1)];
    expect(changeAt(plane, row, centre, centre)).toBe(0);
    for (const [from, to] of [
      [centre, x],
      [x, centre],
    ]) {
      const found = changeAt(plane, row, from, to);
      expect(found).toBeLessThan(0.5);
      expect(found).toBeGreaterThan(0.5 - 1e-14);
    }
  });
});
