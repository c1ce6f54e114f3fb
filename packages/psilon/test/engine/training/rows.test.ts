import { describe, expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import { sgd } from "../../../src/engine/optimizers/sgd.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { LossKind } from "../../../src/engine/training/loss.ts";
import type { TrainingData } from "../../../src/engine/training/spec.ts";
import { relativeError } from "../../support/compare.ts";
import { makeData, runTo, startRun, valuesOf } from "../../support/training.ts";

const backend = await createBackend({ provider: "wasm" });

describe.each(["squared-error", "logistic", "softmax"] satisfies LossKind[])(
  "Row weights with the %s loss",
  (loss) => {
    const base = makeData(40, 1, loss);
    const random = createRandom(61);
    const counts = Array.from({ length: base.rows }, () => Math.floor(4 * random.next()));
    const outputs = loss === "softmax" ? 3 : 1;

    /** Full batches, so that the order of rows does not matter but for rounding; SGD, which does not amplify it. */
    const trained = (train: TrainingData) => {
      const trainer = startRun(backend, {
        train,
        network: { outputs },
        training: {
          loss,
          batchSize: train.rows,
          epochs: 20,
          optimizer: sgd(),
          schedule: { kind: "constant", rate: 0.01, warmup: 0 },
          initialization: "paper",
        },
      });
      return valuesOf(runTo(trainer, 20).network);
    };

    test("are the same as repeated rows", () => {
      const total = counts.reduce((sum, count) => sum + count, 0);
      const repeated = counts.flatMap((count, r) => Array<number>(count).fill(r));
      const inputs = Float32Array.from(repeated.flatMap((r) => [...base.inputs.subarray(5 * r, 5 * r + 5)]));
      const many: TrainingData = {
        rows: total,
        inputs,
        targets: Float32Array.from(repeated, (r) => base.targets[r]),
        weights: null,
      };
      const weights = Float32Array.from(counts, (count) => (count * base.rows) / total);
      const weighted = trained({ ...base, weights });
      expect(relativeError(weighted, trained(many))).toBeLessThan(1e-5);
      expect(relativeError(weighted, trained(base))).toBeGreaterThan(1e-3);
    });

    test("of one are the same as none", () => {
      expect(trained({ ...base, weights: new Float32Array(base.rows).fill(1) })).toEqual(trained(base));
    });
  },
);

test("A weighted validation loss is the mean of weighted rows, in pieces or not", () => {
  const train = makeData(30, 1);
  const held = makeData(101, 2);
  const weights = Float32Array.from({ length: 101 }, (_, r) => r / 50);
  const watched = (capacity: number) =>
    startRun(backend, {
      train,
      validation: { ...held, weights },
      training: { batchSize: 30 },
      capacity,
    }).runEpoch().validation!;
  expect(Math.abs(watched(30) / watched(101) - 1)).toBeLessThan(1e-6);
});

test("Batches split an epoch evenly, each row once", () => {
  // With inputs that name their row, the rows of every batch can be read where the network reads them.
  const rows = 77;
  const train: TrainingData = {
    rows,
    inputs: Float32Array.from({ length: rows * 5 }, (_, k) => Math.floor(k / 5)),
    targets: new Float32Array(rows),
    weights: null,
  };
  const trainer = startRun(backend, { train, training: { batchSize: 16, initialization: "paper" } });
  const { network } = trainer;
  const { forward } = network;
  const batches: number[][] = [];
  Object.assign(network, {
    forward: (n: number) => {
      batches.push(Array.from({ length: n }, (_, r) => network.input.data[5 * r]));
      forward(n);
    },
  });
  trainer.runEpoch();
  trainer.runEpoch();
  const [first, second] = [batches.slice(0, 5), batches.slice(5)];
  for (const epoch of [first, second]) {
    expect(epoch.map((batch) => batch.length).sort()).toEqual([15, 15, 15, 16, 16]);
    expect(epoch.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, r) => r));
  }
  expect(first.flat()).not.toEqual(second.flat());
});
