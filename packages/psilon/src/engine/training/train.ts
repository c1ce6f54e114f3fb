import { createPause, type StopSignal } from "./pauses.js";
import type { EpochEvent, Trainer } from "./trainer.js";

/** Who hears of epochs, and what ends training. */
export interface TrainHooks {
  /** Called after every epoch. */
  readonly onEpoch?: (event: EpochEvent) => void;
  /** Ends training after the epoch in progress; what was learned is kept. */
  readonly signal?: StopSignal | undefined;
  /** Epochs after which training ends early; default: none. */
  readonly stopAfter?: number | undefined;
}

/** How training ended: as its trainer says, or by a signal. */
export type Outcome = "finished" | "early" | "not-finite" | "aborted";

/** Runs a trainer to its end and puts the best weights in place. */
export async function train(trainer: Trainer, hooks: TrainHooks = {}): Promise<Outcome> {
  const { stopAfter = Number.POSITIVE_INFINITY } = hooks;
  const pause = createPause(hooks.signal);
  while (!trainer.ending && trainer.epoch < stopAfter && !hooks.signal?.aborted) {
    const event = trainer.runEpoch();
    hooks.onEpoch?.(event);
    await pause();
  }
  trainer.finish();
  return trainer.ending ?? (trainer.epoch < stopAfter ? "aborted" : "early");
}
