import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../../src/engine/backend/backend.ts";
import { createNetwork } from "../../../src/engine/networks/create.ts";
import type { Network } from "../../../src/engine/networks/network.ts";
import { type NetworkSpec, networkKinds } from "../../../src/engine/networks/spec.ts";
import { sgd } from "../../../src/engine/optimizers/sgd.ts";
import { applyPathNormProximal } from "../../../src/engine/penalties/applyPathNormProximal.ts";
import { createPenalty } from "../../../src/engine/penalties/create.ts";
import { pathNormProximal } from "../../../src/engine/penalties/pathNormProximal.ts";
import type { PenaltyKind } from "../../../src/engine/penalties/penalty.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { InputError } from "../../../src/errors.ts";
import { between } from "../../support/foldedNetworks.ts";
import { makeData, runTo, startRun } from "../../support/training.ts";

type Vector = readonly number[];

const l1 = (x: ArrayLike<number>) => Array.from(x).reduce((sum, value) => sum + Math.abs(value), 0);
const halfSquare = (x: ArrayLike<number>, y: ArrayLike<number>) =>
  Array.from(x, (value, k) => (value - y[k]) ** 2 / 2).reduce((a, b) => a + b, 0);

/** ½‖v − v̄‖² + ½‖w − w̄‖² + λ‖v‖₁‖w‖₁. */
const objective = (v: ArrayLike<number>, w: ArrayLike<number>, v0: Vector, w0: Vector, lambda: number) =>
  halfSquare(v, v0) + halfSquare(w, w0) + lambda * l1(v) * l1(w);

function proximal(v0: Vector, w0: Vector, lambda: number) {
  const v = Float64Array.from(v0);
  const w = Float64Array.from(w0);
  pathNormProximal(v, w, lambda);
  return { v: Array.from(v), w: Array.from(w), value: objective(v, w, v0, w0, lambda) };
}

const soft = (x: Vector, threshold: number) =>
  x.map((value) => Math.sign(value) * Math.max(Math.abs(value) - threshold, 0));

/**
 * The lowest objective over a fine grid of τ: at the minimum v is v̄ soft-thresholded by some τ, and w is then w̄
 * soft-thresholded by λ‖v‖₁. Knows nothing of supports.
 */
function lowestOnGrid(v0: Vector, w0: Vector, lambda: number): number {
  const top = Math.max(...v0.map(Math.abs));
  let lowest = Number.POSITIVE_INFINITY;
  for (let k = 0; k <= 4000; k++) {
    const v = soft(v0, (top * k) / 4000);
    lowest = Math.min(lowest, objective(v, soft(w0, lambda * l1(v)), v0, w0, lambda));
  }
  return lowest;
}

/** The lowest objective that alternating exact minimization reaches from many starting points. */
function lowestOfManyStarts(v0: Vector, w0: Vector, lambda: number, draw: () => number): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let start = 0; start < 60; start++) {
    let w = w0.map((value) => value * (start === 0 ? 1 : 2 * draw()));
    let v: Vector = v0;
    for (let k = 0; k < 300; k++) {
      v = soft(v0, lambda * l1(w));
      w = soft(w0, lambda * l1(v));
    }
    lowest = Math.min(lowest, objective(v, w, v0, w0, lambda));
  }
  return lowest;
}

const random = createRandom(8);
/** A vector with ties and zeros. */
const rough = (length: number) =>
  Array.from({ length }, () => [0, 1, -1, 0.5, 2 * normal(random), normal(random)][between(random, 0, 5)]);
const smooth = (length: number) => Array.from({ length }, () => normal(random));

describe("the proximal map of ‖v‖₁·‖w‖₁", () => {
  test("is nowhere above what a grid and many starts find, and is stationary", () => {
    for (let trial = 0; trial < 300; trial++) {
      const draw = trial % 2 ? rough : smooth;
      const v0 = draw(between(random, 1, 6));
      const w0 = draw(between(random, 1, 6));
      const lambda = Math.exp(2 * normal(random) - 1.5);
      const { v, w, value } = proximal(v0, w0, lambda);
      const scale =
        1 +
        halfSquare(
          v0,
          v0.map(() => 0),
        ) +
        halfSquare(
          w0,
          w0.map(() => 0),
        );
      const found = Math.min(
        lowestOnGrid(v0, w0, lambda),
        lowestOfManyStarts(v0, w0, lambda, () => random.next()),
      );
      expect(value).toBeLessThanOrEqual(found + 1e-12 * scale);
      // The grid is fine enough to come near: the map's value is that of the same problem.
      expect(found).toBeLessThan(value + 1e-4 * scale);
      soft(v0, lambda * l1(w)).forEach((expected, k) => {
        expect(Math.abs(v[k] - expected)).toBeLessThan(1e-9);
      });
      soft(w0, lambda * l1(v)).forEach((expected, k) => {
        expect(Math.abs(w[k] - expected)).toBeLessThan(1e-9);
      });
    }
  });

  test("leaves v and w alone at λ = 0 and where one of them is 0", () => {
    expect(proximal([1, -2, 0], [3, 0.5], 0)).toMatchObject({ v: [1, -2, 0], w: [3, 0.5] });
    expect(proximal([0, 0], [3, -0.5], 0.7)).toMatchObject({ v: [0, 0], w: [3, -0.5] });
    expect(proximal([3, -0.5], [0, 0, 0], 0.7)).toMatchObject({ v: [3, -0.5], w: [0, 0, 0] });
    expect(proximal([0], [0], 2)).toMatchObject({ v: [0], w: [0] });
  });

  test("removes the shorter of the two at a large λ, and keeps the other", () => {
    expect(proximal([1, -1], [2, 0.5, -1], 50)).toMatchObject({ v: [0, 0], w: [2, 0.5, -1] });
    expect(proximal([3, -1], [2, 0.5, -1], 50)).toMatchObject({ v: [3, -1], w: [0, 0, 0] });
    // Equally long: v goes.
    expect(proximal([1, -1], [-1, 1], 50)).toMatchObject({ v: [0, 0], w: [-1, 1] });
  });

  test("is soft-thresholding of v by λ·|w| where w is one weight too large to move", () => {
    const v0 = smooth(12);
    const { v, w } = proximal(v0, [1e8], 5e-9);
    const expected = soft(v0, 0.5);
    expect(expected).toContain(0);
    v.forEach((value, k) => {
      expect(Math.abs(value - expected[k])).toBeLessThan(1e-12);
    });
    expect(w[0] / 1e8).toBeCloseTo(1, 12);
  });

  test("keeps a NaN for training to see", () => {
    expect(proximal([Number.NaN, 1], [1, 2], 0.1).v[0]).toBeNaN();
  });
});

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const plain = { ...networkKinds.mlp, inputs: 5, width: 9, depth: 1, outputs: 3 };
const create = (spec: NetworkSpec) => createNetwork(backend, spec, 256, createRandom(3));

