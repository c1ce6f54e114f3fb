import type { EpochEvent, Trainer } from "./trainer.js";

export interface TrainHooks {
  /** Called after every epoch. */
  readonly onEpoch?: (event: EpochEvent) => void;
  /** Ends training after the epoch in progress; what was learned is kept. */
  readonly signal?: AbortSignal | undefined;
}

export type Outcome = "finished" | "early" | "not-finite" | "aborted";

/** Milliseconds of training between two looks at the event loop: timers, messages and the abort signal live there. */
const SLICE = 50;

/** Runs a trainer to its end and puts the best weights in place. */
export async function train(trainer: Trainer, hooks: TrainHooks = {}): Promise<Outcome> {
  let rested = performance.now();
  while (!trainer.ending && !hooks.signal?.aborted) {
    const event = trainer.runEpoch();
    hooks.onEpoch?.(event);
    if (performance.now() - rested > SLICE) {
      await new Promise((resolve) => setTimeout(resolve));
      rested = performance.now();
    }
  }
  trainer.finish();
  return trainer.ending ?? "aborted";
}
