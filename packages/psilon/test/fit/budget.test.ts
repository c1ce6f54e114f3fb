import { describe, expect, test } from "vitest";
import { type Budget, createBudget, unlimited, workOf } from "../../src/fit/budget.ts";
import { fitPlan } from "../../src/fit/fitPlan.ts";
import type { TrainingJob, TrainingResult } from "../../src/fit/job.ts";
import { makePlan } from "../../src/fit/plan.ts";
import type { JobRunner } from "../../src/fit/runner.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { mixedTable, quick, refusal } from "../support/synthetic.ts";

const network: FoldedNetwork = {
  architecture: "mlp",
  layers: [{ kind: "dense", rows: 1, columns: 1, weight: Float32Array.of(1), bias: Float32Array.of(0) }],
} as never;

/** A clock that only moves when networks are trained: so many seconds a network, in ten epochs, one network after the other. */
function pretending(secondsOf: (job: TrainingJob) => number, errorOf = (_: TrainingJob) => 1) {
  let time = 100;
  const begun: TrainingJob[] = [];
  const run: JobRunner = async (jobs, { signal, onProgress }) => {
    const results: (TrainingResult | null)[] = [];
    for (const [k, job] of jobs.entries()) {
      if (signal?.aborted) {
        results.push(null);
        continue;
      }
      begun.push(job);
      let tenths = 0;
      while (tenths < 10 && !signal?.aborted) {
        tenths++;
        time += secondsOf(job) / 10;
        onProgress?.(k + tenths / 10);
      }
      results.push({
        networks: [network],
        outcome: tenths < 10 ? "aborted" : "finished",
        epochs: (job.training.epochs * tenths) / 10,
        bestEpoch: 0,
        seconds: (secondsOf(job) * tenths) / 10,
        validationOutputs: job.validation?.targets.map((y) => y + errorOf(job)) ?? null,
      } as unknown as TrainingResult);
    }
    return results;
  };
  return { run, begun, clock: () => time };
}

const frame = frameFrom({
  x: Array.from({ length: 1200 }, (_, i) => Math.sin(i)),
  y: Array.from({ length: 1200 }, (_, i) => i % 7),
});
const perWork = (job: TrainingJob) => 1e-9 * workOf(job);

/** What a plan comes to within so many seconds, and what it took. */
async function within(seconds: number | null, preset: "fast" | "balanced" | "best" = "balanced") {
  const plan = makePlan(frame, "y", { preset });
  const { run, begun, clock } = pretending(perWork);
  const started = clock();
  const budget: Budget = seconds === null ? unlimited : createBudget(seconds, clock);
  const fitted = await fitPlan(plan, { run }, budget);
  return { plan, fitted, begun, took: clock() - started, record: budget.record };
}

