import type { Backend } from "../../src/engine/backend/backend.ts";
import { createNetwork } from "../../src/engine/networks/create.ts";
import type { Network } from "../../src/engine/networks/network.ts";
import { pack, packedLength, trainedTensors } from "../../src/engine/networks/parameters.ts";
import { type NetworkKind, type NetworkSpec, networkKinds } from "../../src/engine/networks/spec.ts";
import { adam } from "../../src/engine/optimizers/adam.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { Checkpoint } from "../../src/engine/training/checkpoint.ts";
import type { Inputs, TrainingData, TrainingSpec } from "../../src/engine/training/spec.ts";
import { createTrainer, type Trainer } from "../../src/engine/training/trainer.ts";

/** A small training run of a kind of network, with what a test wants different. */
export interface Run {
  readonly kind?: NetworkKind;
  readonly network?: Partial<NetworkSpec>;
  readonly training?: Partial<TrainingSpec>;
  readonly train?: TrainingData<Inputs>;
  readonly validation?: TrainingData<Inputs> | null;
  readonly capacity?: number;
  readonly checkpoint?: Checkpoint | null;
}

export const defaults: TrainingSpec = {
  loss: "squared-error",
  penalty: "path-norm",
  lambda: 1e-3,
  optimizer: adam(),
  schedule: { kind: "one-cycle", initial: 1e-3, peak: 1e-2, final: 1e-4, warmup: 0.2 },
  rateMoves: "per-step",
  epochs: 10,
  batchSize: 16,
  initialization: "variance-preserving",
  patience: null,
  pruning: null,
  seed: 1,
};

/** Rows of five normal inputs and y = |x₀| − x₁·x₂ + noise, or whether that is positive, or its third. */
export function makeData(
  rows: number,
  seed: number,
  loss: TrainingSpec["loss"] = "squared-error",
): TrainingData {
  const random = createRandom(seed);
  const inputs = Float32Array.from({ length: rows * 5 }, () => normal(random));
  const targets = Float32Array.from({ length: rows }, (_, r) => {
    const [a, b, c] = inputs.subarray(5 * r, 5 * r + 3);
    const y = Math.abs(a) - b * c + 0.3 * normal(random);
    if (loss === "squared-error") return y;
    return loss === "logistic" ? Number(y > 0.7) : Math.min(2, Math.max(0, Math.round(y)));
  });
  return { rows, inputs, targets, weights: null };
}

export function startRun(backend: Backend, run: Run = {}): Trainer {
  const { penalty, ...kind } = networkKinds[run.kind ?? "net"];
  const spec: NetworkSpec = { ...kind, inputs: 5, width: 9, depth: 2, outputs: 1, ...run.network };
  const training: TrainingSpec = { ...defaults, penalty, ...run.training };
  const train = run.train ?? makeData(77, 1, training.loss);
  const network = createNetwork(
    backend,
    spec,
    run.capacity ?? Math.max(256, train.rows),
    createRandom(training.seed),
  );
  return createTrainer(backend, network, training, train, run.validation ?? null, run.checkpoint ?? null);
}

/** Every trained number, as a copy. */
export function valuesOf(network: Network): Float32Array {
  const tensors = trainedTensors(network.parameters);
  return pack(tensors, new Float32Array(packedLength(tensors)));
}

/** Effective weights and biases, as a copy. */
export const weightsOf = (network: Network): Float32Array[] =>
  network.layers.flatMap(({ weight, bias }) => [weight.effective.data.slice(), bias.data.slice()]);

/** Runs epochs until `epochs` are done or training ends. */
export function runTo(trainer: Trainer, epochs: number): Trainer {
  while (trainer.epoch < epochs && !trainer.ending) trainer.runEpoch();
  return trainer;
}
