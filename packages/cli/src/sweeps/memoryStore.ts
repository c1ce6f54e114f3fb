import type { Trial, TrialOutcome } from "./trial.js";

/** Where a sweep keeps what its trials came to. */
export interface SweepStore {
  readonly id: string;
  readonly kept: ReadonlyMap<number, TrialOutcome>;
  keep(trial: Trial, outcome: TrialOutcome): Promise<void>;
  end(status: "done" | "failed" | "interrupted", best: Trial | null): Promise<void>;
}

/** Keeps nothing beyond the process. */
export const createMemoryStore = (): SweepStore => ({
  id: "0",
  kept: new Map(),
  async keep() {},
  async end() {},
});
