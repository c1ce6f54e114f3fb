import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import { checkOptions } from "../../src/fit/checkOptions.ts";
import { compare } from "../../src/fit/compare.ts";
import type { TrainingJob, TrainingResult } from "../../src/fit/job.ts";
import type { FitOptions } from "../../src/fit/options.ts";
import { makePlan } from "../../src/fit/plan.ts";
import { runInProcess } from "../../src/fit/runner.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { pruneModel } from "../../src/models/pruneModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { pick } from "../../src/tables/splits.ts";
import { mixedTable, quick, refusal } from "../support/synthetic.ts";

const table = mixedTable(90, ["value"]);

/** What a training's jobs were and came to, in the order of the runs. */
async function trained(frame: typeof table, options: FitOptions) {
  const jobs: TrainingJob[] = [];
  const results: (TrainingResult | null)[] = [];
  const model = await trainModel(frame, "value", {
    ...options,
    run: async (some, hooks) => {
      const own = await runInProcess(some, hooks);
      jobs.push(...some);
      results.push(...own);
      return own;
    },
  });
  return { model, jobs, results };
}

describe("The pace of training", () => {
  test("is the preset's, or what is asked for, in every network, and stands in the record", async () => {
    const plain = await trained(table, quick);
    const asked = await trained(table, { ...quick, learningRate: 0.01, batchSize: 64 });
    // What the preset has by itself.
    expect(asked.model.members).toEqual(plain.model.members);
    expect(plain.model.record).not.toHaveProperty("control");
    expect(asked.model.record).toMatchObject({ control: { learningRate: 0.01 }, batchSize: 64 });
    const other = await trained(table, { ...quick, learningRate: 0.002, batchSize: 16 });
    for (const { training } of other.jobs) {
      expect(training).toMatchObject({
        batchSize: 16,
        schedule: { peak: 0.002, initial: 1e-4, final: 5e-5 },
      });
    }
    expect(other.model.members).not.toEqual(plain.model.members);
    const again = loadModel(saveModel(other.model), "the model").record;
    expect(again).toMatchObject({ control: { learningRate: 0.002 }, batchSize: 16 });
  });

  test("of more rows a step than there are is one step an epoch", async () => {
    const { model, jobs } = await trained(table, { ...quick, epochs: 3, batchSize: 1_000_000 });
    expect(model.record.batchSize).toBe(1_000_000);
    expect(jobs.every(({ training }) => training.epochs === 3)).toBe(true);
  });

  test("leaves no shape beside another that differs in its batches alone", () => {
    const many = mixedTable(4000, ["value"]);
    const shapes = makePlan(many, "value", { preset: "best" }).shapes;
    expect(shapes.map(({ batchSize }) => batchSize)).toEqual([undefined, undefined, 256, undefined]);
    const asked = makePlan(many, "value", { preset: "best", batchSize: 32 }).shapes;
    expect(asked).toEqual(shapes.filter(({ batchSize }) => batchSize === undefined));
  });

  test("of pruning follows the rate that was asked for", async () => {
    const { model } = await trained(table, quick);
    const peakOf = async (learningRate: number) => {
      const jobs: TrainingJob[] = [];
      await pruneModel({ ...model, record: { ...model.record, control: { learningRate } } }, table, 0.5, {
        epochs: 2,
        run: (some, hooks) => {
          jobs.push(...some);
          return runInProcess(some, hooks);
        },
      });
      const [{ schedule }] = jobs.map(({ training }) => training);
      return "peak" in schedule ? schedule.peak : Number.NaN;
    };
    expect((await peakOf(0.004)) / (await peakOf(0.001))).toBeCloseTo(4, 12);
  });
});

describe("Patience", () => {
  const random = createRandom(3);
  /** Nothing can be learned of it but the rows by heart. */
  const noise = frameFrom({
    a: Array.from({ length: 90 }, () => random.next()),
    b: Array.from({ length: 90 }, () => random.next()),
    value: Array.from({ length: 90 }, () => random.next()),
  });
  const long = { ...quick, lambda: 0, width: 64, epochs: 300 };

  test("ends trainings that no longer get better, and networks on all rows at that share of their epochs", async () => {
    const { model, jobs, results } = await trained(noise, { ...long, patience: 5 });
    const trials = results.filter((_, i) => jobs[i].validation !== null);
    expect(trials.map((result) => result?.outcome)).toEqual(["early", "early", "early"]);
    const kept = trials.map((result) => result?.bestEpoch ?? 0);
    expect(trials.map((result) => (result?.epochs ?? 0) - 5)).toEqual(kept);
    const refit = jobs.findIndex(({ validation }) => validation === null);
    const mean = Math.round(kept.reduce((sum, epoch) => sum + epoch) / 3);
    expect(jobs[refit].stopAfter).toBe(mean);
    expect(results[refit]).toMatchObject({ outcome: "early", epochs: mean });
    expect(model.record).toMatchObject({ interrupted: false, rows: 90, control: { patience: 5 } });
  });

  test("lets a network on all rows wait for what the search knows, also where few are tried in full", async () => {
    const { jobs } = await trained(noise, { ...long, lambda: "auto", epochs: 60, patience: 5 });
    const refit = jobs.findIndex(({ validation }) => validation === null);
    expect(refit).toBe(jobs.length - 1);
    expect(jobs[refit].stopAfter).toBeLessThan(60);
    expect(jobs[refit - 1].training.epochs).toBe(60);
  });

  test("does not cut pruning short", async () => {
    const { jobs, results } = await trained(noise, { ...long, epochs: 40, patience: 1, prune: 0.5 });
    expect(results.map((result) => result?.epochs)).toEqual(jobs.map(() => 40));
  });
});

