import { describe, expect, test } from "vitest";
import { networkKinds } from "../../src/engine/networks/spec.ts";
import { type JobCheckpoint, runTrainingJob, type TrainingJob } from "../../src/fit/job.ts";
import { defaults, makeData } from "../support/training.ts";

const { penalty, ...net } = networkKinds.net;
const train = makeData(77, 1);

const job: TrainingJob = {
  network: { ...net, inputs: 5, width: 9, depth: 2, outputs: 1 },
  training: { ...defaults, penalty },
  train,
  validation: makeData(30, 2),
  curvePoints: 4,
  backend: { provider: "wasm", relaxedSimd: false },
};

const { penalty: ofResnet, ...resnet } = networkKinds.resnet;
const around = (by: number) => train.inputs.map((x) => x + by);

const jobs: Readonly<Record<string, TrainingJob>> = {
  "a net": job,
  "a resnet": {
    ...job,
    network: { ...job.network, ...resnet },
    training: { ...defaults, penalty: ofResnet },
  },
  "a net that is pruned": {
    ...job,
    training: {
      ...job.training,
      pruning: { rule: "magnitude", sparsity: 0.6, scope: "global", stage: 0.8 },
    },
  },
  "a net that stops early": { ...job, training: { ...job.training, patience: 3, epochs: 40 } },
  // Its first epoch is one step, after which no loss is finite: what is kept are the weights before.
  "a net that diverges": {
    ...job,
    validation: null,
    isWatched: false,
    training: {
      ...job.training,
      ...{
        penalty: "none",
        lambda: 0,
        batchSize: 100,
        schedule: { kind: "constant", rate: 1e30, warmup: 0 },
      },
    },
  },
  "a net that ends before its last epoch": { ...job, stopAfter: 7 },
  "an ensemble that shares its hidden layers": { ...job, network: { ...job.network, members: 3 } },
  "a net trained on the worst case": {
    ...job,
    training: { ...job.training, worst: { method: "interval", share: 0.5, ramp: 0.5 } },
    train: { ...train, boxes: { lower: around(-0.1), upper: around(0.1), groups: [] } },
  },
};

describe.each(Object.entries(jobs))("The training of %s", (_, each) => {
  test("goes on from every epoch's checkpoint to the same result", async () => {
    const checkpoints: JobCheckpoint[] = [];
    const { seconds: _, ...whole } = await runTrainingJob(each, {
      onCheckpoint: (take) => checkpoints.push(structuredClone(take())),
    });
    expect(checkpoints.length).toBeGreaterThan(0);
    for (const resume of checkpoints) {
      const { seconds, ...resumed } = await runTrainingJob(each, { resume });
      expect(resumed).toEqual(whole);
      expect(seconds).toBeGreaterThan(resume.seconds);
    }
  });
});

test("a job that starts from weights goes on with their zeros", async () => {
  const { networks } = await runTrainingJob(jobs["a net that is pruned"]);
  const from = { ...job, start: networks };
  const checkpoints: JobCheckpoint[] = [];
  const { seconds: _, ...whole } = await runTrainingJob(from, {
    onCheckpoint: (take) => checkpoints.push(take()),
  });
  const { seconds: __, ...resumed } = await runTrainingJob(from, { resume: checkpoints[4] });
  expect(resumed).toEqual(whole);
});
