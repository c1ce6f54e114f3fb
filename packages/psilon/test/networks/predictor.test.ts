import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/backend/backend.ts";
import type { FoldedNetwork } from "../../src/networks/folded.ts";
import { createPredictor } from "../../src/networks/predictor.ts";
import { normal } from "../../src/random/normal.ts";
import { createRandom } from "../../src/random/random.ts";
import { mlp, normals, resnet } from "../support/foldedNetworks.ts";
import { forward } from "../support/forward.ts";

const random = createRandom(5);
const networks: [string, FoldedNetwork][] = [
  ["an mlp", mlp([7, 33, 20, 3], normals(random, 0.3), normals(random, 0.3))],
  ["an mlp of one layer", mlp([5, 2], normals(random), normals(random))],
  ["an mlp of one unit each", mlp([1, 1, 1], normals(random), normals(random))],
  [
    "a resnet",
    resnet({ inputs: 6, width: 21, depth: 3, outputs: 2 }, normals(random, 0.2), normals(random, 0.3)),
  ],
  [
    "a resnet without blocks",
    resnet({ inputs: 3, width: 5, depth: 0, outputs: 1 }, normals(random), normals(random)),
  ],
];

let backends: Backend[];
beforeAll(async () => {
  backends = [
    await createBackend({ provider: "wasm" }),
    await createBackend({ provider: "wasm", relaxedSimd: false }),
  ];
});

const rowsOf = (count: number, inputs: number) => {
  const draw = createRandom(count);
  return Float32Array.from({ length: count * inputs }, () => normal(draw));
};

/** |a − b| ≤ tolerance·max(1, |b|) entry by entry. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  expect(found.length).toBe(expected.length);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(found[i] - expected[i]) / Math.max(1, Math.abs(expected[i])));
  }
  expect(worst).toBeLessThan(tolerance);
}

describe.each(networks)("the predictor of %s", (_, network) => {
  const inputs = network.layers[0].columns;

  test("equals the definition in float64 to 1e-5 for any number of rows", () => {
    for (const backend of backends) {
      const mark = backend.arena.mark();
      const predictor = createPredictor(backend, network);
      for (const count of [1, 2, 3, 255, 256, 257, 600]) {
        const x = rowsOf(count, inputs);
        const expected = Array.from({ length: count }, (_, i) =>
          forward(network, x.subarray(i * inputs, (i + 1) * inputs)),
        ).flat();
        expectClose(predictor.predict(x), expected, 1e-5);
      }
      backend.arena.release(mark);
    }
  });

  test("gives a row alone what it gives it among others, to 1e-6", () => {
    for (const backend of backends) {
      const mark = backend.arena.mark();
      const predictor = createPredictor(backend, network);
      const x = rowsOf(40, inputs);
      const alone = Array.from({ length: 40 }, (_, i) =>
        Array.from(predictor.predict(x.slice(i * inputs, (i + 1) * inputs))),
      );
      expectClose(alone.flat(), predictor.predict(x), 1e-6);
      backend.arena.release(mark);
    }
  });

  test("allocates nothing when it predicts, and keeps nothing of earlier rows", () => {
    const [backend] = backends;
    const mark = backend.arena.mark();
    const predictor = createPredictor(backend, network);
    const x = rowsOf(10, inputs);
    const first = predictor.predict(x);
    const used = backend.arena.used;
    predictor.predict(rowsOf(300, inputs));
    expect(predictor.predict(x)).toEqual(first);
    expect(backend.arena.used).toBe(used);
    backend.arena.release(mark);
  });

  test("predicts nothing for no rows and refuses a part of a row", () => {
    const [backend] = backends;
    const mark = backend.arena.mark();
    const predictor = createPredictor(backend, network);
    expect(predictor.predict(new Float32Array())).toEqual(new Float32Array());
    if (inputs > 1) expect(() => predictor.predict(new Float32Array(inputs + 1))).toThrow(RangeError);
    backend.arena.release(mark);
  });
});

test("two predictors on one backend do not disturb each other", () => {
  const [backend] = backends;
  const [first, second] = [networks[0][1], networks[3][1]].map((network) =>
    createPredictor(backend, network),
  );
  const x = rowsOf(20, first.inputs);
  const before = first.predict(x);
  second.predict(rowsOf(20, second.inputs));
  expect(first.predict(x)).toEqual(before);
});
