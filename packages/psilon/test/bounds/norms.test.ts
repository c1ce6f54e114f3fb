import { describe, expect, test } from "vitest";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { globalBounds, spectralBound } from "../../src/bounds/globalBounds.ts";
import { spectralNorm } from "../../src/bounds/spectralNorm.ts";
import { spectralFactor } from "../../src/bounds/spectralProduct.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { FoldedLayer, FoldedNetwork } from "../../src/folded/folded.ts";
import { between, mlp, normals, pair, resnet } from "../support/foldedNetworks.ts";
import { sum } from "../support/plainBounds.ts";

/** |W| of a dense layer, max(|I + W⁺|, |I + W⁻|) of a pair, row by row. */
const magnitudes = (layer: FoldedLayer): number[][] =>
  Array.from({ length: layer.rows }, (_, i) =>
    Array.from({ length: layer.columns }, (__, j) => {
      const at = i * layer.columns + j;
      if (layer.kind === "dense") return Math.abs(layer.weight[at]);
      const identity = layer.residual && i === j ? 1 : 0;
      return Math.max(Math.abs(identity + layer.positive[at]), Math.abs(identity + layer.negative[at]));
    }),
  );

const entry = (matrix: number[][]) => Math.max(...matrix.flat());
const row = (matrix: number[][]) => Math.max(...matrix.map(sum));
const total = (matrix: number[][]) => sum(matrix.flat());

/** The last layer with a row of outputs multiplied into it. */
function contracted(layer: FoldedLayer, r: readonly number[]): FoldedLayer {
  const product = (matrix: Float32Array) =>
    Float32Array.from({ length: layer.columns }, (_, j) =>
      sum(r.map((value, i) => value * matrix[i * layer.columns + j])),
    );
  const shape = { rows: 1, columns: layer.columns, bias: Float32Array.of(0) };
  return layer.kind === "dense"
    ? { ...shape, kind: "dense", weight: product(layer.weight) }
    : {
        ...shape,
        kind: "pair",
        residual: false,
        positive: product(layer.positive),
        negative: product(layer.negative),
      };
}

function productOf(layers: readonly FoldedLayer[], inputNorm: string, outputNorm: string): number {
  const last = layers.length - 1;
  return layers.reduce((value, layer, l) => {
    const norm = l === 0 && inputNorm === "1" ? entry : l === last && outputNorm === "1" ? total : row;
    return value * norm(magnitudes(layer));
  }, 1);
}

describe("The product of norms", () => {
  test("is that of the layers' operator norms, for each pair of norms, of all outputs or a difference of two, in the mean of networks", () => {
    const random = createRandom(120);
    for (let trial = 0; trial < 60; trial++) {
      const draw = normals(random);
      const networks = Array.from(
        { length: between(random, 1, 3) },
        (): FoldedNetwork =>
          trial % 2
            ? mlp([3, ...Array(between(random, 1, 2)).fill(4), 2], draw, draw)
            : resnet({ inputs: 3, width: 3, depth: between(random, 0, 2), outputs: 2 }, draw, draw),
      );
      const model = boundedModel(networks.map((network) => ({ network })));
      for (const output of [null, { plus: 0, minus: 1 }, { plus: null, minus: 1 }]) {
        const r = output && [output.plus === 0 ? 1 : 0, -1];
        const found = globalBounds(model, output).filter(({ method }) => method === "norm-product");
        expect(found.map((one) => one.inputNorm + one.outputNorm)).toEqual(
          output ? ["infinf", "1inf"] : ["inf1", "infinf", "1inf"],
        );
        for (const { inputNorm, outputNorm, atMost, output: about } of found) {
          const exact = networks.map(({ layers }) => {
            const own = r ? [...layers.slice(0, -1), contracted(layers[layers.length - 1], r)] : layers;
            return productOf(own, inputNorm, outputNorm);
          });
          // A row of differences is rounded to float32 here.
          expect(Math.abs(atMost / (sum(exact) / exact.length) - 1)).toBeLessThan(output ? 1e-6 : 1e-12);
          expect(about).toEqual(output);
        }
      }
    }
  });

  test("is above every bound by paths, the same for one output in every norm, and 0 where a layer is", () => {
    const random = createRandom(121);
    const draw = normals(random);
    const network = resnet({ inputs: 3, width: 4, depth: 2, outputs: 1 }, draw, draw);
    const bounds = globalBounds(boundedModel([{ network }]));
    expect(bounds.every(({ output }) => output?.plus === 0 && output.minus === null)).toBe(true);
    for (const norms of ["inf1", "infinf", "1inf"]) {
      const those = bounds.filter((one) => one.inputNorm + one.outputNorm === norms);
      expect(those.map(({ atMost }) => atMost)).toEqual(
        those.map(({ atMost }) => atMost).sort((a, b) => a - b),
      );
      const product = those.find(({ method }) => method === "norm-product")!;
      const column = those.find(({ method }) => method === "column")!;
      expect(column.atMost).toBeLessThanOrEqual(product.atMost);
    }
    const dead = mlp(
      [2, 3, 1],
      () => 0,
      () => 1,
    );
    for (const { atMost } of globalBounds(boundedModel([{ network: dead }]))) expect(atMost).toBe(0);
  });
});

