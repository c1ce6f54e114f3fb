import { describe, expect, test } from "vitest";
import { compare } from "../../src/fit/compare.ts";
import { makeGrid, settingsWithoutMeaning } from "../../src/fit/grid.ts";
import type { TrainingJob } from "../../src/fit/job.ts";
import { runInProcess } from "../../src/fit/runner.ts";
import { writtenOut } from "../../src/preprocess/inputs.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { mixedTable, refusal } from "../support/synthetic.ts";

const quick = { lambda: 1e-4, width: 8, depth: 2, epochs: 6, backend: "wasm", relaxedSimd: false } as const;

describe("A grid", () => {
  const choicesOf = (...args: Parameters<typeof makeGrid>) =>
    makeGrid(...args).members.map(({ choices }) => choices);

  test("holds every combination, in the order of its settings and values", () => {
    expect(choicesOf({ width: [4, 8], lambda: [0.1, 0.2] }, {})).toEqual([
      { width: 4, lambda: 0.1 },
      { width: 4, lambda: 0.2 },
      { width: 8, lambda: 0.1 },
      { width: 8, lambda: 0.2 },
    ]);
  });

  test("leaves out settings that mean nothing beside the others, and has what is then the same once", () => {
    expect(choicesOf({ optimizer: ["adam", "padam"], p: [0.5, 1] }, { decay: 1e-3 })).toEqual([
      { optimizer: "adam" },
      { optimizer: "padam", p: 0.5 },
      { optimizer: "padam", p: 1 },
    ]);
    const decayed = { optimizer: "padam" } as const;
    expect(choicesOf({ pruning: ["magnitude", "threshold"], prune: [0, 0.5, 0.9] }, decayed)).toEqual([
      { prune: 0 },
      { pruning: "magnitude", prune: 0.5 },
      { pruning: "magnitude", prune: 0.9 },
      { pruning: "threshold" },
    ]);
    expect(choicesOf({ prune: [0, 0.5], scope: ["global", "layer"] }, {})).toEqual([
      { prune: 0 },
      { prune: 0.5, scope: "global" },
      { prune: 0.5, scope: "layer" },
    ]);
  });

  test("can be made by others too, who are told which settings mean nothing", () => {
    expect(settingsWithoutMeaning({})).toEqual(["p", "decay"]);
    expect(settingsWithoutMeaning({ optimizer: "psgd", prune: 0 })).toEqual(["pruning", "scope"]);
    expect(settingsWithoutMeaning({ optimizer: "padam", pruning: "threshold" })).toEqual(["prune", "scope"]);
  });

  test("says which combinations make no sense, and is refused when none does", async () => {
    const { members, refused } = makeGrid(
      { parametrization: ["l1-shared", "l2-row"] },
      { prune: 0.5, pruning: "l1-projection" },
    );
    expect(members.map(({ choices }) => choices)).toEqual([{ parametrization: "l1-shared" }]);
    expect(refused).toEqual([
      {
        choices: { parametrization: "l2-row" },
        reason: expect.stringMatching(/^The rule "l1-projection" projects/),
      },
    ]);
    expect(await refusal(async () => makeGrid({ width: [0] }, {}))).toBe(
      "The width is a whole number from 1 to 4096, but 0 was given.",
    );
  });
});

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value / values.length, 0);

