import { beforeAll, describe, expect, test } from "vitest";
import { skewExponentialNorms } from "../../src/bounds/skewExponential.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import type { Shape } from "../../src/engine/layers/shape.ts";
import { sizeOf } from "../../src/engine/layers/shape.ts";
import { createSequential } from "../../src/engine/networks/sequential.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { singularValues } from "../../src/engine/weights/singularValues.ts";
import { rowSum, transposed } from "../support/convolutionMatrix.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

/** An orthogonal convolution's matrix, by what it makes of each unit vector, and its bounds. */
function explicit(shape: Shape, size: number, terms: number, gain: number, seed: number) {
  const mark = backend.arena.mark();
  const inputs = sizeOf(shape);
  const layer = { layer: "orthogonal-convolution", size, terms, weight: "plain", gain, bias: false } as const;
  const network = createSequential(backend, { input: shape, layers: [layer] }, inputs, createRandom(seed));
  network.input.data.set(
    Float32Array.from({ length: inputs ** 2 }, (_, at) => Number(at % (inputs + 1) === 0)),
  );
  network.forward(inputs);
  const columns = Array.from({ length: inputs }, (_, j) => [
    ...network.output.data.subarray(j * inputs, (j + 1) * inputs),
  ]);
  const norms = skewExponentialNorms(network.layers[0].weight.effective.data, size, shape, terms);
  backend.arena.release(mark);
  return { matrix: transposed(columns), norms };
}

const shapes: [Shape, number][] = [
  [[5, 4, 3], 3],
  [[3, 6, 2], 5],
  [[1, 1, 8], 1],
  [[2, 2, 1], 3],
];

describe("The exponential of a skew-symmetric convolution", () => {
  test.each(shapes)(
    "of %j with kernels of %i is orthogonal, but for the terms that it lacks, with zeros around the image",
    (shape, size) => {
      for (let seed = 0; seed < 5; seed++) {
        const { matrix } = explicit(shape, size, 14, 1, seed);
        const values = singularValues(matrix.flat(), matrix.length);
        expect(Math.abs(values[0] - 1)).toBeLessThan(2e-6);
        expect(Math.abs(values[values.length - 1] - 1)).toBeLessThan(2e-6);
      }
    },
  );

  test.each(shapes)(
    "of %j with kernels of %i and few terms stretches by no more than its bounds, in each norm",
    (shape, size) => {
      for (let trial = 0; trial < 25; trial++) {
        const { matrix, norms } = explicit(shape, size, 1 + (trial % 5), 0.3 + trial / 10, trial);
        expect(singularValues(matrix.flat(), matrix.length)[0]).toBeLessThanOrEqual(norms["2"] * (1 + 1e-6));
        expect(rowSum(matrix)).toBeLessThanOrEqual(norms.inf * (1 + 1e-6));
        expect(rowSum(transposed(matrix))).toBeLessThanOrEqual(norms["1"] * (1 + 1e-6));
      }
    },
  );

  test("of one term has a bound not far from 1 + σ(L)²/2, where σ(I + L)² = 1 + σ(L)²", () => {
    const { matrix, norms } = explicit([6, 6, 2], 3, 1, 0.3, 3);
    const most = singularValues(matrix.flat(), matrix.length)[0];
    expect(norms["2"]).toBeLessThan(1 + 1.25 * ((most ** 2 - 1) / 2));
  });

  test("is the identity for M = 0", () => {
    expect(skewExponentialNorms(new Float32Array(9), 3, [3, 3, 1], 4)["2"]).toBeLessThan(1 + 1e-12);
  });
});
