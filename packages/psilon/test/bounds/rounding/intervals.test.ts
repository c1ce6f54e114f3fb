import { describe, expect, test } from "vitest";
import { boundedModel, type PiecewiseLayer } from "../../../src/bounds/boundedModel.ts";
import { intervalsThrough } from "../../../src/bounds/intervals.ts";
import { gamma } from "../../../src/bounds/rounding.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { FoldedLayer } from "../../../src/folded/folded.ts";
import {
  add,
  type Dyadic,
  dyadic,
  isAtMost,
  larger,
  multiply,
  negative,
  subtract,
  sumOf,
} from "../../support/dyadic.ts";
import { between, dense, normals, pair } from "../../support/foldedNetworks.ts";
import { denseOf, LOST, ones, roundsDown, rowPair } from "../../support/roundingDown.ts";

const prepared = (layer: FoldedLayer): PiecewiseLayer =>
  boundedModel([{ network: { architecture: layer.kind === "pair" ? "resnet" : "mlp", layers: [layer] } }])
    .members[0].layers[0];

/** The largest value of unit i over the ends, in exact arithmetic: every column at the best of its ends and 0. */
function exactUpper(layer: FoldedLayer, i: number, lower: number[], upper: number[], first: boolean): Dyadic {
  const terms = lower.map((low, j) => {
    const at = i * layer.columns + j;
    const identity = dyadic(layer.kind === "pair" && layer.residual && i === j ? 1 : 0);
    const reached = [low, upper[j], ...(low < 0 && upper[j] > 0 ? [0] : [])].map((h) => {
      const own = layer.kind === "pair" ? (h > 0 ? layer.positive : layer.negative)[at] : layer.weight[at];
      const slope = layer.kind === "dense" && !first && h < 0 ? dyadic(0) : add(identity, dyadic(own));
      return multiply(slope, dyadic(h));
    });
    return reached.reduce(larger);
  });
  return add(dyadic(layer.bias[i]), sumOf(terms));
}

const opposite = (layer: FoldedLayer): FoldedLayer => {
  const turn = (values: Float32Array) => values.map((value) => -value);
  return layer.kind === "dense"
    ? { ...layer, weight: turn(layer.weight), bias: turn(layer.bias) }
    : { ...layer, positive: turn(layer.positive), negative: turn(layer.negative), bias: turn(layer.bias) };
};

/** Both ends of every unit hold, and the upper one by no more than twice the roundings that there can be. */
function expectEnclosed(layer: FoldedLayer, lower: number[], upper: number[], first: boolean) {
  const ends = { lower: Float64Array.from(lower), upper: Float64Array.from(upper) };
  const found = intervalsThrough(prepared(layer), ends, first);
  const error = 4 * gamma(layer.columns + 8);
  const heaviest = Math.max(...(layer.kind === "pair" ? layer.positive : layer.weight).map(Math.abs));
  const lost = 4 * Number.MIN_VALUE * layer.columns * (1 + heaviest);
  for (let i = 0; i < layer.rows; i++) {
    const exact = exactUpper(layer, i, lower, upper, first);
    expect(isAtMost(exact, found.upper[i])).toBe(true);
    const excess = subtract(dyadic(found.upper[i]), exact);
    expect(isAtMost(excess, error * found.size[i] + lost)).toBe(true);
    if (layer.kind === "pair" && layer.residual) continue;
    const least = negative(exactUpper(opposite(layer), i, lower, upper, first));
    expect(isAtMost(negative(least), -found.lower[i])).toBe(true);
  }
}

