import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import { effectOf } from "../../src/models/columnEffect.ts";
import { type EncodedColumn, encodedInputs } from "../../src/preprocess/encoder.ts";

const EDGES = [-3, -2.5, 0, 4, 4.25, 9];
const numeric = (more: object): EncodedColumn => ({
  ...{ name: "x", kind: "numeric", varies: true, missing: true, mean: 1, std: 2, integer: false },
  ...more,
});
const effect = (column: EncodedColumn, s: readonly number[]) =>
  effectOf(column, encodedInputs({ unseen: "zeros", columns: [column] }), Float64Array.from(s));

/** What x and y differ in at most by their definition, input by input. */
function differ(withValue: boolean, s: readonly number[], x: number, y: number): number {
  const shares = (at: number) =>
    EDGES.slice(1).map((edge, t) => Math.min(Math.max((at - EDGES[t]) / (edge - EDGES[t]), 0), 1));
  const [from, to] = [shares(x), shares(y)];
  const binned = from.reduce((sum, share, t) => sum + s[t + Number(withValue)] * Math.abs(to[t] - share), 0);
  return binned + (withValue ? (s[0] * Math.abs(y - x)) / 2 : 0);
}

describe.each([false, true])("What a number by its bins can do (its value beside them: %s)", (withValue) => {
  const s = [...(withValue ? [0.3] : []), 0.5, 2, 0, 0.75, 3, 0.125];
  const { within, bins, outside, missing } = effect(numeric({ bins: { edges: EDGES, withValue } }), s);

  test.each([
    ["as they are", s],
    ["the other way round", [...s].reverse()],
    ["of one bin", s.map((_, j) => Number(j === 3))],
    ["growing", s.map((_, j) => j * j)],
  ])("is never exceeded by two numbers, and reached by some, at every distance: weights %s", (_, s) => {
    const { within } = effect(numeric({ bins: { edges: EDGES, withValue } }), s);
    const random = createRandom(4);
    for (const distance of [0.01, 0.2, 1, 3, 6.5, 12, 40]) {
      let most = 0;
      const try_ = (x: number) => {
        most = Math.max(most, differ(withValue, s, x, x + distance));
      };
      for (let trial = 0; trial < 2000; trial++) try_(-45 + 60 * random.next());
      for (const edge of EDGES) for (const start of [edge, edge - distance]) try_(start);
      expect(most).toBeLessThanOrEqual(within(distance));
      expect(most).toBeGreaterThan(within(distance) * (1 - 1e-12));
    }
  });

  test("is per unit the steepest bin's, and has an end only without the value", () => {
    const slopes = [0.5 / 0.5, 2 / 2.5, 0, 0.75 / 0.25, 3 / 4.75];
    const beside = withValue ? 0.15 : 0;
    bins.forEach((slope, t) => {
      expect(slope).toBeGreaterThanOrEqual(slopes[t] + beside);
      expect(slope).toBeCloseTo(slopes[t] + beside, 12);
    });
    expect(outside).toBeCloseTo(beside, 12);
    expect(missing).toBe(0.125);
    const all = within(Number.POSITIVE_INFINITY);
    if (withValue) expect(all).toBe(Number.POSITIVE_INFINITY);
    else expect(all).toBeCloseTo(6.25, 12);
  });
});

test("What a clipped number can do ends at twice its clip, and what no weight reads does nothing", () => {
  const clipped = effect(numeric({ clip: 10 }), [0.5, 0]);
  expect(clipped.within(8)).toBeCloseTo(2, 12);
  expect(clipped.within(Number.POSITIVE_INFINITY)).toBeCloseTo(10, 12);
  for (const more of [{}, { clip: 10 }, { bins: { edges: EDGES, withValue: true } }]) {
    const nothing = effect(numeric(more), Array(8).fill(0));
    expect([nothing.within(Number.POSITIVE_INFINITY), nothing.outside, ...nothing.bins]).toEqual(
      Array(2 + nothing.bins.length).fill(0),
    );
  }
});

test("What bins between the largest numbers can do is no less than what they do, however far", () => {
  const edges = [-1.7e308, 1.7e308, 1.79e308];
  const { within, bins } = effect(numeric({ std: 1e308, bins: { edges, withValue: false } }), [1, 2, 0]);
  expect(bins[0]).toBeGreaterThan(0.5 / 1.7000001e308);
  expect(within(1e308)).toBeGreaterThanOrEqual(2);
  expect(within(Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(3);
});
