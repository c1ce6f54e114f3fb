import { describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../../src/engine/backend/backend.ts";
import { createSequential, type SequentialSpec } from "../../../src/engine/networks/sequential.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { Checkpoint } from "../../../src/engine/training/checkpoint.ts";
import { evaluateLoss } from "../../../src/engine/training/loss.ts";
import { createTrainer } from "../../../src/engine/training/trainer.ts";
import { defaults, makeData, runTo, valuesOf } from "../../support/training.ts";

const spec: SequentialSpec = {
  input: [5],
  layers: [
    { layer: "dense", outputs: 9, weight: "l2-row", bias: false },
    { layer: "batch-norm", activation: "relu" },
    { layer: "dropout", rate: 0.2 },
    { layer: "dense", outputs: 1, weight: "plain" },
  ],
};
const train = makeData(77, 1);
const validation = makeData(40, 2);
const backend = await createBackend({ provider: "wasm", relaxedSimd: false });

function start(at: Backend, checkpoint: Checkpoint | null = null) {
  const network = createSequential(at, spec, 77, createRandom(3));
  const training = { ...defaults, penalty: "l2", patience: 20 } as const;
  return createTrainer(at, network, training, train, validation, checkpoint);
}

const stateOf = ({ network }: ReturnType<typeof start>) => network.state.map(({ data }) => data.slice());

describe("Training a network with batch normalization and dropout", () => {
  test("resumes from a checkpoint bit for bit", () => {
    const straight = runTo(start(backend), 10);
    for (const stop of [1, 6]) {
      const saved = structuredClone(runTo(start(backend), stop).checkpoint());
      const resumed = runTo(start(backend, saved), 10);
      expect(resumed.checkpoint()).toEqual(straight.checkpoint());
      expect(stateOf(resumed)).toEqual(stateOf(straight));
    }
  });

  test("gives the same bits from one seed on another backend", async () => {
    const other = await createBackend({ provider: "wasm", relaxedSimd: false });
    expect(runTo(start(other), 10).checkpoint()).toEqual(runTo(start(backend), 10).checkpoint());
  });

  test("validates by running moments, without dropout, and moves neither by it", () => {
    const trainer = start(backend);
    const event = trainer.runEpoch();
    const { network } = trainer;
    const state = stateOf(trainer);
    network.input.data.set(validation.inputs);
    network.evaluate(40);
    const y = backend.arena.from(validation.targets, 40);
    expect(evaluateLoss(backend, network, "squared-error", 40, y, null) / 40).toBe(event.validation);
    expect(stateOf(trainer)).toEqual(state);
    network.forward(40);
    expect(stateOf(trainer)).not.toEqual(state);
  });

  test("ends with the weights of the best epoch and the running moments that they had", () => {
    const trainer = start(backend);
    const kept = new Map<number, { state: Float32Array[]; values: Float32Array }>();
    while (!trainer.ending) {
      const { epoch } = trainer.runEpoch();
      kept.set(epoch, { state: stateOf(trainer), values: valuesOf(trainer.network) });
    }
    trainer.finish();
    expect(trainer.bestEpoch).toBeGreaterThan(0);
    expect({ state: stateOf(trainer), values: valuesOf(trainer.network) }).toEqual(
      kept.get(trainer.bestEpoch),
    );
  });
});
