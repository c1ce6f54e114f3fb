import { describe, expect, it } from "vitest";
import { halving } from "../../src/sweeps/halving.js";
import { objectivesOf } from "../../src/sweeps/objective.js";
import type { TrialPool } from "../../src/sweeps/pool.js";
import { allAtOnce, type Search } from "../../src/sweeps/search.js";
import type { SweepStore } from "../../src/sweeps/store.js";
import { reasonsOf, runSweep, type SweepProgress } from "../../src/sweeps/sweep.js";
import type { Trial, TrialOutcome } from "../../src/sweeps/trial.js";
import { done, failed } from "../support/outcomes.js";

const objectives = objectivesOf(["rmse"], { task: "regression", options: {} });
const trials = (count: number): Trial[] =>
  Array.from({ length: count }, (_, number) => ({ number, settings: { width: number + 1 } }));

/** Remembers what it was given. */
function storeOf(kept: ReadonlyMap<number, TrialOutcome> = new Map()) {
  const given = new Map<number, TrialOutcome>();
  const ends: [status: string, best: number | undefined, reason: string | undefined][] = [];
  const store: SweepStore = {
    id: "0",
    isRecorded: true,
    kept,
    async keep({ number }, outcome) {
      expect([number, given.has(number) || kept.has(number)]).toEqual([number, false]);
      given.set(number, outcome);
    },
    async end(status, best, reason) {
      ends.push([status, best?.number, reason]);
    },
  };
  return { store, given, ends };
}

/** Runs trials from the last to the first; `after` hears of each that has ended. */
function poolOf(of: (trial: Trial) => TrialOutcome, after: (ran: number) => void = () => {}) {
  const ran: number[] = [];
  const pool: TrialPool = {
    async run(some, { signal, onOutcome, onProgress }) {
      for (const [i, trial] of some.toReversed().entries()) {
        if (signal.aborted) return;
        ran.push(trial.number);
        await onOutcome(trial, of(trial));
        onProgress?.(i + 1);
        after(ran.length);
      }
    },
    async close() {},
  };
  return { pool, ran };
}

const rmseOf = ({ settings }: Trial) => done({ rmse: Math.abs(Number(settings.width) - 4.2) });
const run = (
  search: Search,
  pool: TrialPool,
  store: SweepStore,
  more: { readonly signal?: AbortSignal; readonly onProgress?: (progress: SweepProgress) => void } = {},
) =>
  runSweep({
    search,
    pool,
    store,
    objectives,
    signal: new AbortController().signal,
    onProgress() {},
    ...more,
  });

