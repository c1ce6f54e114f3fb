import { beforeAll, describe, expect, test } from "vitest";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { globalBounds } from "../../src/bounds/globalBounds.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import type { Network } from "../../src/engine/networks/network.ts";
import type { NetworkSpec } from "../../src/engine/networks/spec.ts";
import { maskZeros } from "../../src/engine/pruning/masks.ts";
import { pruneNetwork } from "../../src/engine/pruning/pruneNetwork.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { parameterCount } from "../../src/folded/figures.ts";
import { fold, foldMembers } from "../../src/folded/fold.ts";
import type { FoldedLayer, FoldedNetwork } from "../../src/folded/folded.ts";
import type { PlacedMatrix } from "../../src/folded/placedLayer.ts";
import { sharedPlaces } from "../../src/folded/places.ts";
import { createPredictor } from "../../src/folded/predictor.ts";
import { removeDeadUnits, removeSharedDeadUnits } from "../../src/folded/removeDeadUnits.ts";
import { unfoldMembers } from "../../src/folded/unfold.ts";
import { forward } from "../support/forward.ts";
import { rowKinds } from "../support/kinds.ts";
import { makeData, runTo, startRun } from "../support/training.ts";

const MEMBERS = 3;
const ROWS = 40;
const { inputs } = makeData(ROWS, 5);

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm" });
});

const trained = (network: Partial<NetworkSpec> = {}, pruning: "magnitude" | null = null): Network =>
  runTo(
    startRun(backend, {
      network: { width: 12, members: MEMBERS, ...network },
      training: {
        penalty: network.architecture === "resnet" ? "improved-bound" : "path-norm",
        pruning: pruning && { rule: pruning, sparsity: 0.93, stage: 0.5 },
      },
      capacity: 300,
    }),
    10,
  ).network;

/** Outputs of the first rows, member by member. */
function outputsOf(network: Network): number[][] {
  for (let m = 0; m < MEMBERS; m++) network.input.data.set(inputs, m * inputs.length);
  network.forward(MEMBERS * ROWS);
  const { outputs } = network;
  return Array.from({ length: MEMBERS }, (_, m) => [
    ...network.output.data.subarray(m * ROWS * outputs, (m + 1) * ROWS * outputs),
  ]);
}

const rowOf = (r: number, width = 5) => inputs.subarray(r * width, (r + 1) * width);
const arraysOf = (layer: FoldedLayer) =>
  layer.kind === "dense" ? [layer.weight, layer.bias] : [layer.positive, layer.negative, layer.bias];

/** What is the very same array in all members: all but the first weights and the last layers. */
function expectSharing(members: readonly FoldedNetwork[]): void {
  const [{ layers }] = members;
  for (const other of members.slice(1)) {
    layers.slice(0, -1).forEach((layer, l) => {
      const found = arraysOf(other.layers[l]);
      arraysOf(layer).forEach((values, k) => {
        if (l > 0 || values === layer.bias) expect(found[k]).toBe(values);
        else expect(found[k]).not.toBe(values);
      });
    });
  }
}

const worst = (a: readonly number[], b: readonly number[]) =>
  a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0);

