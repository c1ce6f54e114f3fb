import { describe, expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import type { NetworkKind } from "../../../src/engine/networks/spec.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { CodedInputs } from "../../../src/engine/training/codedInputs.ts";
import type { TrainingData, WorstSpec } from "../../../src/engine/training/spec.ts";
import { makeData, runTo, startRun, valuesOf } from "../../support/training.ts";

const interval = { method: "interval", share: 0.25, ramp: 0.5 } as const;

function boxedData(rows: number, seed: number, loss?: "logistic" | "softmax"): TrainingData {
  const data = makeData(rows, seed, loss);
  const lower = data.inputs.map((x) => x - 0.1);
  const upper = data.inputs.map((x) => x + 0.1);
  return { ...data, boxes: { lower, upper, groups: [] } };
}

describe("Training on the worst case", () => {
  test.each([
    ["net", interval],
    ["resnet", interval],
    ["standard", interval],
    ["mlp", interval],
    ["net", { method: "margin", ramp: 0.5 }],
    ["resnet", { method: "margin", ramp: 0.5 }],
  ] as [NetworkKind, WorstSpec][])("of a %s lowers it, and resumes bit for bit: %o", async (kind, worst) => {
    const backend = await createBackend({ provider: "wasm" });
    const run = { kind, training: { worst, epochs: 30, lambda: 1e-5 }, train: boxedData(120, 1) } as const;
    const trainer = startRun(backend, run);
    runTo(trainer, 15);
    // The boxes have their full size from here on.
    const { loss: before } = trainer.runEpoch();
    const checkpoint = trainer.checkpoint();
    let after = before;
    while (!trainer.ending) after = trainer.runEpoch().loss;
    expect(after).toBeLessThan(before);
    const resumed = runTo(startRun(backend, { ...run, checkpoint }), 30);
    expect(valuesOf(resumed.network)).toEqual(valuesOf(trainer.network));
  });

  test("makes outputs move less in the boxes than training on the rows does", async () => {
    const backend = await createBackend({ provider: "wasm" });
    const train = boxedData(200, 2);
    const movedBy = (worst: WorstSpec | undefined) => {
      const { network } = runTo(startRun(backend, { train, training: { worst, epochs: 60, lambda: 0 } }), 60);
      const outputs = (inputs: Float32Array) => {
        network.input.data.set(inputs);
        network.forward(train.rows);
        return network.output.data.slice(0, train.rows);
      };
      const [low, high] = [train.boxes!.lower, train.boxes!.upper].map((ends) =>
        outputs(ends as Float32Array),
      );
      return low.reduce((sum, z, r) => sum + Math.abs(high[r] - z), 0);
    };
    expect(movedBy({ ...interval, share: 0 })).toBeLessThan(0.9 * movedBy(undefined));
  });

  test("is as before where the boxes are not asked for", async () => {
    const backend = await createBackend({ provider: "wasm" });
    const [boxed, bare] = [boxedData(50, 3), makeData(50, 3)].map((train) =>
      valuesOf(runTo(startRun(backend, { train }), 5).network),
    );
    expect(boxed).toEqual(bare);
  });

  test("takes coded rows, with a category that may become any other, to the same bits as written out ones", async () => {
    const backend = await createBackend({ provider: "wasm" });
    const random = createRandom(4);
    const rows = 60;
    const numbers = Float32Array.from({ length: rows }, () => normal(random));
    const codes = Int32Array.from({ length: rows }, () => 1 + Math.floor(4 * random.next()));
    const coded = (by: number): CodedInputs => ({
      rows,
      width: 5,
      places: Int32Array.of(0),
      numbers: numbers.map((x) => x + by),
      codesPerRow: 1,
      codes,
    });
    const written = ({ numbers: own }: CodedInputs) => {
      const matrix = new Float32Array(5 * rows);
      own.forEach((x, r) => {
        matrix[5 * r] = x;
        matrix[5 * r + codes[r]] = 1;
      });
      return matrix;
    };
    const targets = Float32Array.from(numbers, (x, r) => x + codes[r]);
    const groups = [{ first: 1, count: 4 }];
    const train = <I extends Float32Array | CodedInputs>(
      make: (by: number) => I,
    ): TrainingData<I | Float32Array | CodedInputs> => ({
      rows,
      inputs: make(0),
      targets,
      weights: null,
      boxes: { lower: make(-0.2), upper: make(0.2), groups },
    });
    const run = (data: TrainingData<Float32Array | CodedInputs>) =>
      valuesOf(runTo(startRun(backend, { train: data, training: { worst: interval } }), 5).network);
    expect(run(train(coded))).toEqual(run(train((by) => written(coded(by)))));
  });

  test.each([
    ["interval", interval],
    ["margin", { method: "margin", ramp: 0.5 }],
  ] as [string, WorstSpec][])("of smoothed labels lowers them, by %s", async (_, worst) => {
    const backend = await createBackend({ provider: "wasm" });
    const train = boxedData(120, 6, "logistic");
    const training = { worst, epochs: 30, lambda: 1e-5, loss: { kind: "logistic", smoothing: 0.1 } } as const;
    const trainer = startRun(backend, { train, training });
    runTo(trainer, 15);
    const { loss: before } = trainer.runEpoch();
    let after = before;
    while (!trainer.ending) after = trainer.runEpoch().loss;
    expect(after).toBeLessThan(before);
  });

  test("is refused for shared ensembles, and for losses of which the side does not tell the worse end", async () => {
    const backend = await createBackend({ provider: "wasm" });
    const train = boxedData(20, 7);
    for (const members of [1, 3]) {
      expect(() => startRun(backend, { train, training: { worst: interval }, network: { members } })).toThrow(
        "Training on the worst case of boxes is for one network as it stands, but members share this one; leave the members out.",
      );
    }
    const counts = { ...train, targets: train.targets.map(Math.abs) };
    for (const loss of ["poisson", { kind: "quantile", levels: [0.5] }] as const) {
      for (const worst of [interval, { method: "margin", ramp: 0.5 }] as const) {
        expect(() => startRun(backend, { train: counts, training: { worst, loss } })).toThrow(
          "Training on the worst case of boxes is for squared errors and classes, but the loss is",
        );
      }
    }
  });

  test("is refused without boxes, with boxes of another shape, and for shares out of range", async () => {
    const backend = await createBackend({ provider: "wasm" });
    const start = (worst: WorstSpec, train: TrainingData) => () =>
      startRun(backend, { train, training: { worst } });
    const train = boxedData(20, 5);
    expect(start(interval, makeData(20, 5))).toThrow(
      "Training on the worst case of boxes needs the boxes of the training rows, but they have none.",
    );
    const short = { ...train.boxes!, upper: new Float32Array(7) };
    expect(start(interval, { ...train, boxes: short })).toThrow(
      "The training upper ends hold 7 values; 20 rows need 100.",
    );
    expect(start({ ...interval, share: 2 }, train)).toThrow(
      "The share of the rows as they are must be in [0, 1], but 2 was given.",
    );
    expect(start({ ...interval, ramp: -1 }, train)).toThrow(
      "The ramp of the boxes must be in [0, 1], but -1 was given.",
    );
  });
});
