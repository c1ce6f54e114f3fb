import { afterEach, expect, test, vi } from "vitest";
import { Arena } from "../../src/engine/backend/arena.ts";
import { adam } from "../../src/engine/optimizers/adam.ts";
import { runTrainingJob, type TrainingJob } from "../../src/fit/job.ts";
import { runInProcess } from "../../src/fit/runner.ts";

const job: TrainingJob = {
  network: {
    architecture: "mlp",
    inputs: 2,
    width: 4,
    depth: 1,
    outputs: 1,
    hidden: "l1-shared",
    output: "l1-row",
  },
  training: {
    loss: "squared-error",
    penalty: "path-norm",
    lambda: 0,
    optimizer: adam(),
    schedule: { kind: "constant", rate: 1e-2, warmup: 0 },
    rateMoves: "per-step",
    epochs: 3,
    batchSize: 2,
    initialization: "paper",
    patience: null,
    pruning: null,
    seed: 1,
  },
  train: {
    rows: 4,
    inputs: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1),
    targets: Float32Array.of(0, 1, 1, 2),
    weights: null,
  },
  validation: { rows: 1, inputs: Float32Array.of(2, 2), targets: Float32Array.of(4), weights: null },
  backend: { provider: "wasm", relaxedSimd: false },
};

afterEach(() => {
  vi.restoreAllMocks();
});

test("a job gives back all it placed in the arena, when it fails too, and the next takes the same one", async () => {
  const mark = vi.spyOn(Arena.prototype, "mark");
  await runTrainingJob(job);
  const broken = { ...job, train: { ...job.train, targets: new Float32Array(3) } };
  await expect(runTrainingJob(broken)).rejects.toThrow("targets");
  await runTrainingJob(job);
  const arenas = new Set(mark.mock.contexts as Arena[]);
  expect(arenas.size).toBe(1);
  for (const [index, arena] of (mark.mock.contexts as Arena[]).entries()) {
    expect(arena.used).toBe(mark.mock.results[index].value);
  }
});

test("jobs that run at once have an arena each, and the results of jobs that run alone", async () => {
  const other = { ...job, training: { ...job.training, seed: 2 } };
  const alone = [await runTrainingJob(job), await runTrainingJob(other)];
  const mark = vi.spyOn(Arena.prototype, "mark");
  const together = await Promise.all([runTrainingJob(job), runTrainingJob(other)]);
  expect(new Set(mark.mock.contexts).size).toBe(2);
  expect(together.map(({ networks }) => networks)).toEqual(alone.map(({ networks }) => networks));
  expect(alone[0].networks).not.toEqual(alone[1].networks);
});

test("a result tells the outputs on the validation rows, the epochs, the loss and what computed", async () => {
  const fractions: number[] = [];
  const result = await runTrainingJob(job, { onProgress: (fraction) => fractions.push(fraction) });
  expect(result).toMatchObject({
    outcome: "finished",
    problem: null,
    epochs: 3,
    bestEpoch: 0,
    backend: "WebAssembly SIMD",
  });
  expect(result.validationOutputs).toHaveLength(1);
  expect(result.loss).toBeGreaterThan(0);
  expect(result.lengths.map((layers) => layers.map(({ length }) => length))).toEqual([[1, 1]]);
  expect(fractions).toEqual([1 / 3, 2 / 3, 1]);
  expect((await runTrainingJob({ ...job, validation: null })).validationOutputs).toBeNull();
});

test("a job that starts from a network's weights begins where that one ended", async () => {
  const first = await runTrainingJob({ ...job, training: { ...job.training, epochs: 200 } });
  const still: TrainingJob = {
    ...job,
    training: { ...job.training, epochs: 1, schedule: { kind: "constant", rate: 0, warmup: 0 } },
    start: first.networks,
  };
  const { validationOutputs } = await runTrainingJob(still);
  expect(validationOutputs?.[0]).toBeCloseTo(first.validationOutputs?.[0] ?? Number.NaN, 5);
});

test("the in-process runner runs one job after the other and begins none after the signal", async () => {
  const controller = new AbortController();
  const done: number[] = [];
  const results = await runInProcess([job, job, job], {
    signal: controller.signal,
    onProgress: (count) => {
      done.push(count);
      if (count === 2) controller.abort();
    },
  });
  expect(results.map((result) => result?.outcome ?? null)).toEqual(["finished", "finished", null]);
  expect(done).toEqual([1, 2, 3, 4, 5, 6].map((third) => expect.closeTo(third / 3, 10)));
});
