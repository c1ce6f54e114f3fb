import type { Readable, Writable } from "node:stream";
import { exitCodes } from "./exitCodes.js";
import { writeProblem } from "./output.js";

/** What a command reads, writes and is stopped by. Results go to stdout; progress, notes and errors to stderr. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly signal: AbortSignal;
}

/** Milliseconds in which signals are one: a shell may send Ctrl-C to a process and again to its whole group. */
const TOGETHER = 300;

/** The process's own. The first Ctrl-C ends the work and keeps what was learned, a second one ends the process. */
export function processIo(): Io {
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
  // Nobody reads progress any more, or it cannot be written; what was asked for is worth no less.
  process.stderr.on("error", () => {});
  // Whoever reads our output may have seen enough, as "head" has.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    process.stderr.write(`error: The standard output cannot be written: ${writeProblem(error)}.\n`);
    process.exit(exitCodes.badInput);
  });
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: controller.signal,
  };
}
