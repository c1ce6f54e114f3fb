import { createPause, type StopSignal } from "../../engine/training/pauses.js";

/** To be awaited between pieces of work: lets the event loop run when it is time to, and throws when the work is to end. */
export type Breathe = () => Promise<void>;

/** Throws the signal's reason once it has come. */
export function createBreathe(signal: StopSignal | undefined): Breathe {
  const pause = createPause(signal);
  return async () => {
    if (await pause()) signal?.throwIfAborted();
  };
}
