import { beforeAll, describe, expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import type { Network } from "../../../src/engine/networks/network.ts";
import { type NetworkSpec, networkKinds } from "../../../src/engine/networks/spec.ts";
import { adam } from "../../../src/engine/optimizers/adam.ts";
import { pAdam } from "../../../src/engine/optimizers/decoupledDecay.ts";
import { sgd } from "../../../src/engine/optimizers/sgd.ts";
import { type PruningRule, pruningRules } from "../../../src/engine/pruning/rule.ts";
import type { TrainingSpec } from "../../../src/engine/training/spec.ts";
import { createTrainer } from "../../../src/engine/training/trainer.ts";
import { type WeightKind, weightKinds } from "../../../src/engine/weights/kinds.ts";
import type { Weight } from "../../../src/engine/weights/weight.ts";
import { fold } from "../../../src/folded/fold.ts";
import { createPredictor } from "../../../src/folded/predictor.ts";
import { removeDeadUnits } from "../../../src/folded/removeDeadUnits.ts";
import { defaults, makeData, type Run, runTo, startRun, weightsOf } from "../../support/training.ts";

const strict = { provider: "wasm", relaxedSimd: false } as const;
const train = makeData(64, 1);
const EPOCHS = 8;
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

interface Member {
  readonly name: string;
  readonly rule: PruningRule;
  readonly network: Pick<NetworkSpec, "architecture" | "hidden" | "output">;
}

const members: Member[] = pruningRules.flatMap((rule) =>
  (["mlp", "resnet"] as const).flatMap((architecture) =>
    (architecture === "mlp" ? mlps : resnets).flatMap(([hidden, output]): Member[] => {
      if (rule === "l1-projection" && weightKinds[hidden].norm !== 1) return [];
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

describe.each(members)("Pruning by $name", async ({ rule, network }) => {
  const backend = await createBackend(strict);
  const { architecture } = network;
  // Enough decay for the threshold to find zeros.
  const optimizer = rule.rule === "threshold" ? pAdam({ p: 0.5, lambda: 0.01 }) : adam();
  const run: Run = {
    kind: architecture === "mlp" ? "net" : "resnet",
    train,
    // Power iteration takes its time.
    network: {
      ...network,
      width: network.hidden === "spectral" ? 8 : 24,
      depth: architecture === "mlp" ? 2 : 4,
    },
    training: {
      epochs: rule.rule === "threshold" ? 40 : EPOCHS,
      pruning: { ...rule, stage: 0.75 },
      optimizer,
      penalty: networkKinds[architecture === "mlp" ? "net" : "resnet"].penalty,
      ...(rule.rule === "threshold" && { schedule: { kind: "constant", rate: 1e-2, warmup: 0 } }),
    },
  };
  const finished = (given: Run = run) => {
    const trainer = startRun(backend, given);
    while (!trainer.ending) trainer.runEpoch();
    trainer.finish();
    expect(trainer.problem).toBe(null);
    return trainer;
  };
  let trained: Network;
  beforeAll(() => {
    trained = finished().network;
  });

  test("meets the target sparsity within half a point, and leaves the norms what they are", () => {
    const matrices = matricesOf(trained);
    if (rule.rule === "residual") {
      expect(share(matrices.slice(1, -1).flat())).toBe(SPARSITY);
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

  test("keeps its zeros, and the norms, through 200 further steps of Adam, of SGD with momentum, and of decay", () => {
    const { network: pruned } = finished();
    const before = matricesOf(pruned);
    for (const next of [adam(), sgd({ momentum: 0.9 }), pAdam({ p: 0.8, lambda: 1e-3 })]) {
      const start = weightsOf(pruned);
      const further: TrainingSpec = {
        ...defaults,
        penalty: "none",
        optimizer: next,
        schedule: { kind: "constant", rate: 3e-3, warmup: 0 },
        epochs: 50,
        initialization: "paper",
      };
      const trainer = createTrainer(backend, pruned, further, train);
      while (!trainer.ending) trainer.runEpoch();
      expect(trainer.problem).toBe(null);
      const after = matricesOf(pruned);
      before.forEach((matrix, l) => {
        expect(after[l].filter((value, k) => matrix[k] === 0 && value !== 0)).toEqual([]);
      });
      expect(weightsOf(pruned)).not.toEqual(start);
      for (const { weight } of pruned.layers) expect(normError(weight)).toBeLessThan(1e-6);
    }
  });

  test("computes the same without its dead units", () => {
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
  });

  test("goes on from a checkpoint bit for bit, and twice the same", () => {
    const expected = weightsOf(trained);
    expect(weightsOf(finished().network)).toEqual(expected);
    for (const epoch of [1, 4, 7]) {
      const checkpoint = structuredClone(runTo(startRun(backend, run), epoch).checkpoint());
      expect(weightsOf(finished({ ...run, checkpoint }).network), `from epoch ${epoch}`).toEqual(expected);
    }
  });

  test("allocates nothing in the arena while it trains", () => {
    const trainer = startRun(backend, run);
    const level = backend.arena.used;
    while (!trainer.ending) trainer.runEpoch();
    trainer.finish();
    expect(backend.arena.used).toBe(level);
  });
});