describe("A sweep", () => {
  it("runs every trial once, in whatever order they end, and tells the best", async () => {
    const { store, given, ends } = storeOf();
    const { pool, ran } = poolOf(rmseOf);
    const told: SweepProgress[] = [];
    const result = await run(allAtOnce(trials(6)), pool, store, {
      onProgress: (one) => told.push({ ...one }),
    });
    expect(ran).toEqual([5, 4, 3, 2, 1, 0]);
    expect([...given.keys()]).toEqual(ran);
    expect(result).toMatchObject({ front: [3], kept: 0, isOver: true });
    expect(result.tried.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(result.tried[2]).toEqual({ ...trials(6)[2], outcome: rmseOf(trials(6)[2]) });
    expect(ends).toEqual([["done", 3, undefined]]);
    expect(told.map(({ rung, done, total, ended, front }) => [rung, done, total - ended, ...front])).toEqual([
      [1, 1, 5, 5],
      [1, 2, 4, 4],
      [1, 3, 3, 3],
      [1, 4, 2, 3],
      [1, 5, 1, 3],
      [1, 6, 0, 3],
    ]);
  });

  it("does not run again what is kept, nor tell it anew", async () => {
    const all = trials(6);
    const kept = new Map([0, 3, 5].map((number) => [number, rmseOf(all[number])]));
    const { store, given, ends } = storeOf(kept);
    const { pool, ran } = poolOf(rmseOf);
    const result = await run(allAtOnce(all), pool, store);
    expect(ran).toEqual([4, 2, 1]);
    expect([...given.keys()]).toEqual(ran);
    const fresh = await run(allAtOnce(all), poolOf(rmseOf).pool, storeOf().store);
    expect(result).toEqual({ ...fresh, kept: 3 });
    const whole = storeOf(new Map(all.map((trial) => [trial.number, rmseOf(trial)])));
    const nothing = poolOf(rmseOf);
    expect(await run(allAtOnce(all), nothing.pool, whole.store)).toEqual({ ...fresh, kept: 6 });
    expect([nothing.ran, whole.ends, ends]).toEqual([[], [["done", 3, undefined]], [["done", 3, undefined]]]);
  });

  it("comes to the same trials and the same best wherever it is stopped and resumed", async () => {
    const [cost] = objectives.map((objective) => objective.cost);
    const search = () => halving(trials(12), 9, cost);
    const whole = await run(search(), poolOf(rmseOf).pool, storeOf().store);
    expect(whole.tried.map(({ settings }) => settings.epochs)).toEqual([
      ...new Array(12).fill(1),
      ...[3, 3, 3, 3, 9],
    ]);
    for (let stop = 1; stop < 17; stop++) {
      const controller = new AbortController();
      const first = storeOf();
      const stopped = await run(
        search(),
        poolOf(rmseOf, (ran) => ran === stop && controller.abort()).pool,
        first.store,
        { signal: controller.signal },
      );
      expect(stopped.isOver).toBe(false);
      expect(stopped.tried).toHaveLength(stop);
      expect(first.ends).toEqual([["interrupted", stopped.front[0], undefined]]);
      const second = poolOf(rmseOf);
      const result = await run(search(), second.pool, storeOf(first.given).store);
      expect(second.ran).toHaveLength(17 - stop);
      expect(result).toEqual({ ...whole, kept: stop });
    }
  });

  it("goes on where trials fail, and says why at last", async () => {
    const { store, ends } = storeOf();
    const { pool } = poolOf((trial) => (trial.number % 2 === 0 ? failed : rmseOf(trial)));
    const { tried, front } = await run(allAtOnce(trials(7)), pool, store);
    expect(front).toEqual([3]);
    expect(reasonsOf(tried)).toEqual([{ reason: "Why.", count: 4 }]);
    expect(ends).toEqual([["done", 3, undefined]]);
  });

  it("tells what the machine lacked for but does not keep it, and tries it again when it is resumed", async () => {
    const lack: TrialOutcome = { status: "failed", reason: "No memory.", isLack: true };
    const [cost] = objectives.map((objective) => objective.cost);
    const search = () => halving(trials(9), 9, cost);
    const whole = await run(search(), poolOf(rmseOf).pool, storeOf().store);
    const first = storeOf();
    const { pool, ran } = poolOf((trial) => (trial.number === 3 ? lack : rmseOf(trial)));
    const { tried, front, isOver } = await run(search(), pool, first.store);
    // The next rung needs to know what it comes to.
    expect([ran.length, isOver, front]).toEqual([9, false, [4]]);
    expect(tried[3].outcome).toBe(lack);
    expect(reasonsOf(tried)).toEqual([{ reason: "No memory.", count: 1 }]);
    expect(first.given.has(3)).toBe(false);
    expect(first.ends).toEqual([["interrupted", 4, "No memory."]]);
    const again = poolOf(rmseOf);
    const resumed = await run(search(), again.pool, storeOf(first.given).store);
    expect(again.ran[0]).toBe(3);
    expect(resumed).toEqual({ ...whole, kept: 8 });
    const none = storeOf();
    await expect(run(search(), poolOf(() => lack).pool, none.store)).rejects.toThrow(
      "None of the 9 trials could be trained: No memory.",
    );
    expect(none.ends).toMatchObject([["interrupted", undefined, expect.any(String)]]);
  });

  it("is refused with the reason where every trial failed, and where no figure is known", async () => {
    const none = storeOf();
    const found = "None of the 3 trials could be trained: Why.";
    await expect(run(allAtOnce(trials(3)), poolOf(() => failed).pool, none.store)).rejects.toThrow(found);
    expect(none.ends).toEqual([["failed", undefined, found]]);
    const unknown = storeOf();
    await expect(
      run(allAtOnce(trials(3)), poolOf(() => done({ rmse: null })).pool, unknown.store),
    ).rejects.toThrow("No trial has a figure for rmse in every fold; search by another --metric.");
    expect(unknown.ends).toMatchObject([["failed", undefined, expect.any(String)]]);
  });

  it("can be resumed after its pool broke down, which it tells", async () => {
    const { store, given, ends } = storeOf();
    const broken: TrialPool = {
      async run([first], { onOutcome }) {
        await onOutcome(first, rmseOf(first));
        throw new Error("Broken.");
      },
      async close() {},
    };
    await expect(run(allAtOnce(trials(3)), broken, store)).rejects.toThrow("Broken.");
    expect(ends).toEqual([["interrupted", 0, undefined]]);
    const { pool, ran } = poolOf(rmseOf);
    await run(allAtOnce(trials(3)), pool, storeOf(given).store);
    expect(ran).toEqual([2, 1]);
  });

  it("does not wait for a pool that runs nothing", async () => {
    const idle: TrialPool = { async run() {}, async close() {} };
    await expect(run(allAtOnce(trials(2)), idle, storeOf().store)).rejects.toThrow("ran none of the trials");
  });
});