describe("Intervals through a layer hold in exact arithmetic", () => {
  const count = 200;
  const kept = (sign: number) => denseOf([roundsDown(count).map((weight) => sign * weight)]);
  const paired = (sign: number) => rowPair(roundsDown(count).map((weight) => sign * weight));

  test.each([1, -1])("where float64 loses all terms but one (sign %i), by middles and by ends", (sign) => {
    for (const first of [true, false]) {
      expectEnclosed(kept(sign), ones(count + 1), ones(count + 1), first);
      expectEnclosed(kept(sign), Array(count + 1).fill(-1), ones(count + 1), first);
    }
    expectEnclosed(paired(sign), ones(count + 1), ones(count + 1), false);
    expectEnclosed(paired(sign), Array(count + 1).fill(-1), ones(count + 1), false);
  });

  test("where a bias hides what is added to it", () => {
    for (const bias of [1, -1]) {
      const layer = denseOf([Array(count).fill(LOST)], [bias]);
      expectEnclosed(layer, ones(count), ones(count), true);
      expectEnclosed(layer, Array(count).fill(-1), ones(count), true);
    }
  });

  test.each([1, -1])("where products are too small for a number (sign %i)", (sign) => {
    const tiny = Array(5).fill(2 ** -1000);
    const layer = denseOf([Array(5).fill(sign * 2 ** -100)]);
    expectEnclosed(layer, tiny, tiny, true);
    expectEnclosed(layer, Array(5).fill(0), tiny, false);
    expectEnclosed(rowPair(Array(5).fill(sign * 2 ** -100)), tiny, tiny, false);
  });

  test("where halves of the ends are too small for a number, and a large weight makes them count", () => {
    const layer = denseOf([[2 ** 100]]);
    for (const low of [-3, -2, -1, 0, 1]) {
      for (const width of [1, 2, 3, 4]) {
        expectEnclosed(layer, [low * Number.MIN_VALUE], [(low + width) * Number.MIN_VALUE], true);
      }
    }
  });

  test("of a residual pair whose 1 + W_ii float64 rounds, beside a product and a bias that are rounded", () => {
    const random = createRandom(3);
    for (let trial = 0; trial < 2000; trial++) {
      const weight = 2 ** -30 * (1 + random.next());
      const layer = pair(
        true,
        1,
        1,
        () => weight,
        () => 2 ** -53 * random.next(),
      );
      const h = [1 + 2 ** -27 * random.next()];
      expectEnclosed(layer, h, h, false);
    }
  });

  test("of random layers and ends", () => {
    const random = createRandom(4);
    for (let trial = 0; trial < 300; trial++) {
      const draw = normals(random);
      const columns = between(random, 1, 12);
      const rows = between(random, 1, 3);
      const layer = trial % 3 ? dense(rows, columns, draw, draw) : pair(false, rows, columns, draw, draw);
      const lower = Array.from({ length: columns }, draw);
      const widths = trial % 4 ? lower.map(() => random.next() * 2 ** between(random, -60, 2)) : [];
      const upper = lower.map((low, j) => low + (widths[j] ?? 0));
      expectEnclosed(layer, lower, upper, trial % 3 === 1);
    }
  });

  test("and where ends are infinite, or a sum overflows in both directions", () => {
    const inf = Number.POSITIVE_INFINITY;
    const through = (weights: number[], lower: number[], upper: number[], first: boolean) => {
      const ends = { lower: Float64Array.from(lower), upper: Float64Array.from(upper) };
      const found = intervalsThrough(prepared(denseOf([weights])), ends, first);
      return [found.lower[0], found.upper[0]].map((end) => (Number.isFinite(end) ? Math.round(end) : end));
    };
    expect(through([2, 0, -3], [-inf, -inf, 1], [1, inf, 2], true)).toEqual([-inf, -1]);
    expect(through([-2, 0, -3], [-inf, -inf, 1], [1, inf, 2], true)).toEqual([-8, inf]);
    // Hidden units hand on what is above 0 alone.
    expect(through([2, 5], [-inf, 1], [inf, 1], false)).toEqual([5, inf]);
    expect(through([-2, 5], [-inf, 1], [inf, 1], false)).toEqual([-inf, 5]);
    expect(through([2, 5], [1, -inf], [inf, -3], false)).toEqual([2, inf]);
    expect(through([3e38, 3e38], [1e300, -1e300], [1e300, -1e300], true)).toEqual([-inf, inf]);
  });
});
