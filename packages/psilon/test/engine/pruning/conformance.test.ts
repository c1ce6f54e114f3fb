import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import type { NetworkKinds } from "../../../src/engine/networks/kinds.ts";
import type { Network } from "../../../src/engine/networks/network.ts";
import {
  createSequential,
  type SequentialNetwork,
  type SequentialSpec,
} from "../../../src/engine/networks/sequential.ts";
import { restoreSequential } from "../../../src/engine/networks/sequentialValues.ts";
import { networkKinds } from "../../../src/engine/networks/spec.ts";
import { adam } from "../../../src/engine/optimizers/adam.ts";
import { pAdam } from "../../../src/engine/optimizers/decoupledDecay.ts";
import { sgd } from "../../../src/engine/optimizers/sgd.ts";
import { type PruningRule, type PruningRuleName, pruningRules } from "../../../src/engine/pruning/rule.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { Checkpoint } from "../../../src/engine/training/checkpoint.ts";
import type { TrainingData, TrainingSpec } from "../../../src/engine/training/spec.ts";
import { createTrainer, type Trainer } from "../../../src/engine/training/trainer.ts";
import { type Parametrization, type WeightKind, weightKinds } from "../../../src/engine/weights/kinds.ts";
import type { Weight } from "../../../src/engine/weights/weight.ts";
import { fold } from "../../../src/folded/fold.ts";
import { createPredictor } from "../../../src/folded/predictor.ts";
import { removeDeadFilters } from "../../../src/folded/removeDeadFilters.ts";
import { removeDeadUnits } from "../../../src/folded/removeDeadUnits.ts";
import { foldSequential, unfoldSequential } from "../../../src/folded/sequential.ts";
import { defaults, makeData, type Run, runTo, startRun, weightsOf } from "../../support/training.ts";

const train = makeData(64, 1);
/** Images of 4 × 4 × 2, and whether the upper half is brighter. */
const images = ((): TrainingData => {
  const random = createRandom(1);
  const inputs = Float32Array.from({ length: 64 * 32 }, () => normal(random));
  const sum = (values: Float32Array) => values.reduce((total, v) => total + v, 0);
  const targets = Float32Array.from({ length: 64 }, (_, r) => {
    const image = inputs.subarray(32 * r, 32 * r + 32);
    return (sum(image.subarray(0, 16)) - sum(image.subarray(16))) / 4;
  });
  return { rows: 64, inputs, targets, weights: null };
})();
const SPARSITY = 0.75;

/** Every network by the kinds of its weights. */
const mlps: readonly (readonly [WeightKind, WeightKind])[] = [
  ["l1-shared", "l1-row"],
  ["l1-fixed", "l1-fixed"],
  ["l2-shared", "l2-row"],
  ["row-equilibrated", "row-equilibrated"],
  ["column-equilibrated", "plain"],
  ["row-column-equilibrated", "plain"],
  ["spectral", "plain"],
  ["plain", "plain"],
];
const resnets: readonly (readonly [WeightKind, WeightKind])[] = [
  ["l1-shared", "l1-row"],
  ["l2-row", "l2-row"],
  ["plain", "plain"],
];
/** Convolutional ones by the kinds of their convolutions and of their last layer. */
const sequentials: readonly (readonly [WeightKind, WeightKind])[] = [
  ["l1-row", "l1-row"],
  ["l1-shared", "l1-fixed"],
  ["row-equilibrated", "l2-row"],
  ["l2-row", "plain"],
  ["plain", "plain"],
];
const networks = { mlp: mlps, resnet: resnets, sequential: sequentials };

interface Member {
  readonly name: string;
  readonly rule: PruningRule;
  readonly network: NetworkKinds;
}

const isOfFilters = (rule: PruningRuleName | undefined) => rule === "filter-l1" || rule === "filter-l2";

/** Whether the rule needs another kind of weight: L1 norms, a length, rows that can be 0. */
function needsOther(rule: PruningRuleName, hidden: WeightKind): boolean {
  const { norm, length, normed }: Parametrization = weightKinds[hidden];
  const hasLength = hidden === "plain" || length === "row" || length === "shared";
  if (rule === "l1-projection") return norm !== 1;
  if (rule === "residual") return !hasLength;
  return isOfFilters(rule) && length !== "row" && normed !== "nothing" && normed !== "matrix";
}

const members: Member[] = pruningRules.flatMap((rule) =>
  (["mlp", "resnet", "sequential"] as const).flatMap((architecture) =>
    networks[architecture].flatMap(([hidden, output]): Member[] => {
      if (needsOther(rule, hidden) || (rule === "l1-projection" && needsOther(rule, output))) return [];
      if (rule === "residual" && architecture === "mlp") return [];
      const scopes = rule === "threshold" || rule === "residual" ? [undefined] : ["global", "layer"];
      return scopes.map((scope) => ({
        name: `${rule}${scope ? ` per ${scope === "layer" ? "layer" : "network"}` : ""}, ${architecture} of ${hidden} and ${output}`,
        rule: (rule === "threshold" ? { rule } : { rule, sparsity: SPARSITY, scope }) as PruningRule,
        network: { architecture, hidden, output },
      }));
    }),
  ),
);