describe("compare", () => {
  const table = mixedTable(100, ["value"]);

  test("gives all members the same rows, seeds and epochs, and scores held-out rows", async () => {
    const jobs: TrainingJob[] = [];
    const { task, entries, folds } = await compare(
      table,
      "value",
      { lambda: [1e-4, 10], optimizer: ["adam", "padam"] },
      {
        ...quick,
        folds: 4,
        run: (list, hooks) => {
          jobs.push(...list);
          return runInProcess(list, hooks);
        },
      },
    );
    expect([task, folds, entries.length, jobs.length]).toEqual(["regression", 4, 4, 16]);
    jobs.forEach((job, i) => {
      const first = jobs[i % 4];
      expect(job.train).toBe(first.train);
      expect(job.validation).toBe(first.validation);
      expect([job.training.seed, job.training.epochs]).toEqual([first.training.seed, first.training.epochs]);
    });
    expect(jobs.slice(0, 4).reduce((sum, { validation }) => sum + (validation?.rows ?? 0), 0)).toBe(100);
    const [loose, , tight] = entries;
    for (const { scores, curve, diverged } of entries) {
      expect(diverged).toBe(0);
      expect(scores?.rmse.perSplit).toHaveLength(4);
      expect(curve.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    }
    expect(tight.bound?.mean).toBeLessThan(0.9 * (loose.bound?.mean ?? 0));
    expect(tight.scores?.rmse.mean).toBeGreaterThan(loose.scores?.rmse.mean ?? 0);
    expect(loose.curve[5].loss).toBeLessThan(loose.curve[0].loss);
    expect(loose.condition?.mean).toBeGreaterThan(1);
  });

  test("gives folds of a row more or less the same number of epochs", async () => {
    const count = 3401;
    const long = frameFrom({
      x: Array.from({ length: count }, (_, i) => i % 101),
      y: Array.from({ length: count }, (_, i) => i % 97),
    });
    const jobs: TrainingJob[] = [];
    const run: typeof runInProcess = async (list) => {
      jobs.push(...list);
      throw new Error("enough");
    };
    const { epochs: _, ...paced } = { ...quick, preset: "fast" as const, run };
    await expect(compare(long, "y", { width: [4] }, paced)).rejects.toThrow("enough");
    expect(new Set(jobs.map(({ train }) => train.rows))).toEqual(new Set([2720, 2721]));
    expect(new Set(jobs.map(({ training }) => training.epochs)).size).toBe(1);
    expect(new Set(jobs.map(({ training }) => training.batchSize)).size).toBe(1);
  });

  test("begins every fold with a seed of its own and scales it by its own train part", async () => {
    const jobs: TrainingJob[] = [];
    const run: typeof runInProcess = async (list) => {
      jobs.push(...list);
      throw new Error("enough");
    };
    const rising = frameFrom({
      x: Array.from({ length: 100 }, (_, i) => i ** 3),
      y: Array.from({ length: 100 }, (_, i) => i ** 2),
    });
    await expect(compare(rising, "y", { width: [4] }, { ...quick, run, folds: 4 })).rejects.toThrow("enough");
    expect(new Set(jobs.map(({ training }) => training.seed)).size).toBe(4);
    for (const { train, validation } of jobs) {
      expect(Math.abs(mean(writtenOut(train.inputs)))).toBeLessThan(1e-6);
      expect(Math.abs(mean(writtenOut(validation!.inputs)))).toBeGreaterThan(1e-3);
      // The median of the scaled targets.
      const sorted = train.targets.toSorted();
      expect(sorted[37] + (sorted[37] === 0 ? 0 : sorted[38])).toBeLessThan(0.1);
    }
  });

  test("needs a target, settings and values to vary, and options that there are", async () => {
    const refused = (over: object, options: object = {}, target: unknown = "value") =>
      refusal(() => compare(table, target as string, over, { ...quick, ...options }));
    expect(await refused({})).toMatch(
      /^A comparison needs a setting to vary, with its values: one or several of network, /,
    );
    expect(await refused({ width: [] })).toBe(
      "A comparison needs a list of values for width, but an empty one was given.",
    );
    expect(await refused({ width: 4 })).toBe(
      "A comparison needs a list of values for width, but 4 was given.",
    );
    expect(await refused({ widht: [4] })).toBe(
      'There is no setting to compare "widht"; did you mean "width"?',
    );
    expect(await refused({ width: [4] }, { epcohs: 3 })).toBe(
      'There is no option "epcohs"; did you mean "epochs"?',
    );
    expect(await refused({ width: [4] }, {}, null)).toMatch("but null was given");
  });

  test("has no rows left over for a threshold or an interval", async () => {
    for (const [name, value, purpose] of [
      ["threshold", "f1", "choose a threshold on"],
      ["interval", 0.9, "learn an interval from"],
    ] as const) {
      const sentence = await refusal(() =>
        compare(table, "value", { width: [4] }, { ...quick, [name]: value }),
      );
      expect(sentence).toBe(
        `A comparison scores networks on all the rows that they were not trained on, which leaves none to ${purpose}; leave the ${name} out.`,
      );
    }
  });

  test("reports members whose networks diverge, without figures", async () => {
    const run: typeof runInProcess = async (jobs, hooks) =>
      (await runInProcess(jobs, hooks)).map(
        (result, i) => result && (i < 2 ? { ...result, outcome: "not-finite" } : result),
      );
    const { entries } = await compare(table, "value", { width: [4, 8] }, { ...quick, folds: 2, run });
    expect(entries.map(({ diverged, scores }) => [diverged, scores === null])).toEqual([
      [2, true],
      [0, false],
    ]);
  });

  test("ends with the signal's reason", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(compare(table, "value", { width: [4] }, { ...quick, signal })).rejects.toThrow("enough");
  });
});
