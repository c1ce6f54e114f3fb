import { exitCodes } from "./exitCodes.js";

/** Milliseconds in which signals are one: a shell may send Ctrl-C to a process and again to its whole group. */
const TOGETHER = 300;

/**
 * What the first Ctrl-C aborts, to end the work and keep what was learned; a second one ends the process. It is to be called before the command
 * is loaded, which takes a moment too.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  let first = Number.POSITIVE_INFINITY;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (performance.now() - first > TOGETHER) process.exit(exitCodes.interrupted);
      if (controller.signal.aborted) return;
      first = performance.now();
      controller.abort();
      if (process.stderr.isTTY) process.stderr.write("\nStopping; press Ctrl-C again to stop at once.\n");
    });
  }
  return controller.signal;
}
