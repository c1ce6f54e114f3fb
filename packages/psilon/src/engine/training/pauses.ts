/**
 * An AbortSignal; where a program is compiled without the platform's types, which declarations must not need, as much of one as is looked at.
 */
export type StopSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : {
      readonly aborted: boolean;
      /** Throws the signal's reason if it has come. */
      throwIfAborted(): void;
    };

/** Milliseconds of work between two looks at the event loop: messages and the abort signal live there. */
const SLICE = 50;

/** To be asked between pieces of work: lets the event loop run when it is time to, and says whether the signal has come. */
export type Pause = () => Promise<boolean>;

export function createPause(signal: StopSignal | undefined): Pause {
  let rested = performance.now();
  return async () => {
    if (performance.now() - rested > SLICE) {
      await new Promise((resolve) => setTimeout(resolve));
      rested = performance.now();
    }
    return signal?.aborted ?? false;
  };
}
