import { describe, expect, test } from "vitest";
import type { TrainingJob } from "../../src/fit/job.ts";
import { presets } from "../../src/fit/presets.ts";
import { bestTrial, trialOf } from "../../src/fit/trials.ts";
import { type TrainOptions, trainModel } from "../../src/models/trainModel.ts";
import { writtenOut } from "../../src/preprocess/inputs.ts";
import { prepare } from "../../src/preprocess/prepare.ts";
import { fitPreprocessing } from "../../src/preprocess/preprocessing.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { mixedTable, quick } from "../support/synthetic.ts";

/** The search's jobs, none of which is run. */
async function jobsOf(table: Frame, target: string, options: TrainOptions): Promise<readonly TrainingJob[]> {
  let found: readonly TrainingJob[] = [];
  const run = async (jobs: readonly TrainingJob[]) => {
    found = jobs;
    throw new Error("enough");
  };
  await expect(trainModel(table, target, { ...quick, ...options, run })).rejects.toThrow("enough");
  return found;
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value / values.length, 0);

test("the network trained beside a validation part is scaled by its own rows alone", async () => {
  const table = frameFrom({
    x: Array.from({ length: 100 }, (_, i) => i ** 3),
    y: Array.from({ length: 100 }, (_, i) => i),
  });
  const [{ train, validation }] = await jobsOf(table, "y", { preset: "paper" });
  expect(train.rows).toBe(80);
  expect(Math.abs(mean(writtenOut(train.inputs)))).toBeLessThan(1e-6);
  expect(mean(writtenOut(train.inputs).map((x) => x * x))).toBeCloseTo(1, 5);
  expect(Math.abs(mean(writtenOut(validation!.inputs)))).toBeGreaterThan(1e-3);
  const sorted = train.targets.toSorted();
  // (y − median)/(IQR/2)
  expect(sorted[39] + sorted[40]).toBeCloseTo(0, 5);
});

test("the networks of a search start anew for every fold, and alike for every λ", async () => {
  for (const preset of ["fast", "best"] as const) {
    const jobs = await jobsOf(mixedTable(90, ["value"]), "value", { preset, lambda: "auto" });
    const folds = jobs.length / presets[preset].lambdas.regression.length;
    const { selection } = presets[preset];
    expect(selection.kind === "refit" && selection.folds(90, "regression").tried).toBe(folds);
    expect(new Set(jobs.map(({ training }) => training.seed)).size).toBe(folds);
    jobs.forEach(({ training }, i) => {
      expect(training.seed).toBe(jobs[i % folds].training.seed);
    });
  }
});

describe("parts held out have the classes' shares", () => {
  /** One row in twenty is rare, all of them at the end. */
  const rare = (count: number) =>
    frameFrom({
      x: Array.from({ length: count }, (_, i) => i),
      y: Array.from({ length: count }, (_, i) => (i < 0.95 * count ? "common" : "rare")),
    });
  const shareOf = (targets: Float32Array) => mean(targets);

  test.each([
    ["a share of many rows", 400, "fast", 1],
    ["folds of few", 200, "fast", 3],
    ["folds under best", 160, "best", 5],
    ["a share under paper", 400, "paper", 1],
  ] as const)("%s", async (_, count, preset, parts) => {
    for (let seed = 0; seed < 8; seed++) {
      const jobs = await jobsOf(rare(count), "y", { preset, seed });
      expect(jobs).toHaveLength(parts);
      for (const { validation } of jobs) {
        expect(Math.abs(shareOf(validation!.targets) - 0.05) * validation!.rows).toBeLessThan(1);
      }
    }
  });
});

test("λ is chosen by the loss that training minimizes: rows count by their weights", () => {
  const table = frameFrom({ x: [1, 2, 3, 4, 5, 6], y: [0, 0, 0, 0, 10, 10] });
  const rows = Int32Array.from({ length: 6 }, (_, i) => i);
  const schema = inferSchema(table, { target: "y", task: "regression" });
  const split = [{ train: Int32Array.of(0, 1, 2, 4), test: Int32Array.of(3, 5) }];
  const network = {
    architecture: "mlp",
    layers: [{ kind: "dense", rows: 1, columns: 1, weight: Float32Array.of(1), bias: Float32Array.of(0) }],
  } as never;
  const chosen = [1, 100].map((heavy) => {
    const sampleWeights = [1, 1, 1, heavy, 1, 1];
    const prepared = prepare(fitPreprocessing(table, rows, schema), table, rows, { sampleWeights });
    const [low, high] = [prepared.targets[3], prepared.targets[5]];
    // The first λ is off by little in the light row and by more in the heavy one; the second the other way round.
    const outputs = [
      [low + 0.2, high],
      [low, high + 0.3],
    ];
    const trials = outputs.map((values, l) => {
      const result = {
        networks: [network],
        outcome: "finished",
        epochs: 1,
        validationOutputs: Float32Array.from(values),
      };
      const candidate = { encoding: "value", lambda: [0.1, 0.2][l], width: 1, depth: 0 } as const;
      return trialOf(candidate, {} as never, { prepared, placed: [], splits: split }, [result as never]);
    });
    return bestTrial(trials)?.candidate.lambda;
  });
  expect(chosen).toEqual([0.1, 0.2]);
});
