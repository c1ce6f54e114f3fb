import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../../src/engine/backend/backend.ts";
import { batchNorm } from "../../../src/engine/layers/batchNorm.ts";
import { createSignal } from "../../../src/engine/layers/boundLayer.ts";
import { createSequential } from "../../../src/engine/networks/sequential.ts";
import { adamW } from "../../../src/engine/optimizers/comparators.ts";
import { createOptimizer } from "../../../src/engine/optimizers/optimizer.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { relativeError } from "../../support/compare.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const COLUMNS = 6;

function bind(capacity: number) {
  const read = createSignal(backend.arena, capacity, COLUMNS);
  const binding = { backend, capacity, random: createRandom(1) };
  const { passes } = batchNorm.bind(binding, {}, { ...read, shape: [COLUMNS] }, [COLUMNS]);
  const [{ output, forward, evaluate, backward, state, parameters }] = passes;
  const [mean, variance] = state!;
  return { read, output, forward, evaluate: evaluate!, backward, mean, variance, parameters };
}

/** Of a batch the mean and the variance of each column, with n or n − 1, in float64. */
function momentsOf(x: ArrayLike<number>, less: 0 | 1) {
  const rows = x.length / COLUMNS;
  return Array.from({ length: COLUMNS }, (_, c) => {
    const own = Array.from({ length: rows }, (_, r) => x[r * COLUMNS + c]);
    const mean = own.reduce((sum, v) => sum + v, 0) / rows;
    return { mean, variance: own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (rows - less) };
  });
}

const drawn = (rows: number, mean: number, deviation: number, seed: number) => {
  const random = createRandom(seed);
  return Float32Array.from({ length: rows * COLUMNS }, () => mean + deviation * normal(random));
};

describe("Batch normalization", () => {
  test("evaluates with running moments, a tenth of each batch's unbiased ones, as in float64", () => {
    const { read, output, forward, evaluate, mean, variance } = bind(50);
    const running = Array.from({ length: COLUMNS }, () => ({ mean: 0, variance: 1 }));
    for (let step = 0; step < 30; step++) {
      const n = 20 + step;
      const x = drawn(n, 3, 2, step);
      read.values.data.set(x);
      forward(n);
      momentsOf(x, 1).forEach((batch, c) => {
        running[c].mean += 0.1 * (batch.mean - running[c].mean);
        running[c].variance += 0.1 * (batch.variance - running[c].variance);
      });
    }
    expect(
      relativeError(
        mean.data,
        running.map((r) => r.mean),
      ),
    ).toBeLessThan(1e-6);
    expect(
      relativeError(
        variance.data,
        running.map((r) => r.variance),
      ),
    ).toBeLessThan(1e-6);
    const x = drawn(50, 3, 2, 99);
    read.values.data.set(x);
    evaluate(50);
    const expected = Array.from(x, (v, k) => {
      const r = running[k % COLUMNS];
      return (v - r.mean) / Math.sqrt(r.variance + 1e-5);
    });
    expect(relativeError(output.values.data, expected)).toBeLessThan(1e-6);
  });

  test.each([
    ["a mean of 10,000 deviations", 1e4, 1],
    ["a mean of a million deviations", 1e3, 1e-3],
    ["a deviation of a ten-millionth", 0, 1e-7],
    ["numbers of a billion billions", 1e18, 1e17],
  ])("loses no digits to %s", (_, mean, deviation) => {
    const rows = 300;
    const { read, output, forward } = bind(rows);
    const x = drawn(rows, mean, deviation, 5);
    read.values.data.set(x);
    forward(rows);
    const moments = momentsOf(x, 0);
    const expected = Array.from(x, (v, k) => {
      const own = moments[k % COLUMNS];
      return (v - own.mean) / Math.sqrt(own.variance + 1e-5);
    });
    expect(relativeError(output.values.data, expected)).toBeLessThan(1e-6);
  });

  test("writes β for a batch of one row, passes no slope on, and keeps its running moments", () => {
    const { read, output, forward, backward, mean, variance, parameters } = bind(4);
    const [gamma, beta] = parameters;
    read.values.data.set(drawn(1, 5, 2, 3));
    beta.raw.data.set([1, 2, 3, 4, 5, 6]);
    forward(1);
    expect([...output.values.data.subarray(0, COLUMNS)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...mean.data]).toEqual(Array(COLUMNS).fill(0));
    expect([...variance.data]).toEqual(Array(COLUMNS).fill(1));
    output.delta.data.fill(3);
    backward(1);
    for (const tensor of [read.delta.data.subarray(0, COLUMNS), gamma.gradient.data])
      expect(relativeError(tensor, Array(COLUMNS).fill(0))).toBe(0);
    expect([...beta.gradient.data]).toEqual(Array(COLUMNS).fill(3));
  });

  test("lets a number that is none be seen", () => {
    for (const activation of [undefined, "relu"] as const) {
      const read = createSignal(backend.arena, 3, 2);
      const binding = { backend, capacity: 3, random: createRandom(1) };
      const spec = activation ? { activation } : {};
      const [{ output, forward }] = batchNorm.bind(binding, spec, { ...read, shape: [2] }, [2]).passes;
      read.values.data.set([1, 2, Number.NaN, 4, 3, 0]);
      forward(3);
      expect([0, 2, 4].map((k) => output.values.data[k])).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    }
  });

  test("keeps its factors where nothing but decay moves weights", () => {
    const layers = [{ layer: "batch-norm" }, { layer: "dense", outputs: 1, weight: "plain" }] as const;
    const network = createSequential(backend, { input: [COLUMNS], layers }, 4, createRandom(1));
    const [gamma, , weight] = network.parameters;
    const before = weight.raw.data.slice();
    createOptimizer(backend, network, adamW({ lambda: 0.1 })).step(0.1, 0);
    expect([...gamma.raw.data]).toEqual(Array(COLUMNS).fill(1));
    expect(weight.raw.data).not.toEqual(before);
  });
});