describe("A limit on the time", () => {
  test("that is long enough changes nothing", async () => {
    const free = await within(null);
    const limited = await within(1000 * free.took);
    expect(limited.fitted.parts.map(({ candidate }) => candidate)).toEqual(
      free.fitted.parts.map(({ candidate }) => candidate),
    );
    expect(limited.begun).toHaveLength(free.begun.length);
    expect(limited.record).toMatchObject({ search: 0, networks: 0 });
    expect(free.record).toBeNull();
  });

  test.each([0.8, 0.6, 0.4])(
    "of %f of what all takes ends the search in time for networks on all rows",
    async (share) => {
      const free = await within(null);
      const { fitted, took, record } = await within(share * free.took);
      expect(took).toBeLessThanOrEqual(share * free.took);
      expect(record!.search + record!.networks).toBeGreaterThan(0);
      expect(fitted.interrupted).toBe(false);
      // On all rows, not the search's own.
      expect(fitted.parts[0].job.validation).toBeNull();
      expect(fitted.outputs).not.toBeNull();
    },
  );

  test("too short for one of them in half of it leaves the best network of the search", async () => {
    const free = await within(null);
    const { fitted, took } = await within(0.25 * free.took);
    expect(took).toBeLessThanOrEqual(0.25 * free.took);
    expect(fitted.parts[0].job.validation).not.toBeNull();
    expect(fitted.outputs).not.toBeNull();
    expect(fitted.interrupted).toBe(false);
  });

  test("trains as many of an ensemble's networks as fit", async () => {
    const free = await within(null, "best");
    const { fitted, record, took } = await within(0.35 * free.took, "best");
    const count = fitted.parts.reduce((sum, { networks }) => sum + networks.length, 0);
    expect(took).toBeLessThanOrEqual(0.35 * free.took);
    expect(count + record!.networks).toBe(8);
    expect(fitted.parts[0].job.validation).toBeNull();
  });

  test("too short for any network leaves the first one as far as it came", async () => {
    const { fitted, begun, record } = await within(1e-9);
    expect(begun).toHaveLength(1);
    expect(fitted.parts).toHaveLength(1);
    expect(fitted.parts[0].networks[0]).toMatchObject({ outcome: "aborted" });
    expect(fitted).toMatchObject({ interrupted: false, scores: null });
    expect(record!.search).toBeGreaterThan(0);
  });

  test("tries λ from the middle, of which the most is known in time", async () => {
    const { begun, plan } = await within(1e-9);
    expect(begun[0].training.lambda).toBe(plan.lambdas[2]);
  });

  test("leaves a model that was stopped by hand interrupted", async () => {
    const plan = makePlan(frame, "y", { preset: "balanced" });
    const { run, clock } = pretending(perWork);
    const controller = new AbortController();
    const fitted = await fitPlan(
      plan,
      { run, signal: controller.signal, onProgress: ({ done }) => done > 1 && controller.abort() },
      createBudget(1e9, clock),
    );
    expect(fitted.interrupted).toBe(true);
    expect(fitted.parts[0].job.validation).not.toBeNull();
  });

  test("goes by how many networks are trained at a time", async () => {
    const jobs = makePlan(frame, "y", { preset: "fast" });
    const job = jobs.jobFor(jobs.views.whole("value"), 0, {
      encoding: "value",
      width: 8,
      depth: 1,
      lambda: 1e-4,
    });
    let time = 0;
    /** Two at a time, a second each. */
    const run: JobRunner = async (some) => {
      time += Math.ceil(some.length / 2);
      return some.map(() => ({ epochs: job.training.epochs, seconds: 1, outcome: "finished" }) as never);
    };
    const budget = createBudget(20, () => time);
    await budget.run(run, new Array(10).fill(job), {}, "search");
    expect(time).toBe(6);
    // 14 seconds are left: 1.25 · 1 s for two.
    expect(budget.fits(new Array(22).fill(job))).toBe(true);
    expect(budget.fits(new Array(23).fill(job))).toBe(false);
    await budget.run(run, new Array(26).fill(job), {}, "refit");
    expect(budget.fits([job])).toBe(false);
    expect(budget.fits([])).toBe(true);
  });

  test("is refused where it is none", async () => {
    for (const timeLimit of [0, -1, Number.NaN, "60"]) {
      expect(
        await refusal(() =>
          trainModel(mixedTable(30, ["value"]), "value", { timeLimit: timeLimit as number }),
        ),
      ).toMatch(/^The time limit in seconds is a number from 0.001 to/);
    }
  });
});

test("A model trained in next to no time can be saved, and says what was left out", async () => {
  const model = await trainModel(mixedTable(90, ["value"]), "value", {
    ...quick,
    lambda: "auto",
    timeLimit: 0.001,
  });
  const { record } = loadModel(saveModel(model), "the model");
  expect(record.interrupted).toBe(false);
  expect(record.control?.timeLimit).toMatchObject({ seconds: 0.001 });
  expect(record.control?.timeLimit?.search).toBeGreaterThan(0);
});
