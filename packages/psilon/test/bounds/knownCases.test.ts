import { describe, expect, test } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { boxAround, boxBetween } from "../../src/bounds/box.ts";
import type { OutputRow } from "../../src/bounds/certificate.ts";
import { exactChange, exactMaximum } from "../../src/bounds/exact.ts";
import { globalBounds, sensitivityOf, spectralBound } from "../../src/bounds/globalBounds.ts";
import { changeOver, maximumOver, rangeOver } from "../../src/bounds/overBox.ts";
import { searchMaximum } from "../../src/bounds/witnessSearch.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { FoldedDense, FoldedNetwork } from "../../src/folded/folded.ts";
import { between, pair, resnet } from "../support/foldedNetworks.ts";

const first: OutputRow = { plus: 0, minus: null };
const inf = Number.POSITIVE_INFINITY;
const near = (found: number, expected: number) =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(expected)));

function dense(weight: number[][], bias: number[]): FoldedDense {
  return {
    kind: "dense",
    rows: weight.length,
    columns: weight[0].length,
    weight: Float32Array.from(weight.flat()),
    bias: Float32Array.from(bias),
  };
}
const mlp = (...layers: FoldedDense[]): FoldedNetwork => ({ architecture: "mlp", layers });

/** |x| = max(x, 0) + max(−x, 0). */
const absolute = mlp(dense([[1], [-1]], [0, 0]), dense([[1, 1]], [0]));

describe("A linear network", () => {
  const network = mlp(
    dense(
      [
        [2, -3, 0],
        [-1, 0.5, 4],
      ],
      [1, -2],
    ),
  );
  const model = boundedModel([{ network }]);

  test("has one ∞→∞ and one ∞→1 bound, the exact ones, whatever the method", () => {
    for (const { inputNorm, outputNorm, atMost } of globalBounds(model)) {
      near(atMost, inputNorm === "1" ? 4 : outputNorm === "1" ? 10.5 : 5.5);
    }
    for (const { inputNorm, atMost } of globalBounds(model, { plus: 0, minus: 1 })) {
      near(atMost, inputNorm === "1" ? 4 : 10.5);
    }
    near(spectralBound(model, first).atMost / Math.hypot(2, 3), 1);
  });

  test("has the same bound over a box by every method, and it is reached", async () => {
    const analysis = analyse(model, boxBetween([0, 0, -1], [1, 2, 1], [0, 1, 0]));
    for (const { atMost } of maximumOver(analysis, { plus: 0, minus: 1 })) {
      near(atMost, atMost >= 10 ? atMost : 3 + 3 + 4);
    }
    near(maximumOver(analysis, { plus: 0, minus: 1 })[0].atMost, 10);
    near((await exactMaximum(analysis, { plus: 0, minus: 1 }, 600)).upper.atMost, 10);
    near(
      searchMaximum(model, analysis.box, { plus: 0, minus: 1 }, { seed: 1, restarts: 0, steps: 3 }).atLeast,
      10,
    );
    const { lower, upper } = rangeOver(analysis, first);
    near(lower, 1 - 6);
    near(upper, 3);
    for (const { atMost } of changeOver(analyse(model, boxAround([7, 8, 9], [1, 2, 3])), first))
      near(atMost, 8);
  });
});

describe("The absolute value, built from two units", () => {
  const model = boundedModel([{ network: absolute }]);

  test("has the 1-path-norm 2 and the Lipschitz constant 1, which the bounds over a box find on either side of 0", async () => {
    near(globalBounds(model)[0].atMost, 2);
    for (const centre of [3, -3]) {
      near(changeOver(analyse(model, boxAround([centre], [1])), first)[0].atMost, 1);
    }
    const across = analyse(model, boxBetween([-1], [2], [1]));
    const { lower, upper } = rangeOver(across, first);
    near(upper, 2);
    near(lower, 0);
    expect((await exactMaximum(across, first, 600)).upper.atMost).toBeCloseTo(2, 9);
    const change = await exactChange(across, first, 5);
    expect(change.upper.atMost).toBeGreaterThanOrEqual(1);
    expect(change.upper.atMost).toBeCloseTo(1, 9);
    expect(change.lower.atLeast).toBeCloseTo(1, 9);
    expect(Math.abs(change.lower.witness[0])).toBeCloseTo(change.lower.witness[0] > 0.5 ? 2 : 0, 9);
  });

  test("is at least 0 over everything, and at most infinite", () => {
    const { lower, upper } = rangeOver(analyse(model, boxBetween([-inf], [inf])), first);
    expect(Math.abs(lower)).toBeLessThan(1e-300);
    expect(upper).toBe(inf);
    const half = rangeOver(analyse(model, boxBetween([2], [inf])), first);
    near(half.lower, 2);
    expect(half.upper).toBe(inf);
  });
});

describe("A unit whose sign is fixed", () => {
  test("counts with its signed weight, or not at all", () => {
    // f = max(x + y + 5, 0) − max(x + y + 6, 0) + 9·max(−x − 7, 0): near 0 the first two cancel and the third is off.
    const network = mlp(
      dense(
        [
          [1, 1],
          [1, 1],
          [-1, 0],
        ],
        [5, 6, -7],
      ),
      dense([[1, -1, 9]], [0]),
    );
    const model = boundedModel([{ network }]);
    const analysis = analyse(model, boxAround([0, 0], [1, 1]));
    const changes = changeOver(analysis, first);
    near(changes.find(({ method }) => method === "global")!.atMost, 13);
    for (const method of ["signed", "relaxation"]) {
      expect(changes.find((change) => change.method === method)!.atMost).toBeLessThan(1e-12);
    }
    // Intervals do not know that both units move together.
    near(changes.find(({ method }) => method === "interval")!.atMost, 4);
  });
});