describe.each(["mlp", "resnet"] as const)("Members of a shared ensemble, architecture %s", (architecture) => {
  test.each(rowKinds)("fold to what they compute and share what they share, with %s weights", (hidden) => {
    const network = trained({ architecture, hidden, output: "l2-row" });
    const members = foldMembers(network);
    expectSharing(members);
    outputsOf(network).forEach((outputs, m) => {
      const expected = Array.from({ length: ROWS }, (_, r) => forward(members[m], rowOf(r))[0]);
      expect(worst(outputs, expected)).toBeLessThan(1e-4);
    });
  });

  test.each(rowKinds)("unfold to what they were, with %s weights", (hidden) => {
    const spec = { architecture, hidden, output: "l2-row" } as const;
    const members = foldMembers(trained(spec));
    const { network } = startRun(backend, {
      network: { width: 12, members: MEMBERS, ...spec },
      training: { penalty: "none", seed: 8 },
      capacity: 300,
    });
    unfoldMembers(network, members);
    outputsOf(network).forEach((outputs, m) => {
      const expected = Array.from({ length: ROWS }, (_, r) => forward(members[m], rowOf(r))[0]);
      expect(worst(outputs, expected)).toBeLessThan(2e-3);
    });
  });

  test("keep what they share when dead units are removed, and what they compute", () => {
    // Lengths of rows, since what a row loses with its dead columns no shared one could tell.
    const network = trained({ architecture, hidden: "l2-row", output: "l2-row" }, "magnitude");
    const members = foldMembers(network);
    const reductions = removeSharedDeadUnits(members);
    const smaller = reductions.map((one) => one.network);
    expect(reductions[0].report.parameters.after).toBeLessThan(reductions[0].report.parameters.before);
    expectSharing(smaller);
    reductions.forEach(({ network: reduced, inputs: fed }, m) => {
      for (let r = 0; r < ROWS; r++) {
        const row = rowOf(r);
        const given = Array.from(fed, (j) => row[j]);
        expect(forward(reduced, given)[0]).toBeCloseTo(forward(members[m], row)[0], 5);
      }
    });
    // They go on from there, zeros and all.
    const { rows } = smaller[0].layers[0];
    const { network: next } = startRun(backend, {
      network: {
        architecture,
        hidden: "l2-row",
        output: "l2-row",
        inputs: reductions[0].inputs.length,
        width: rows,
        depth: architecture === "resnet" ? smaller[0].layers.length - 2 : smaller[0].layers.length - 1,
        ...(architecture === "mlp" && { widths: smaller[0].layers.slice(0, -1).map((layer) => layer.rows) }),
        members: MEMBERS,
      },
      training: { penalty: "none", initialization: "paper", seed: 8 },
      train: { ...makeData(20, 3), inputs: new Float32Array(20 * reductions[0].inputs.length) },
      capacity: 300,
    });
    unfoldMembers(next, smaller);
    maskZeros(backend, next);
    foldMembers(next).forEach(({ layers }, m) => {
      layers.forEach((layer, l) => {
        arraysOf(layer).forEach((values, k) => {
          const before = arraysOf(smaller[m].layers[l])[k];
          expect(worst([...values], [...before])).toBeLessThan(1e-4);
          values.forEach((value, at) => {
            if (before[at] === 0) expect(Math.abs(value)).toBe(0);
          });
        });
      });
    });
  });

  test("are bounded as a mean whose bound no two points break", () => {
    const members = foldMembers(trained({ architecture }));
    const model = boundedModel(members.map((network) => ({ network })));
    const bounds = globalBounds(model).filter(({ inputNorm }) => inputNorm === "inf");
    const random = createRandom(9);
    const mean = (x: number[]) => members.reduce((sum, one) => sum + forward(one, x)[0] / MEMBERS, 0);
    for (let trial = 0; trial < 300; trial++) {
      const x = Array.from({ length: 5 }, () => 2 * normal(random));
      const reach = 10 ** (-2 * random.next());
      const y = x.map((value) => value + reach * (random.next() < 0.5 ? -1 : 1));
      for (const { atMost } of bounds) {
        expect(Math.abs(mean(x) - mean(y))).toBeLessThanOrEqual(atMost * reach);
      }
    }
  });

  test("have at least the mean of their closed forms as a bound", () => {
    const members = foldMembers(trained({ architecture }));
    const each = members.map((network) => globalBounds(boundedModel([{ network }]))[0].atMost);
    const all = globalBounds(boundedModel(members.map((network) => ({ network }))))[0].atMost;
    expect(all).toBeLessThanOrEqual((each.reduce((sum, one) => sum + one, 0) / MEMBERS) * (1 + 1e-6));
  });
});

describe("What members share", () => {
  test("is refused to be one network, and is counted and placed once", () => {
    const network = trained();
    expect(() => fold(network)).toThrow("An ensemble of 3 members is no one network.");
    const members = foldMembers(network);
    const alone = parameterCount(members.slice(0, 1));
    expect(parameterCount(members)).toBe(alone + 2 * (12 * 5 + 12 + 1));
    const mark = backend.arena.mark();
    const placed: PlacedMatrix[] = [];
    const predictors = members.map((one) => createPredictor(backend, one, placed));
    expect(placed.map(({ values }) => values.length)).toEqual([60, 144, 12, 60, 12, 60, 12]);
    predictors.forEach((predictor, m) => {
      const [apart] = [createPredictor(backend, members[m])];
      expect(predictor.predict(inputs)).toEqual(apart.predict(inputs));
      expect(predictor.predict(inputs.slice(0, 5))).toEqual(apart.predict(inputs.slice(0, 5)));
    });
    backend.arena.release(mark);
  });

  test("is placed once though nearly all of it is 0 and units were put in another order", () => {
    const network = trained({ width: 32 });
    pruneNetwork(backend, network, { rule: "l1-projection", sparsity: 0.93 });
    const placed: PlacedMatrix[] = [];
    const mark = backend.arena.mark();
    for (const one of foldMembers(network)) createPredictor(backend, one, placed);
    expect(placed.filter(({ values }) => values.length === 32 * 32)).toHaveLength(1);
    backend.arena.release(mark);
  });

  test("is none of networks that only look alike", () => {
    const [one, two] = [0, 1].map(() => foldMembers(trained({ members: 1 }))[0]);
    expect(sharedPlaces([one, two]).map(({ size }) => size)).toEqual([0, 0]);
    expect(sharedPlaces([one, one])[1].size).toBe(6);
  });

  test("a unit that lives in one member alone stays in all", () => {
    const layer = (rows: number, columns: number, weight: number[], bias: Float32Array) =>
      ({ kind: "dense", rows, columns, weight: Float32Array.from(weight), bias }) as const;
    const bias = new Float32Array(3).fill(0.5);
    const members: FoldedNetwork[] = [
      [0, 2, 0],
      [0, 0, 3],
    ].map((head, m) => ({
      architecture: "mlp",
      layers: [layer(3, 1, [1 + m, 1, 1], bias), layer(1, 3, head, new Float32Array(1))],
    }));
    const [first, second] = removeSharedDeadUnits(members);
    expect([first, second].map(({ report }) => report.units.after)).toEqual([[2], [2]]);
    expect(first.network.layers[0].bias).toBe(second.network.layers[0].bias);
    expect(removeDeadUnits(members[0]).report.units.after).toEqual([1]);
  });
});