/** Four residual blocks of convolutions, and convolutions before and behind them. */
function convolutional({ hidden, output }: Pick<NetworkKinds, "hidden" | "output">): SequentialSpec {
  const convolution = (channels: number, stride = 1) =>
    ({ layer: "convolution", channels, size: 3, padding: 1, stride, weight: hidden }) as const;
  const block = {
    layer: "residual",
    layers: [{ ...convolution(8), activation: "relu" }, convolution(8)],
  } as const;
  return {
    input: [4, 4, 2],
    layers: [
      { ...convolution(8), activation: "relu" },
      block,
      block,
      block,
      block,
      { ...convolution(4, 2), activation: "relu" },
      { layer: "flatten" },
      { layer: "dense", outputs: 1, weight: output },
    ],
  };
}

const share = (values: readonly number[]) => values.filter((value) => value === 0).length / values.length;
const matricesOf = ({ layers }: Network) => layers.map(({ weight }) => [...weight.effective.data]);

/** How far the norm of what a weight's kind divides by a norm is from what it should be; for a pair max(|W⁺|, |W⁻|) of a row. */
function normError({ kind, effective, rows, columns, paired, lengths }: Weight): number {
  const { norm, normed } = weightKinds[kind];
  const w = [...effective.data];
  const width = effective.columns;
  const size = (values: readonly number[]) => Math.hypot(...values);
  const errors = [0];
  if (norm > 0) {
    for (let i = 0; i < rows; i++) {
      const row = w.slice(i * width, (i + 1) * width);
      const larger = row
        .slice(0, columns)
        .map((value, j) => Math.max(Math.abs(value), paired ? Math.abs(row[j + columns]) : 0));
      const g = lengths ? Math.abs(lengths.data[lengths.length === 1 ? 0 : i]) : 1;
      const found = norm === 1 ? larger.reduce((sum, value) => sum + value, 0) : size(larger);
      errors.push(g === 0 ? found : Math.abs(found / g - 1));
    }
  } else if (normed === "columns" || normed === "rows and columns") {
    for (let j = 0; j < width; j++) errors.push(Math.abs(size(w.filter((_, k) => k % width === j)) - 1));
  }
  return Math.max(...errors);
}

const backend = await createBackend({ provider: "wasm", relaxedSimd: false });

