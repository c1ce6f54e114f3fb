import type { Readable, Writable } from "node:stream";

/** What a command reads, writes and is stopped by. Results go to stdout; progress, notes and errors to stderr. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly signal: AbortSignal;
}

/** The process's own. The first Ctrl-C ends the work and keeps what was learned, a second one ends the process. */
export function processIo(): Io {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
      if (process.stderr.isTTY) process.stderr.write("\nStopping; press Ctrl-C again to stop at once.\n");
    });
  }
  // Whoever reads our output may have seen enough, as "head" has.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: controller.signal,
  };
}
