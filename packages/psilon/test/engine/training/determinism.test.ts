import { describe, expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import * as psilon from "../../../src/engine/index.ts";
import { chain } from "../../../src/engine/optimizers/chain.ts";
import { clipByNorm } from "../../../src/engine/optimizers/clipByNorm.ts";
import { pAdam } from "../../../src/engine/optimizers/decoupledDecay.ts";
import { sgd } from "../../../src/engine/optimizers/sgd.ts";
import type { Checkpoint } from "../../../src/engine/training/checkpoint.ts";
import type { PruningSpec } from "../../../src/engine/training/spec.ts";
import { InputError } from "../../../src/errors.ts";
import { trainFingerprint } from "../../support/fingerprint.ts";
import { makeData, type Run, runTo, startRun, valuesOf, weightsOf } from "../../support/training.ts";

const strict = { provider: "wasm", relaxedSimd: false } as const;
const pruning: PruningSpec = { sparsity: 0.6, stage: 0.6 };
const validation = makeData(40, 2);

const runs: { name: string; run: Run }[] = [
  { name: "a net", run: {} },
  {
    name: "a net by SGD, the rate moving by epochs",
    run: { training: { optimizer: sgd(), rateMoves: "per-epoch" } },
  },
  { name: "a ResNet", run: { kind: "resnet" } },
  {
    name: "a net by clipped pAdam, λ and p moving",
    run: {
      training: {
        optimizer: chain(
          clipByNorm({ norm: 0.5 }),
          pAdam({ p: 0.7, lambda: 1e-2, lambdaWarmup: 0.3, pAnnealing: 0.8 }),
        ),
      },
    },
  },
  { name: "a Standard Net", run: { kind: "standard" } },
  { name: "a plain MLP", run: { kind: "mlp" } },
  {
    name: "a plain MLP by the path norm's proximal map",
    run: { kind: "mlp", network: { depth: 1 }, training: { penalty: "path-norm-proximal" } },
  },
  { name: "a net with Σ|W|^p", run: { training: { penalty: { kind: "lp", p: 0.7 } } } },
  { name: "a net that is pruned", run: { training: { pruning } } },
  { name: "a ResNet that is pruned", run: { kind: "resnet", training: { pruning } } },
  { name: "a net with validation", run: { validation, training: { patience: 50 } } },
  { name: "a pruned net with validation", run: { validation, training: { patience: 50, pruning } } },
  {
    name: "a net on weighted rows",
    run: { train: { ...makeData(77, 1), weights: Float32Array.from({ length: 77 }, (_, r) => r / 38) } },
  },
];

describe.each(runs)("Training $name", async ({ run }) => {
  const backend = await createBackend(strict);

  test("gives the same bytes twice from one seed, and others from another", async () => {
    const trained = async (seed: number) => {
      const fresh = await createBackend(strict);
      const trainer = runTo(startRun(fresh, { ...run, training: { ...run.training, seed } }), 10);
      trainer.finish();
      return weightsOf(trainer.network);
    };
    expect(await trained(7)).toEqual(await trained(7));
    expect(await trained(7)).not.toEqual(await trained(8));
  });

  test("resumes from a checkpoint bit for bit", () => {
    const straight = runTo(startRun(backend, run), 10);
    // Through the pruning ramp and after it, and before it has begun.
    for (const stop of [1, 4, 6, 9]) {
      const first = runTo(startRun(backend, run), stop);
      const saved: Checkpoint = structuredClone(first.checkpoint());
      runTo(first, 10);
      const second = runTo(startRun(backend, { ...run, checkpoint: saved }), 10);
      for (const trainer of [first, second]) {
        expect(trainer.checkpoint()).toEqual(straight.checkpoint());
        expect(weightsOf(trainer.network)).toEqual(weightsOf(straight.network));
      }
      second.finish();
      first.finish();
      expect(weightsOf(second.network)).toEqual(weightsOf(first.network));
    }
  });
});

test("A checkpoint of another shape is refused in a sentence", async () => {
  const backend = await createBackend(strict);
  const checkpoint = runTo(startRun(backend), 1).checkpoint();
  expect(() => startRun(backend, { network: { width: 10 }, checkpoint })).toThrow(InputError);
});

test("A checkpoint taken after early stopping has nothing left to train", async () => {
  const backend = await createBackend(strict);
  const run: Run = { validation, training: { patience: 1, epochs: 500 } };
  const trainer = runTo(startRun(backend, run), 500);
  expect(trainer.ending).toBe("early");
  const resumed = startRun(backend, { ...run, checkpoint: structuredClone(trainer.checkpoint()) });
  expect(resumed.ending).toBe("early");
  trainer.finish();
  resumed.finish();
  expect(valuesOf(resumed.network)).toEqual(valuesOf(trainer.network));
});

test("The fingerprint that engines are compared by is the same twice", async () => {
  const first = await trainFingerprint(psilon);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await trainFingerprint(psilon)).toBe(first);
});