describe.each(members)("Pruning by $name", ({ rule, network }) => {
  const { architecture } = network;
  const isSequential = architecture === "sequential";
  const epochs = rule.rule === "threshold" ? 40 : 8;
  // Enough decay for the threshold to find zeros.
  const optimizer = rule.rule === "threshold" ? pAdam({ p: 0.5, lambda: 0.01 }) : adam();
  const run: Run = {
    kind: architecture === "mlp" ? "net" : "resnet",
    train: isSequential ? images : train,
    // Power iteration takes its time.
    network: {
      hidden: network.hidden,
      output: network.output,
      ...(!isSequential && { architecture }),
      width: network.hidden === "spectral" ? 8 : 24,
      depth: architecture === "mlp" ? 2 : 4,
    },
    training: {
      epochs,
      pruning: { ...rule, stage: 0.75 },
      optimizer,
      penalty: isSequential ? "l2" : networkKinds[architecture === "mlp" ? "net" : "resnet"].penalty,
      ...(rule.rule === "threshold" && { schedule: { kind: "constant", rate: 1e-2, warmup: 0 } }),
    },
  };
  const start = (given: Run = run) =>
    isSequential
      ? createTrainer(
          backend,
          createSequential(backend, convolutional(network), 64, createRandom(1)),
          { ...defaults, ...given.training },
          images,
          null,
          given.checkpoint,
        )
      : startRun(backend, given);
  const finish = (trainer: Trainer) => {
    while (!trainer.ending) trainer.runEpoch();
    trainer.finish();
    expect(trainer.problem).toBe(null);
    return trainer.network;
  };
  let trained: Network;
  let checkpoints: readonly Checkpoint[];
  let allocated: number;
  const mark = backend.arena.mark();
  afterAll(() => backend.arena.release(mark));
  beforeAll(() => {
    const trainer = start();
    const level = backend.arena.used;
    checkpoints = [1 / 8, 1 / 2, 7 / 8].map((part) =>
      structuredClone(runTo(trainer, part * epochs).checkpoint()),
    );
    trained = finish(trainer);
    allocated = backend.arena.used - level;
  });

  test("meets the target sparsity within half a point, and leaves the norms what they are", () => {
    const matrices = matricesOf(trained);
    if (isOfFilters(rule.rule)) {
      const rows = trained.layers.slice(0, -1).map(({ weight: { effective }, bias }) =>
        Array.from(bias.data, (b, i) => {
          const row = effective.data.subarray(i * effective.columns, (i + 1) * effective.columns);
          return row.every((w) => w === 0) && b === 0;
        }),
      );
      const gone = rows.map((layer) => layer.filter((isGone) => isGone).length);
      const all = rows.flat().length;
      if ("scope" in rule && rule.scope === "layer") {
        expect(gone).toEqual(rows.map((layer) => Math.floor(SPARSITY * layer.length)));
      } else expect(gone.reduce((sum, n) => sum + n)).toBe(Math.floor(SPARSITY * all));
      for (const [l, n] of gone.entries()) expect(n).toBeLessThan(rows[l].length);
      expect(share(matrices[matrices.length - 1])).toBe(0);
    } else if (rule.rule === "residual") {
      expect(share(matrices.slice(1, isSequential ? -2 : -1).flat())).toBe(SPARSITY);
    } else if (rule.rule === "threshold") {
      expect(share(matrices.flat())).toBeGreaterThan(0.1);
      expect(share(matrices.flat())).toBeLessThan(0.99);
    } else if (rule.scope === "layer") {
      for (const matrix of matrices) expect(Math.abs(share(matrix) - SPARSITY)).toBeLessThan(0.005);
    } else {
      expect(Math.abs(share(matrices.flat()) - SPARSITY)).toBeLessThan(0.005);
    }
    for (const { weight } of trained.layers) expect(normError(weight)).toBeLessThan(1e-6);
  });

  const withoutDeadFilters = () => {
    const network = trained as SequentialNetwork;
    const mark = backend.arena.mark();
    const { network: smaller, parameters } = removeDeadFilters(foldSequential(network));
    const again = restoreSequential(backend, unfoldSequential(smaller), 64);
    const [whole, found] = [network, again].map((one) => {
      one.input.data.set(images.inputs as Float32Array);
      one.evaluate(64);
      return [...one.output.data.subarray(0, 64)];
    });
    backend.arena.release(mark);
    const size = Math.max(...whole.map(Math.abs));
    whole.forEach((value, k) => {
      expect(Math.abs(found[k] - value)).toBeLessThan(1e-5 * size);
    });
    // Three blocks of four, or three filters of four.
    if (rule.rule === "residual") expect(smaller.spec.layers.length).toBe(network.spec.layers.length - 3);
    if (rule.rule === "residual") expect(parameters.after).toBeLessThan(0.45 * parameters.before);
    if (isOfFilters(rule.rule)) expect(parameters.after).toBeLessThan(0.7 * parameters.before);
  };

  const withoutDeadUnits = () => {
    const folded = fold(trained);
    const { network: smaller, inputs } = removeDeadUnits(folded);
    const x = makeData(100, 5).inputs;
    const kept = Float32Array.from({ length: 100 * inputs.length }, (_, k) => {
      const row = Math.floor(k / inputs.length);
      return x[5 * row + inputs[k % inputs.length]];
    });
    const whole = createPredictor(backend, folded).predict(x);
    const found = createPredictor(backend, smaller).predict(kept);
    const size = Math.max(...whole.map(Math.abs));
    expect(size).toBeGreaterThan(0);
    whole.forEach((value, k) => {
      expect(Math.abs(found[k] - value)).toBeLessThan(1e-5 * size);
    });
  };

  test("computes the same without what is dead of it", isSequential ? withoutDeadFilters : withoutDeadUnits);

  test("goes on from a checkpoint bit for bit, and twice the same", () => {
    const expected = weightsOf(trained);
    expect(weightsOf(finish(start()))).toEqual(expected);
    for (const checkpoint of checkpoints) {
      expect(weightsOf(finish(start({ ...run, checkpoint }))), `from epoch ${checkpoint.epoch}`).toEqual(
        expected,
      );
    }
  });

  test("allocates nothing in the arena while it trains", () => {
    expect(allocated).toBe(0);
  });

  // Last, since it trains the network on.
  test("keeps its zeros, and the norms, through 60 further steps of Adam, of SGD with momentum, and of decay", () => {
    const before = matricesOf(trained);
    for (const next of [adam(), sgd({ momentum: 0.9 }), pAdam({ p: 0.8, lambda: 1e-3 })]) {
      const start = weightsOf(trained);
      const further: TrainingSpec = {
        ...defaults,
        penalty: "none",
        optimizer: next,
        schedule: { kind: "constant", rate: 3e-3, warmup: 0 },
        epochs: 15,
        initialization: "paper",
      };
      const trainer = createTrainer(backend, trained, further, isSequential ? images : train);
      while (!trainer.ending) trainer.runEpoch();
      expect(trainer.problem).toBe(null);
      const after = matricesOf(trained);
      before.forEach((matrix, l) => {
        expect(after[l].filter((value, k) => matrix[k] === 0 && value !== 0)).toEqual([]);
      });
      expect(weightsOf(trained)).not.toEqual(start);
      for (const { weight } of trained.layers) expect(normError(weight)).toBeLessThan(1e-6);
    }
  });
});
