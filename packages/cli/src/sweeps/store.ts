import type { Trial, TrialOutcome } from "./trial.js";

/** Where a sweep keeps what its trials came to. */
export interface SweepStore {
  /** The sweep's id: short, unique, made of [0-9a-z]. */
  readonly id: string;
  /** Whether it is recorded, so that it can be looked at and resumed. */
  readonly isRecorded: boolean;
  /** What trials came to that are kept already, by their numbers. */
  readonly kept: ReadonlyMap<number, TrialOutcome>;
  /** Keeps what a trial came to; the second time for a number it does nothing. */
  keep(trial: Trial, outcome: TrialOutcome): Promise<void>;
  /** To be called at last; `reason` says in a sentence why a sweep failed. */
  end(status: "done" | "failed" | "interrupted", best: Trial | null, reason?: string): Promise<void>;
}
