import { describe, expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import type { WeightKind } from "../../../src/engine/weights/kinds.ts";
import { fold } from "../../../src/folded/fold.ts";
import { createPredictor } from "../../../src/folded/predictor.ts";
import { allKinds } from "../../support/kinds.ts";
import { makeData, runTo, startRun, valuesOf } from "../../support/training.ts";

const EPOCHS = 40;
const train = makeData(200, 1);
/**
 * y is |x₀| − x₁·x₂ plus noise of variance 0.09, and has variance 1.45. Rows whose mean is 0, and orthogonal or short ones
 * without lengths, fit it less well.
 */
const learned = (kind: WeightKind) =>
  kind === "standardized" || kind === "newton-orthogonal" || kind === "spectral" ? 0.7 : 0.3;

const meanSquare = (outputs: Float32Array) =>
  outputs.reduce((sum, f, i) => sum + (f - train.targets[i]) ** 2, 0) / train.rows;

describe.each(["mlp", "resnet"] as const)("In a network of the architecture %s", (architecture) => {
  test.each(allKinds)(
    "%s weights learn, fold to what they compute, and resume bit for bit",
    async (hidden) => {
      const backend = await createBackend({ provider: "wasm" });
      const run = {
        network: { architecture, hidden, output: "l2-row", width: 17 },
        training: { penalty: "path-norm", lambda: 1e-5, epochs: EPOCHS },
        train,
      } as const;
      const trainer = runTo(startRun(backend, run), EPOCHS / 2);
      const checkpoint = trainer.checkpoint();
      const { network } = runTo(trainer, EPOCHS);
      const predicted = createPredictor(backend, fold(network)).predict(train.inputs);
      expect(meanSquare(predicted)).toBeLessThan(learned(hidden));

      const resumed = runTo(startRun(backend, { ...run, checkpoint }), EPOCHS);
      expect(valuesOf(resumed.network)).toEqual(valuesOf(network));
    },
  );
});