describe("the proximal map of a network", () => {
  test("is the map of every hidden unit, and leaves biases alone", () => {
    const network = create(plain);
    const [incoming, outgoing] = network.layers;
    for (const { bias } of network.layers) bias.data.fill(0.5);
    const unit = (i: number) => ({
      v: Array.from({ length: 3 }, (_, k) => outgoing.weight.raw.data[9 * k + i]),
      w: Array.from(incoming.weight.raw.data.subarray(5 * i, 5 * i + 5)),
    });
    const expected = Array.from({ length: 9 }, (_, i) => proximal(unit(i).v, unit(i).w, 0.2));
    applyPathNormProximal(network, 0.2);
    expected.forEach(({ v, w }, i) => {
      expect(unit(i)).toEqual({ v: v.map(Math.fround), w: w.map(Math.fround) });
    });
    expect(expected.some(({ v, w }) => v.includes(0) || w.includes(0))).toBe(true);
    for (const { bias } of network.layers) expect(bias.data.every((value) => value === 0.5)).toBe(true);
  });

  test("is refused for deeper networks, ResNets and normalized weights, with the penalty to use instead", () => {
    for (const other of [{ depth: 0 }, { depth: 2 }, { hidden: "l2-row" }, { output: "l1-row" }] as const) {
      const network = create({ ...plain, ...other });
      expect(() => applyPathNormProximal(network, 0.1)).toThrow(InputError);
      expect(() => createPenalty(backend, network, "path-norm-proximal")).toThrow(/"path-norm"/);
    }
    const resnet = create({ ...networkKinds.resnet, inputs: 2, width: 3, depth: 0, outputs: 1 });
    expect(() => applyPathNormProximal(resnet, 0.1)).toThrow(InputError);
  });
});

describe("training with the proximal map", () => {
  const data = makeData(300, 4);
  const trained = (
    penalty: PenaltyKind,
    lambda: number,
    seed = 1,
  ): { network: Network; objective: number } => {
    const trainer = startRun(backend, {
      kind: "mlp",
      network: { width: 20, depth: 1 },
      training: {
        penalty,
        lambda,
        optimizer: sgd({ momentum: 0 }),
        schedule: { kind: "constant", rate: 0.1, warmup: 0 },
        epochs: 400,
        seed,
        batchSize: 300,
      },
      train: data,
    });
    runTo(trainer, 399);
    const { loss, penalty: value } = trainer.runEpoch();
    return { network: trainer.network, objective: (loss + lambda * value) / 2 };
  };
  const zeros = ({ layers }: Network) =>
    layers.reduce((sum, { weight }) => sum + weight.raw.data.filter((value) => value === 0).length, 0);

  test("reaches exact zeros and, at a constant rate, an objective no higher than the subgradient's, which reaches none", () => {
    for (const seed of [1, 2, 3]) {
      const byMap = trained("path-norm-proximal", 0.1, seed);
      const bySubgradient = trained("path-norm", 0.1, seed);
      expect(zeros(bySubgradient.network)).toBe(0);
      expect(zeros(byMap.network)).toBeGreaterThan(20);
      expect(byMap.objective).toBeLessThanOrEqual(bySubgradient.objective);
    }
  });

  test("reports the path norm, and does nothing at λ = 0", () => {
    const network = create(plain);
    const [map, norm] = (["path-norm-proximal", "path-norm"] as const).map(
      (kind) => createPenalty(backend, network, kind)!,
    );
    expect(map.on).toBe("steps");
    expect(map.value()).toBe(norm.value());
    const free = trained("none", 0).network;
    const unmapped = trained("path-norm-proximal", 0).network;
    expect(unmapped.layers[0].weight.raw.data).toEqual(free.layers[0].weight.raw.data);
  });
});
