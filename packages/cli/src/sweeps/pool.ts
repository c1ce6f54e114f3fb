import type { Trial, TrialOutcome } from "./trial.js";

/** Who runs a study's trials: threads of this machine, or workers behind a queue. */
export interface TrialPool {
  /**
   * Runs trials, in any order, and hands over what each came to, once; several may be handed over at a time. Trials that have not ended when the signal comes are not
   * handed over.
   */
  run(
    trials: readonly Trial[],
    hooks: {
      readonly signal: AbortSignal;
      readonly onOutcome: (trial: Trial, outcome: TrialOutcome) => Promise<void>;
      /** Hears how many trials are done, with the shares of those under way as far as they are known. */
      readonly onProgress?: (done: number) => void;
    },
  ): Promise<void>;
  close(): Promise<void>;
}
