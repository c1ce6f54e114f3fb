import { describe, expect, test } from "vitest";
import { presets } from "../../src/fit/presets.ts";
import { type JobRunner, runBaselinesInProcess, runInProcess } from "../../src/fit/runner.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { type TrainOptions, trainModel } from "../../src/models/trainModel.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { mixedTable, quick, refusal } from "../support/synthetic.ts";

const table = mixedTable(90, ["value"]);
const fast = { ...quick, width: 8, epochs: 6 };

/** Aborts as soon as `when` holds of the jobs done. */
function abortWhen(
  when: (stage: string, done: number) => boolean,
): Pick<TrainOptions, "signal" | "onProgress"> {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress: ({ stage, done }) => {
      if (when(stage, done)) controller.abort();
    },
  };
}

/** The in-process runner, with results as `change` makes them. */
const changing =
  (
    change: (result: Awaited<ReturnType<JobRunner>>[number], lambda: number, index: number) => typeof result,
  ) =>
  async (...[jobs, hooks]: Parameters<JobRunner>) => {
    const results = await runInProcess(jobs, hooks);
    return results.map((result, i) => change(result, jobs[i].training.lambda, i));
  };

/** The in-process runner at a rate at which jobs of these λ diverge in truth. */
const divergingAt =
  (diverges: (lambda: number) => boolean): JobRunner =>
  (jobs, hooks) =>
    runInProcess(
      jobs.map((job) =>
        diverges(job.training.lambda)
          ? { ...job, training: { ...job.training, schedule: { kind: "constant", rate: 1e37, warmup: 0 } } }
          : job,
      ),
      hooks,
    );

describe("an abort", () => {
  test("after a look at a sample of a large table's rows claims nothing of the others, and after one at all of them what it saw", async () => {
    const x = Array.from({ length: 20_100 }, (_, row) => Math.sin(row));
    for (const y of [x.map((v) => v * v), x.map((v) => (v > 0.3 ? "high" : "low"))]) {
      const stopped = (lambda: "auto" | number) => {
        const controller = new AbortController();
        return trainModel(frameFrom({ x, y }), "y", {
          ...fast,
          lambda,
          width: 2,
          depth: 1,
          epochs: 1,
          signal: controller.signal,
          run: async (jobs, hooks) => {
            const results = await runInProcess(jobs, hooks);
            controller.abort();
            return results;
          },
        });
      };
      const model = await stopped("auto");
      expect(model.record).toMatchObject({ interrupted: true, validation: null });
      expect(model.target).not.toHaveProperty("heldOut");
      expect(loadModel(saveModel(model), "the file").members).toHaveLength(1);
      // With one λ there is nothing to look for on a sample.
      const { record } = await stopped(1e-3);
      expect(record.validation?.rows).toBeGreaterThan(2000);
    }
  });

  test("before anything was learned is refused", async () => {
    const stopped = "Training was stopped before anything was learned.";
    expect(await refusal(() => trainModel(table, "value", { ...fast, signal: AbortSignal.abort() }))).toBe(
      stopped,
    );
    const controller = new AbortController();
    const training = trainModel(table, "value", {
      ...fast,
      signal: controller.signal,
      // As soon as the first job has begun, but not its first epoch.
      run: (jobs, hooks) =>
        runInProcess(
          jobs.map((job) => ({
            ...job,
            get backend() {
              controller.abort();
              return job.backend;
            },
          })),
          hooks,
        ),
    });
    expect(await refusal(() => training)).toBe(stopped);
  });

  test("in the first network keeps that network as far as it came", async () => {
    const { record, members } = await trainModel(table, "value", {
      ...fast,
      epochs: 5000,
      ...abortWhen((_, done) => done > 0.01),
    });
    expect(record).toMatchObject({ interrupted: true, validation: null, rows: 60, lambda: fast.lambda });
    expect(record.lambdaGrid).toEqual([
      { lambda: fast.lambda, scores: null, bound: expect.closeTo(record.bounds[0].value) },
    ]);
    expect(members).toHaveLength(1);
  });

  test("in the search keeps the best λ that was tried to its end", async () => {
    const { record } = await trainModel(table, "value", {
      ...fast,
      lambda: "auto",
      // Three folds of the first λ, in an eighth of the steps each.
      ...abortWhen((_, done) => done >= 0.375),
    });
    expect(record.interrupted).toBe(true);
    expect(record.lambda).toBe(presets.fast.lambdas.regression[0]);
    expect(record.validation).not.toBeNull();
    expect(record.lambdaGrid.map(({ scores }) => scores !== null)).toEqual([true, false, false]);
    expect(record.rows).toBe(60);
  });

  test("in the refit keeps the search's network", async () => {
    const networks: unknown[] = [];
    const { record, members } = await trainModel(table, "value", {
      ...fast,
      ...abortWhen((stage, done) => stage === "refit" && done > 3.2),
      run: changing((result) => {
        networks.push(result?.networks[0]);
        return result;
      }),
    });
    expect(networks).toHaveLength(4);
    expect(members[0].network).toEqual(networks[0]);
    expect(record).toMatchObject({ interrupted: true, rows: 60 });
    expect(record.validation).not.toBeNull();
  });

  test("when all is done interrupts nothing", async () => {
    const { record } = await trainModel(table, "value", {
      ...fast,
      ...abortWhen((stage, done) => stage === "refit" && done >= 4),
    });
    expect(record).toMatchObject({ interrupted: false, rows: 90 });
  });

  test("leaves an ensemble of the networks on all rows that were finished", async () => {
    const { record, members } = await trainModel(table, "value", {
      ...fast,
      preset: "best",
      ...abortWhen((stage, done) => stage === "refit" && done > 8.5),
    });
    expect(members).toHaveLength(3);
    expect(record).toMatchObject({ interrupted: true, rows: 90 });
  });

  test("of a run to be pruned still gives a model that can be saved", async () => {
    const model = await trainModel(table, "value", {
      ...fast,
      epochs: 5000,
      prune: 0.5,
      ...abortWhen((_, done) => done > 0.01),
    });
    expect(saveModel(model).length).toBeGreaterThan(0);
    expect(model.record.interrupted).toBe(true);
  });
});