describe("Rows of one group", () => {
  const grouped = frameFrom({
    x: Array.from({ length: 120 }, (_, i) => Math.sin(i)),
    customer: Array.from({ length: 120 }, (_, i) => i % 17),
    value: Array.from({ length: 120 }, (_, i) => (i % 17) + Math.sin(i)),
  });
  const customers = (rows: Int32Array) => new Set(Array.from(rows, (row) => row % 17));

  test("are on one side wherever candidates are tried, on folds as on one part", () => {
    for (const preset of ["fast", "balanced", "best", "paper"] as const) {
      const { views, encodings } = makePlan(grouped, "value", { preset, groups: "customer" });
      const { splits, prepared } = views.whole(encodings[0]);
      for (const { train, test } of splits) {
        const known = customers(pick(prepared.rows, train));
        expect([...customers(pick(prepared.rows, test))].filter((one) => known.has(one))).toEqual([]);
        expect(test.length).toBeGreaterThan(0);
      }
    }
  });

  test("do not teach their group, unless it is declared", async () => {
    const options = { ...quick, epochs: 2, groups: "customer" };
    const { encoder, schema, record } = await trainModel(grouped, "value", options);
    expect(encoder.columns.map(({ name }) => name)).toEqual(["x"]);
    expect(schema.columns[1]).toMatchObject({ name: "customer", role: "ignored" });
    expect(record.control).toEqual({ groups: "customer" });
    const told = await trainModel(grouped, "value", { ...options, columns: { customer: "numeric" } });
    expect(told.encoder.columns.map(({ name }) => name)).toEqual(["x", "customer"]);
  });

  test("are refused where they are all the rows there are, or all of a class", async () => {
    const columns = { x: Array.from({ length: 60 }, (_, i) => Math.sin(i)), one: Array(60).fill("a") };
    const single = frameFrom({ ...columns, y: columns.x.map((x) => 2 * x) });
    expect(await refusal(() => trainModel(single, "y", { ...quick, groups: "one" }))).toMatch(/group/);
    const late = Array.from({ length: 60 }, (_, i) => (i < 52 ? "early" : "late"));
    const classed = frameFrom({ ...columns, day: late.map((_, i) => i), y: late });
    expect(await refusal(() => trainModel(classed, "y", { ...quick, timeColumn: "day" }))).toBe(
      'Where rows are held out by the column "day" to choose λ, none of the class "late" is left to learn from; leave "day" out, or the class.',
    );
  });

  test("cannot be those of one value to predict", async () => {
    expect(await refusal(() => trainModel(grouped, "value", { groups: "value" }))).toBe(
      'Column "value" is to be predicted, so that it cannot tell how rows are split; name another.',
    );
  });
});

test("With a time, candidates are tried on the last rows", () => {
  const timed = frameFrom({
    x: Array.from({ length: 120 }, (_, i) => Math.sin(i)),
    day: Array.from({ length: 120 }, (_, i) => (i * 7) % 120),
    value: Array.from({ length: 120 }, (_, i) => i % 11),
  });
  const { views, encodings, splits } = makePlan(timed, "value", { timeColumn: "day" });
  expect(splits).toBe(1);
  const {
    splits: [{ train, test }],
    prepared,
  } = views.whole(encodings[0]);
  const days = (rows: Int32Array) => Array.from(pick(prepared.rows, rows), (row) => (row * 7) % 120);
  expect(Math.max(...days(train))).toBe(95);
  expect(Math.min(...days(test))).toBe(96);
});

describe("Refused in a sentence", () => {
  const refused = (options: Record<string, unknown>) => refusal(() => checkOptions(options as FitOptions));

  test.each([
    ["learningRate", [0, -1, 1000, "0.1", Number.NaN], /^The learning rate is a number from 1e-8 to 100/],
    ["batchSize", [0, 1.5, 1e7, "32"], /^The batch size is a whole number from 1 to 1000000/],
    ["patience", [0, -1, 2.5, "3"], /^The patience is a whole number from 1 to 1000000/],
  ])("is a %s out of range", async (name, values, sentence) => {
    for (const value of values) expect(await refused({ [name]: value })).toMatch(sentence);
  });

  test("is patience where something is promised of the worst case, and in a comparison", async () => {
    expect(await refused({ patience: 3, objective: { radius: 0.1 } })).toMatch(/^Patience looks at the loss/);
    const comparing = () => compare(table, "value", { width: [4, 8] }, { ...quick, patience: 3 });
    expect(await refusal(comparing)).toMatch(/^A comparison trains everything for as many epochs/);
  });
});