/** σ by the power method, from below. */
function stretched(matrix: number[][]): number {
  let x = matrix[0].map((_, j) => 1 + j / 7);
  let sigma = 0;
  for (let step = 0; step < 3000; step++) {
    const y = matrix.map((weights) => sum(weights.map((w, j) => w * x[j])));
    sigma = Math.hypot(...y) / Math.hypot(...x);
    x = x.map((_, j) => sum(matrix.map((weights, i) => weights[j] * y[i])));
    const size = Math.hypot(...x);
    x = x.map((value) => value / size);
  }
  return sigma;
}

describe("The spectral product", () => {
  test("has factors that are the largest singular value of a dense layer, and of a pair the better of two ways to read it", () => {
    const random = createRandom(122);
    for (let trial = 0; trial < 30; trial++) {
      const [rows, columns] = [between(random, 1, 4), between(random, 1, 4)];
      const residual = trial % 2 === 0;
      const layer = pair(
        residual,
        rows,
        residual ? rows : columns,
        normals(random, [0.1, 1][trial % 2]),
        () => 0,
      );
      // Where a pair works against its skip connection, reading both together is the better way.
      for (let i = 0; i < rows && trial % 4 === 0; i++) {
        for (const matrix of [layer.positive, layer.negative]) matrix[i * layer.columns + i] -= 0.8;
      }
      const beside = (identity: number) =>
        Array.from({ length: rows }, (_, i) =>
          [layer.positive, layer.negative].flatMap((matrix) =>
            Array.from(
              { length: layer.columns },
              (__, j) => matrix[i * layer.columns + j] + (i === j ? identity : 0),
            ),
          ),
        );
      const expected = residual
        ? Math.min(1 + stretched(beside(0)), stretched(beside(1)))
        : stretched(beside(0));
      expect(spectralFactor(layer) / expected).toBeGreaterThan(1 - 1e-9);
      expect(spectralFactor(layer) / expected).toBeLessThan(1.004);
    }
  });

  test("is hardly above the norm where all directions are stretched alike, which is the worst case", () => {
    const n = 64;
    const identity = Float64Array.from({ length: n * n }, (_, at) => Number(at % (n + 1) === 0));
    expect(spectralNorm(identity, n, n)).toBeGreaterThanOrEqual(1);
    expect(spectralNorm(identity, n, n)).toBeLessThan(n ** (2 ** -12) * (1 + 1e-10));
  });

  test("is the mean over networks, infinite where a weight is, and 0 for a matrix of zeros", () => {
    const draw = normals(createRandom(123));
    const networks = [mlp([2, 3, 2], draw, draw), mlp([2, 3, 2], draw, draw)];
    const of = (...parts: FoldedNetwork[]) =>
      spectralBound(boundedModel(parts.map((network) => ({ network })))).atMost;
    expect(of(...networks) / ((of(networks[0]) + of(networks[1])) / 2)).toBeCloseTo(1, 12);
    expect(spectralNorm(Float64Array.of(0, 0, 0, 0), 2, 2)).toBe(0);
    const small = mlp(
      Array(40).fill(1),
      () => 1e-30,
      () => 0,
    );
    expect(of(small)).toBeGreaterThan(0);
    for (const huge of [Number.POSITIVE_INFINITY, Number.MAX_VALUE]) {
      expect(spectralNorm(Float64Array.of(huge, huge, huge, huge), 2, 2)).toBe(Number.POSITIVE_INFINITY);
    }
    for (const scale of [2 ** -1000, 1, 2 ** 1000]) {
      const found = spectralNorm(Float64Array.of(3 * scale, 0, 4 * scale, 0, 0, 0), 2, 3);
      expect(found / scale).toBeGreaterThanOrEqual(5);
      expect(found / scale).toBeLessThan(5 * (1 + 1e-13));
    }
  });
});
