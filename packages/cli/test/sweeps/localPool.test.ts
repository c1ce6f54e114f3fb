import { crossValidate, type Frame, frameFrom, summarizeMetrics } from "psilon";
import { describe, expect, it } from "vitest";
import { createLocalPool } from "../../src/sweeps/localPool.js";
import { randomTrials } from "../../src/sweeps/randomTrials.js";
import type { Study } from "../../src/sweeps/study.js";
import type { Trial, TrialOutcome } from "../../src/sweeps/trial.js";

/** As many rows as make arrays that threads share. */
const frame: Frame = frameFrom(
  Array.from({ length: 9000 }, (_, i) => ({
    a: (i * 37) % 60,
    b: (i * 23) % 61,
    y: ((i * 37) % 60) + (i % 3),
  })),
);
const options = {
  preset: "fast",
  epochs: 1,
  lambda: 1e-3,
  backend: "wasm",
  relaxedSimd: false,
  seed: 5,
} as const;
const study: Study = { frame, target: ["y"], options, folds: 2 };
const trials = randomTrials(
  { width: { scale: "int", from: 2, to: 9 }, learningRate: { scale: "log", from: 1e-3, to: 0.1 } },
  options,
  5,
  1,
);

async function outcomesOf(threads: number, some: readonly Trial[], signal = new AbortController().signal) {
  const pool = createLocalPool(study, threads);
  const outcomes = new Map<number, TrialOutcome>();
  const shares: number[] = [];
  try {
    await pool.run(some, {
      signal,
      async onOutcome({ number }, outcome) {
        expect(outcomes.has(number)).toBe(false);
        outcomes.set(number, outcome);
      },
      onProgress: (share) => shares.push(share),
    });
  } finally {
    await pool.close();
  }
  return { outcomes, shares };
}

const timeless = (outcome: TrialOutcome | undefined) => ({ ...outcome, seconds: 0 });

describe("The local pool", () => {
  it("comes to the same on any number of threads, and to what cross-validation does", async () => {
    const [one, two] = [await outcomesOf(1, trials), await outcomesOf(2, trials)];
    expect([...one.outcomes.keys()].sort()).toEqual([0, 1, 2, 3, 4]);
    for (const { number, settings } of trials) {
      expect(timeless(two.outcomes.get(number))).toEqual(timeless(one.outcomes.get(number)));
      const whole = await crossValidate(frame, "y", { ...options, ...settings, folds: 2 });
      const records = whole.splits.map(({ model }) => model.record);
      expect(timeless(one.outcomes.get(number))).toEqual({
        status: "done",
        metrics: {
          ...whole.metrics,
          ...summarizeMetrics(records.map(({ bounds, sparsity }) => ({ bound: bounds[0].value, sparsity }))),
        },
        linear: whole.baselines.linear,
        lambdas: [1e-3, 1e-3],
        seconds: 0,
      });
    }
    for (const { shares } of [one, two]) {
      expect(shares.at(-1)).toBe(5);
      expect(shares.length).toBeGreaterThan(5);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    }
  });

  it("hands over as failed what cannot be trained, with the reason, and goes on", async () => {
    const wrong = { number: 9, settings: { targetScale: "log" } };
    const { outcomes } = await outcomesOf(2, [wrong, trials[0]]);
    expect(outcomes.get(9)).toEqual({ status: "failed", reason: expect.stringMatching(/ log.*\.$/) });
    expect(outcomes.get(0)).toMatchObject({ status: "done" });
  });

  it("hands nothing over that the signal ended", async () => {
    const controller = new AbortController();
    const pool = createLocalPool(study, 1);
    const seen: number[] = [];
    await pool.run(trials, {
      signal: controller.signal,
      async onOutcome({ number }) {
        seen.push(number);
        controller.abort();
      },
    });
    await pool.close();
    expect(seen).toEqual([0]);
  });

  it("ends with what keeping an outcome fails with", async () => {
    const pool = createLocalPool(study, 2);
    const run = pool.run(trials, {
      signal: new AbortController().signal,
      async onOutcome() {
        throw new Error("The disk is full.");
      },
    });
    await expect(run).rejects.toThrow("The disk is full.");
    await pool.close();
  });
});
