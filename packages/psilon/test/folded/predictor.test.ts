import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { createPredictor } from "../../src/folded/predictor.ts";
import { between, mlp, normals, resnet, sparse } from "../support/foldedNetworks.ts";
import { forward } from "../support/forward.ts";

/** The layers of all networks one after the other; of a ResNet those that continue a stream. */
function joined(parts: readonly FoldedNetwork[]): FoldedNetwork {
  const { architecture } = parts[0];
  const layers = parts.flatMap(({ layers }, p) => {
    const isLast = p === parts.length - 1;
    if (architecture === "mlp") return layers;
    return layers.slice(p === 0 ? 0 : 1, isLast ? undefined : -1);
  });
  return { architecture, layers };
}

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

/** Hidden layers with and without a place for all their units in slices of four, dense ones among sparse ones. */
const sparseNetworks: [string, FoldedNetwork][] = [
  ...[0, 0.05, 0.2, 0.6].map((density): [string, FoldedNetwork] => [
    `an mlp of density ${density}`,
    mlp([9, 30, 17, 24, 3], sparse(random, density, normals(random, 0.3)), normals(random, 0.3)),
  ]),
  ...[0, 0.05, 0.2].map((density): [string, FoldedNetwork] => [
    `a resnet of density ${density}`,
    resnet(
      { inputs: 6, width: 22, depth: 3, outputs: 3 },
      sparse(random, density, normals(random, 0.3)),
      normals(random, 0.3),
    ),
  ]),
  [
    "an mlp of dense and sparse layers",
    joined([
      mlp([5, 19], normals(random), normals(random)),
      mlp([19, 23], sparse(random, 0.1, normals(random)), normals(random)),
      mlp([23, 13], normals(random, 0.2), normals(random)),
      mlp([13, 2], sparse(random, 0.1, normals(random)), normals(random)),
    ]),
  ],
  [
    "a resnet of dense and sparse layers",
    joined([
      resnet({ inputs: 7, width: 18, depth: 1, outputs: 18 }, normals(random, 0.2), normals(random, 0.2)),
      resnet(
        { inputs: 18, width: 18, depth: 1, outputs: 18 },
        sparse(random, 0.1, normals(random)),
        normals(random, 0.2),
      ),
      resnet({ inputs: 18, width: 18, depth: 1, outputs: 2 }, normals(random, 0.2), normals(random, 0.2)),
    ]),
  ],
  ["an mlp of one column and zeros", mlp([1, 6, 1, 1], () => 0, normals(random))],
];
networks.push(...sparseNetworks);

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
      for (const count of [1, 2, 3, 15, 16, 17, 255, 256, 257, 600]) {
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

test("sparse networks of all sizes equal the definition, one row and many", () => {
  const draw = createRandom(11);
  for (let trial = 0; trial < 150; trial++) {
    const density = [0, 0.02, 0.1, 0.2, 0.35][trial % 5];
    const weight = sparse(draw, density, normals(draw, 0.4));
    const size = () => between(draw, 1, 40);
    const network =
      trial % 2
        ? mlp([size(), ...Array.from({ length: between(draw, 0, 3) }, size), size()], weight, normals(draw))
        : resnet(
            { inputs: size(), width: size(), depth: between(draw, 0, 3), outputs: size() },
            weight,
            normals(draw),
          );
    const { columns } = network.layers[0];
    const count = between(draw, 2, 35);
    const x = Float32Array.from({ length: count * columns }, () => normal(draw));
    const expected = Array.from({ length: count }, (_, i) =>
      forward(network, x.subarray(i * columns, (i + 1) * columns)),
    );
    for (const backend of backends) {
      const mark = backend.arena.mark();
      const predictor = createPredictor(backend, network);
      expectClose(predictor.predict(x), expected.flat(), 1e-5);
      expectClose(predictor.predict(x.slice(0, columns)), expected[0], 1e-5);
      backend.arena.release(mark);
    }
  }
});

test("a sparse network gives a row alone exactly what it gives it among others", () => {
  const draw = createRandom(12);
  const network = mlp([9, 30, 17, 4], sparse(draw, 0.1, normals(draw)), normals(draw));
  for (const backend of backends) {
    const predictor = createPredictor(backend, network);
    const x = rowsOf(40, 9);
    const alone = Array.from({ length: 40 }, (_, i) => [...predictor.predict(x.slice(9 * i, 9 * i + 9))]);
    expect(alone.flat()).toEqual(Array.from(predictor.predict(x)));
  }
});

describe("an infinite or missing input", () => {
  const weights = [1, 0, 0, 0, 0, 0, 0, -2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0];
  const identity = (rows: number) =>
    Float32Array.from({ length: rows * rows }, (_, k) => Number(Math.floor(k / rows) === k % rows));
  const bias = new Float32Array(10).fill(0.5);
  const layer = (rows: number, columns: number, weight: Float32Array) =>
    ({ kind: "dense", rows, columns, weight, bias: bias.slice(0, rows) }) as const;
  const network = (architecture: "mlp") => ({
    architecture,
    layers: [layer(10, 2, Float32Array.from(weights)), layer(10, 10, identity(10))],
  });

  test("spoils the units of a sparse network that have a weight for it, and no others", () => {
    for (const backend of backends) {
      const predictor = createPredictor(backend, network("mlp"));
      const rows = [
        [Number.NaN, 1],
        [Number.POSITIVE_INFINITY, 1],
        [1, Number.NEGATIVE_INFINITY],
        [1, 1],
      ];
      // Unit 0 has a weight 1 for the first input, units 3 and 7 have −2 and 3 for the second.
      const expected = rows.map(([first, second]) =>
        Array.from({ length: 10 }, (_, i) => {
          const z = i === 0 ? first : i === 3 ? -2 * second : i === 7 ? 3 * second : 0;
          return Math.max(z + 0.5, 0) + 0.5;
        }),
      );
      const alone = rows.map((row) => Array.from(predictor.predict(Float32Array.from(row))));
      expect(alone).toEqual(expected);
      expect(Array.from(predictor.predict(Float32Array.from(rows.flat())))).toEqual(expected.flat());
      // Nothing is left behind for the next row.
      expect(Array.from(predictor.predict(Float32Array.of(1, 1)))).toEqual(expected[3]);
    }
  });

  test("makes a NaN of the prediction of a dense network, for a row alone and among others", () => {
    const dense = mlp(
      [3, 8, 1],
      () => 0.5,
      () => 0.1,
    );
    for (const backend of backends) {
      const predictor = createPredictor(backend, dense);
      const x = Float32Array.of(1, Number.NaN, 1);
      expect(predictor.predict(x)[0]).toBeNaN();
      expect(predictor.predict(Float32Array.of(...x, ...x))[1]).toBeNaN();
    }
  });
});
