import { InputError, type TrainingJob } from "psilon";
import { adam } from "psilon/engine";
import { expect, test } from "vitest";
import { createWorkers } from "../dist/jobs.js";

test("what a worker refuses reaches the user with its code, in the sentence it is", async () => {
  const job: TrainingJob = {
    network: {
      architecture: "mlp",
      inputs: 1,
      width: 2e9,
      depth: 1,
      outputs: 1,
      hidden: "plain",
      output: "plain",
    },
    training: {
      loss: "squared-error",
      penalty: "none",
      lambda: 0,
      optimizer: adam(),
      schedule: { kind: "constant", rate: 1e-2, warmup: 0 },
      rateMoves: "per-step",
      epochs: 1,
      batchSize: 1,
      initialization: "paper",
      patience: null,
      pruning: null,
      seed: 1,
    },
    train: { rows: 2, inputs: Float32Array.of(0, 1), targets: Float32Array.of(0, 1), weights: null },
    validation: null,
    backend: { provider: "wasm" },
  };
  const workers = createWorkers(1);
  try {
    const refused = await workers.run([job], {}).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InputError);
    expect(refused).toHaveProperty("problem.code", "out-of-memory");
    expect(String(refused)).toMatch(/does not fit: \d+ MiB are needed/);
  } finally {
    await workers.close();
  }
});
