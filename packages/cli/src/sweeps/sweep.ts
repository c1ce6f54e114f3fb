import { InputError } from "psilon";
import { frontOf } from "./front.js";
import type { Objective } from "./objective.js";
import type { TrialPool } from "./pool.js";
import type { Outcomes, Search } from "./search.js";
import type { SweepStore } from "./store.js";
import type { Trial, TrialOutcome } from "./trial.js";

/** A trial that has ended. */
export type TriedTrial = Trial & { readonly outcome: TrialOutcome };

export interface SweepResult {
  /** By their numbers. */
  readonly tried: readonly TriedTrial[];
  /** The numbers of the best: one, or those on the front of two objectives. */
  readonly front: readonly number[];
  /** How many were kept from before. */
  readonly kept: number;
  readonly isOver: boolean;
}

/** How far a sweep has come. */
export interface SweepProgress {
  /** The rung whose trials are under way, counted from 1. */
  readonly rung: number;
  /** Of its trials that were left, shares of those under way counted in. */
  readonly done: number;
  readonly total: number;
  /** Those of them that have ended. */
  readonly ended: number;
  readonly outcomes: Outcomes;
  /** The numbers of the best so far. */
  readonly front: readonly number[];
}

/**
 * Runs the trials that the search asks for and the store does not have, and keeps each as it ends. A trial that fails is one of the results;
 * one that fails for what the machine lacks is told but not kept, and the sweep not over, so that it is tried again when it is resumed. The signal ends it with what there is
 * by then.
 *
 * Throws InputError where every trial failed, and where none has a figure of every objective. What the pool or the store throws ends the
 * sweep, which can then be resumed.
 */
export async function runSweep({
  search,
  pool,
  store,
  objectives,
  signal,
  onProgress,
}: {
  readonly search: Search;
  readonly pool: TrialPool;
  readonly store: SweepStore;
  readonly objectives: readonly Objective[];
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SweepProgress) => void;
}): Promise<SweepResult> {
  const outcomes = new Map(store.kept);
  const kept = outcomes.size;
  const lacks = new Map<number, TrialOutcome & { readonly status: "failed" }>();
  const named = () => search.named(outcomes).flat();
  const missing = () => named().filter(({ number }) => !outcomes.has(number) && !lacks.has(number));
  let front = frontOf(outcomes, objectives);
  const leading = new Map([...outcomes].filter(([number]) => front.includes(number)));
  const best = (): Trial | null => named().find(({ number }) => number === front[0]) ?? null;
  const tried = () =>
    named().flatMap((trial): TriedTrial[] => {
      const outcome = outcomes.get(trial.number) ?? lacks.get(trial.number);
      return outcome ? [{ ...trial, outcome }] : [];
    });
  let isOver = false;
  try {
    for (let left = missing(); left.length > 0 && !signal.aborted; left = missing()) {
      const [total, rung] = [left.length, search.named(outcomes).length];
      const ended = () => outcomes.size + lacks.size;
      const before = ended();
      await pool.run(left, {
        signal,
        async onOutcome(trial, outcome) {
          if (outcome.status === "failed" && outcome.isLack) {
            lacks.set(trial.number, outcome);
            return;
          }
          await store.keep(trial, outcome);
          outcomes.set(trial.number, outcome);
          // What others beat stays beaten.
          leading.set(trial.number, outcome);
          front = frontOf(leading, objectives);
          for (const number of leading.keys()) if (!front.includes(number)) leading.delete(number);
        },
        onProgress: (done) => onProgress({ rung, done, total, ended: ended() - before, outcomes, front }),
      });
      if (ended() === before && !signal.aborted) throw new Error("The pool ran none of the trials.");
    }
    const isThrough = missing().length === 0;
    isOver = isThrough && lacks.size === 0;
    if (isThrough && front.length === 0) throw nothingFound(tried(), objectives);
    const [lack] = lacks.values();
    await store.end(isOver ? "done" : "interrupted", best(), lack?.reason);
    return { tried: tried(), front, kept, isOver };
  } catch (error) {
    const reason = error instanceof InputError ? error.message : undefined;
    await store.end(isOver ? "failed" : "interrupted", best(), reason);
    throw error;
  }
}

/** Why there is no best. */
function nothingFound(tried: readonly TriedTrial[], objectives: readonly Objective[]): InputError {
  const reasons = reasonsOf(tried);
  if (reasons.length > 0 && tried.every(({ outcome }) => outcome.status === "failed")) {
    return new InputError({
      code: "no-model",
      found: `None of the ${tried.length} trials could be trained: ${reasons[0].reason.replace(/\.$/, "")}`,
    });
  }
  return new InputError({
    code: "no-model",
    found: `No trial has a figure for ${objectives.map(({ metric }) => metric).join(" and ")} in every fold`,
    remedy: "search by another --metric",
  });
}

/** Why trials failed, and how many for that reason; the most frequent first. */
export function reasonsOf(
  tried: readonly TriedTrial[],
): { readonly reason: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { outcome } of tried) {
    if (outcome.status === "failed") counts.set(outcome.reason, (counts.get(outcome.reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}