describe("A CReLU pair", () => {
  test("whose channels agree is linear, which relaxation and signed products see across 0", () => {
    const block = pair(
      true,
      1,
      1,
      () => 0.5,
      () => 0,
    );
    const network: FoldedNetwork = {
      architecture: "resnet",
      layers: [
        dense([[1]], [0]),
        block,
        pair(
          false,
          1,
          1,
          () => 2,
          () => 0,
        ),
      ],
    };
    const changes = changeOver(analyse(boundedModel([{ network }]), boxAround([0.25], [1])), first);
    for (const { atMost } of changes) near(atMost, 3);
  });

  test("is relaxed jointly: |h| from one pair has the exact ends over any box", () => {
    const output = pair(
      false,
      1,
      1,
      () => 1,
      () => 0,
    );
    output.negative[0] = -1;
    const network: FoldedNetwork = { architecture: "resnet", layers: [dense([[1]], [0]), output] };
    const { lower, upper } = rangeOver(analyse(boundedModel([{ network }]), boxBetween([-1], [2])), first);
    near(upper, 2);
    near(lower, 0);
  });

  test("reaches its bounds exactly where W_0 ≥ 0, W⁺ ≥ W⁻ ≥ 0 and C⁺ ≥ C⁻ ≥ 0, without biases, on positive inputs", () => {
    const random = createRandom(8);
    const positive = () => between(random, 0, 8) / 8;
    const network = resnet({ inputs: 3, width: 4, depth: 3, outputs: 1 }, positive, () => 0);
    for (const layer of network.layers) {
      if (layer.kind === "pair")
        layer.negative.forEach((value, k) => {
          layer.negative[k] = Math.min(value, layer.positive[k]);
        });
    }
    const model = boundedModel([{ network }]);
    const analysis = analyse(model, boxAround([2, 3, 4], [1, 1, 1]));
    const [column] = globalBounds(model);
    for (const { atMost } of changeOver(analysis, first)) near(atMost / column.atMost, 1);
    const found = searchMaximum(model, analysis.box, first, { seed: 1, restarts: 0, steps: 2 });
    near(
      (found.atLeast - rangeOver(analyse(model, boxAround([2, 3, 4], [0, 0, 0])), first).lower) /
        column.atMost,
      1,
    );
  });

  test("may have a folded bound below the improved one: W⁺ = W⁻ = −1 cancels the skip connection, and the sensitivity knows", () => {
    const network: FoldedNetwork = {
      architecture: "resnet",
      layers: [
        dense([[1]], [0]),
        pair(
          true,
          1,
          1,
          () => -1,
          () => 0,
        ),
        pair(
          false,
          1,
          1,
          () => 1,
          () => 0,
        ),
      ],
    };
    const model = boundedModel([{ network }]);
    const of = (method: string) =>
      globalBounds(model, first).find((bound) => bound.method === method)!.atMost;
    expect(of("folded")).toBe(0);
    near(of("improved"), 2);
    expect(sensitivityOf(model, first)).toEqual(Float64Array.of(0));
  });
});

describe("A difference of two outputs", () => {
  test("is bounded through the difference of their rows, not by the sum of two bounds", () => {
    const network = mlp(
      dense(
        [
          [1, 0],
          [0, 1],
        ],
        [0, 0],
      ),
      dense(
        [
          [5, 1],
          [5, 2],
        ],
        [0, 0],
      ),
    );
    const model = boundedModel([{ network }]);
    near(globalBounds(model, { plus: 0, minus: 1 })[0].atMost, 1);
    near(globalBounds(model, first)[0].atMost, 6);
    near(changeOver(analyse(model, boxAround([0, 0], [1, 1])), { plus: 1, minus: 0 })[0].atMost, 1);
    expect(() => globalBounds(model, { plus: 2, minus: null })).toThrow(
      "The model has 2 outputs, counted from 0, but output 2 was asked for.",
    );
  });
});

describe("A box", () => {
  test("is refused in a sentence when it cannot be one", () => {
    expect(() => boxBetween([0, 2], [1, 1])).toThrow(
      "Input 1 of a box must have a finite centre between its ends, but it has 1 between 2 and 1.",
    );
    expect(() => boxBetween([Number.NaN], [1])).toThrow("Input 0");
    expect(() => boxBetween([0], [1, 2])).toThrow("1, 2 and 1 were given");
    expect(() => boxBetween([0], [1], [2])).toThrow("it has 2 between 0 and 1");
    expect(() => analyse(boundedModel([{ network: absolute }]), boxAround([0, 0], [1, 1]))).toThrow(
      "The model has 1 inputs, but the box has 2.",
    );
  });

  test("with an infinite side has a finite centre, and one without width is its centre", () => {
    expect(boxBetween([-inf, 3, -inf, 2], [inf, inf, -1, 2]).centre).toEqual(Float64Array.of(0, 3, -1, 2));
    const { lower, upper } = boxAround([0.1, 5], [0.2, 0]);
    expect(lower[0]).toBeLessThan(0.1 - 0.2);
    expect(upper[0]).toBeGreaterThan(0.1 + 0.2);
    expect([lower[1], upper[1]]).toEqual([5, 5]);
  });
});
