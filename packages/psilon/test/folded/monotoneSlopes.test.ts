import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import type { FoldedLayer, FoldedNetwork } from "../../src/folded/folded.ts";
import { monotoneSlopes } from "../../src/folded/monotoneSlopes.ts";
import { add, type Dyadic, dyadic, isAtMost, multiply, subtract } from "../support/dyadic.ts";
import { between, mlp, normals, resnet } from "../support/foldedNetworks.ts";
import { chain, denseOf, mlpOf, roundsDown } from "../support/roundingDown.ts";

/** Sums over paths from one unit to the output, by the sign of their product. */
type Sums = readonly [positive: Dyadic, negative: Dyadic];

const zero: Sums = [dyadic(0), dyadic(0)];
const plus = (a: Sums, b: Sums): Sums => [add(a[0], b[0]), add(a[1], b[1])];
const times = ([positive, negative]: Sums, up: number, down: number): Sums => [
  add(multiply(positive, dyadic(up)), multiply(negative, dyadic(down))),
  add(multiply(positive, dyadic(down)), multiply(negative, dyadic(up))),
];

/** The sums for every input, in exact arithmetic; of a pair, the larger of both weights of each sign. */
const pathSums = (layers: readonly FoldedLayer[]): Sums[] =>
  layers.reduceRight<Sums[]>(
    (after, layer) =>
      Array.from({ length: layer.columns }, (_, j) =>
        after.reduce(
          (sum, sums, i) => {
            const at = i * layer.columns + j;
            const weights =
              layer.kind === "pair" ? [layer.positive[at], layer.negative[at]] : [layer.weight[at]];
            return plus(sum, times(sums, Math.max(...weights, 0), Math.max(...weights.map((w) => -w), 0)));
          },
          layer.kind === "pair" && layer.residual ? after[j] : zero,
        ),
      ),
    [[dyadic(1), dyadic(0)]],
  );

/** Each slope makes up for all paths of the wrong sign, and for little more. */
function expectEnough({ layers }: FoldedNetwork) {
  pathSums(layers).forEach(([positive, negative], j) => {
    const directions = layers[0].kind === "dense" ? Array(layers[0].columns).fill(0) : [];
    for (const [direction, wrong] of [
      [1, negative],
      [-1, positive],
    ] as const) {
      const found = monotoneSlopes(layers, directions.with(j, direction))[j] * direction;
      expect(isAtMost(wrong, found)).toBe(true);
      const excess = subtract(dyadic(found), multiply(wrong, dyadic(1 + 2 ** -20)));
      expect(isAtMost(excess, 2 ** -148)).toBe(true);
      if (wrong.n === 0n) expect(Math.abs(found)).toBe(0);
    }
  });
}

describe("The slope that makes an input monotone is not below the exact sum over paths of the wrong sign", () => {
  test("where float64 loses all paths but one", () => {
    const units = roundsDown(500);
    for (const sign of [1, -1]) {
      expectEnough(mlpOf(denseOf(units.map((weight) => [weight])), denseOf([units.map(() => sign)])));
    }
  });

  test("where it is too small for float32, or for float64", () => {
    for (const sign of [1, -1]) {
      for (const weights of [
        [2 ** -75, 2 ** -75],
        [2 ** -75, 1.9 * 2 ** -75],
        [2 ** -100, 2 ** -100],
        Array(10).fill(2 ** -140),
      ]) {
        expectEnough(chain(...weights, sign));
      }
    }
  });

  test("in random networks", () => {
    const random = createRandom(21);
    for (let trial = 0; trial < 60; trial++) {
      const draw = normals(random, 10 ** between(random, -12, 3));
      const width = between(random, 1, 6);
      expectEnough(
        trial % 2
          ? mlp([3, width, width, 1], draw, draw)
          : resnet({ inputs: 3, width, depth: 2, outputs: 1 }, draw, draw),
      );
    }
  });
});