describe("what the model is compared with", () => {
  test("is fitted after the model is handed over, complete but for that score", async () => {
    const events: string[] = [];
    const handed: TabularModel[] = [];
    const model = await trainModel(table, "value", {
      ...fast,
      run: (jobs, hooks) => {
        events.push("networks");
        return runInProcess(jobs, hooks);
      },
      onModel: async (trained) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        events.push("model");
        handed.push(trained);
      },
      runBaselines: (jobs, hooks) => {
        events.push("baselines");
        return runBaselinesInProcess(jobs, hooks);
      },
    });
    expect(events).toEqual(["networks", "networks", "model", "baselines"]);
    const [{ members, record }] = handed;
    expect(members).toEqual(model.members);
    const { linear, ...others } = model.record.validation!;
    expect(linear).not.toBeNull();
    expect(record).toEqual({
      ...model.record,
      validation: { ...others, linear: null },
      seconds: record.seconds,
    });
    expect(loadModel(saveModel(handed[0]), "the model").record.validation?.linear).toBeNull();
  });

  test("stopped there, leaves the model without that score, and not interrupted", async () => {
    const controller = new AbortController();
    const whole = await trainModel(table, "value", fast);
    const model = await trainModel(table, "value", {
      ...fast,
      signal: controller.signal,
      runBaselines: (jobs, hooks) => {
        const running = runBaselinesInProcess(jobs, hooks);
        controller.abort();
        return running;
      },
    });
    expect(model.members).toEqual(whole.members);
    expect(model.record.interrupted).toBe(false);
    expect(model.record.validation).toEqual({ ...whole.record.validation, linear: null });
  });
});

describe("a runner that returns null for jobs", () => {
  test("leaves the λ whose jobs were done", async () => {
    const [first, second, third] = presets.fast.lambdas.regression;
    const { record } = await trainModel(table, "value", {
      ...fast,
      lambda: "auto",
      run: changing((result, lambda) => (lambda === second ? result : null)),
    });
    expect(record.lambda).toBe(second);
    expect(record.interrupted).toBe(true);
    expect(record.lambdaGrid.map(({ lambda, scores }) => [lambda, scores === null])).toEqual([
      [first, true],
      [second, false],
      [third, true],
    ]);
  });

  test("for every job is a run in which nothing was learned", async () => {
    expect(await refusal(() => trainModel(table, "value", { ...fast, run: changing(() => null) }))).toBe(
      "Training was stopped before anything was learned.",
    );
  });

  test("for the refit leaves the search's network", async () => {
    let calls = 0;
    const { record } = await trainModel(table, "value", {
      ...fast,
      run: (jobs, hooks) => (calls++ === 0 ? runInProcess(jobs, hooks) : Promise.resolve([null])),
    });
    expect(record).toMatchObject({ interrupted: true, rows: 60 });
  });
});

describe("a network that diverges", () => {
  test("rules its λ out", async () => {
    const [first, ...others] = presets.fast.lambdas.regression;
    const { record } = await trainModel(table, "value", {
      ...fast,
      lambda: "auto",
      run: divergingAt((lambda) => lambda === first),
    });
    expect(others).toContain(record.lambda);
    expect(record.lambdaGrid[0]).toEqual({ lambda: first, scores: null, bound: null });
    expect(record.interrupted).toBe(false);
  });

  test("in one fold rules its λ out as well", async () => {
    const [first] = presets.fast.lambdas.regression;
    const { record } = await trainModel(table, "value", {
      ...fast,
      lambda: "auto",
      run: changing((result, lambda, index) =>
        result && lambda === first && index === 1
          ? { ...result, outcome: "not-finite", problem: "" }
          : result,
      ),
    });
    expect(record.lambda).not.toBe(first);
    expect(record.lambdaGrid[0].scores).toBeNull();
  });

  test("in the refit leaves the search's network", async () => {
    let calls = 0;
    const diverging = divergingAt(() => true);
    const { record } = await trainModel(table, "value", {
      ...fast,
      run: (...args) => (calls++ === 0 ? runInProcess(...args) : diverging(...args)),
    });
    expect(record).toMatchObject({ rows: 60, interrupted: false });
  });

  test("for every λ is refused in a sentence that names them", async () => {
    const sentence = await refusal(() =>
      trainModel(table, "value", { ...fast, lambda: "auto", run: divergingAt(() => true) }),
    );
    expect(sentence).toMatch(`Training diverged with λ = ${presets.fast.lambdas.regression.join(", ")}`);
  });
});
