import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { exitCodes } from "./exitCodes.js";
import { writeProblem } from "./output.js";

/** What the command line is run with. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly signal: AbortSignal;
}

/** Text for people, and JSON. */
export interface Printer {
  write(text: string): void;
}

/** What a command reads, writes and is stopped by. Results go to stdout; notes and errors to stderr. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Printer;
  readonly stderr: Printer;
  /** Prints contents of a file, in whole lines, on stdout, as fast as they are read there. */
  readonly printData: (pieces: AsyncIterable<string> | Iterable<string>) => Promise<void>;
  /** Whether what is printed on stdout is seen on a terminal as it comes, where progress would stand in between. */
  readonly printsOnTerminal: boolean;
  /** Standard error as it is, for progress. */
  readonly terminal: Streams["stderr"];
  readonly signal: AbortSignal;
}

/** The one place that keeps names, cells and paths from giving a terminal orders. */
export function ioOf({ stdin, stdout, stderr, signal }: Streams): Io {
  const printer = (stream: Writable): Printer => ({ write: (text) => stream.write(escaped(text)) });
  return {
    stdin,
    stdout: printer(stdout),
    stderr: printer(stderr),
    async printData(pieces) {
      await pipeline(stdout.isTTY ? escapedEach(pieces) : pieces, stdout, { end: false }).catch(
        (error: NodeJS.ErrnoException) => {
          if (!wasClosed(error)) throw error;
        },
      );
    },
    printsOnTerminal: stdout.isTTY === true,
    terminal: stderr,
    signal,
  };
}

/** Whether nobody reads the output any more, who may have seen enough, as "head" has. */
const wasClosed = ({ code }: NodeJS.ErrnoException) => code === "EPIPE";

/** With control characters, and those that turn the direction of writing, as JSON writes them; in JSON it means the same. */
export function escaped(text: string): string {
  return text.replace(
    /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

async function* escapedEach(pieces: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  for await (const piece of pieces) yield escaped(piece);
}

/** The process's own. */
export function processStreams(signal: AbortSignal): Streams {
  // Nobody reads progress any more, or it cannot be written; what was asked for is worth no less.
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (wasClosed(error)) return;
    process.stderr.write(`error: The standard output cannot be written: ${writeProblem(error)}.\n`);
    process.exit(exitCodes.badInput);
  });
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal,
  };
}
