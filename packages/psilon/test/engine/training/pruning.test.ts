import { describe, expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import type { NetworkKind } from "../../../src/engine/networks/spec.ts";
import { createPenalty } from "../../../src/engine/penalties/create.ts";
import { makeData, startRun, weightsOf } from "../../support/training.ts";

const backend = await createBackend({ provider: "wasm" });
const train = makeData(64, 1);
const validation = makeData(50, 2);

describe.each(["net", "resnet"] satisfies NetworkKind[])("Training a %s that is pruned", (kind) => {
  const start = (stage: number, epochs: number, watched: boolean) =>
    startRun(backend, {
      kind,
      train,
      validation: watched ? validation : null,
      network: { width: 24, depth: 2 },
      training: { epochs, pruning: { sparsity: 0.75, stage } },
    });
  const zeros = (trainer: ReturnType<typeof start>) => {
    const entries = trainer.network.layers.flatMap(({ weight }) => [...weight.effective.data]);
    return entries.filter((entry) => entry === 0).length / entries.length;
  };

  test("raises α with its steps alone, to 1 half-way through the stage", () => {
    const alphas = (watched: boolean) => {
      const trainer = start(0.5, 16, watched);
      return Array.from({ length: 16 }, () => {
        const { alpha } = trainer.runEpoch();
        // Whatever is computed between steps leaves it alone.
        trainer.network.input.data.set(train.inputs.subarray(0, 5 * 64));
        for (let k = 0; k < 3; k++) trainer.network.forward(64);
        return alpha;
      });
    };
    const expected = [0, 0, 0, 0, 0, 0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 1];
    expect(alphas(false)).toEqual(expected);
    expect(alphas(true)).toEqual(expected);
  });

  test("is the same with and without rows to watch", () => {
    const run = (watched: boolean) => {
      const trainer = start(0.5, 16, watched);
      while (!trainer.ending) trainer.runEpoch();
      trainer.finish();
      return weightsOf(trainer.network);
    };
    expect(run(true)).toEqual(run(false));
  });

  test.each([
    [0.5, 16],
    [1, 8],
    [0.3, 5],
    // A stage that rounds to no epoch at all is one epoch.
    [0.01, 5],
    [1, 1],
  ])("ends with the target sparsity after a stage of %d of %d epochs", (stage, epochs) => {
    const trainer = start(stage, epochs, false);
    while (!trainer.ending) trainer.runEpoch();
    trainer.finish();
    expect(Math.abs(zeros(trainer) - 0.75)).toBeLessThan(0.005);
  });

  test("keeps the closed form equal to the explicit bound in every epoch", () => {
    const trainer = start(0.75, 16, false);
    const explicit = createPenalty(
      backend,
      trainer.network,
      kind === "net" ? "path-norm" : "improved-bound",
      "explicit",
    )!;
    while (!trainer.ending) {
      const { penalty } = trainer.runEpoch();
      expect(Math.abs(penalty / explicit.value() - 1)).toBeLessThan(1e-5);
    }
  });

  test("learns on with its zeros", () => {
    const trainer = start(0.5, 60, true);
    const losses: number[] = [];
    while (!trainer.ending) losses.push(trainer.runEpoch().loss);
    expect(losses[59]).toBeLessThan(0.8 * losses[0]);
  });
});
