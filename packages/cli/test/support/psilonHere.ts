import { Readable, Writable } from "node:stream";
import { run } from "../../src/main.js";
import { unrecorded } from "./unrecorded.js";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Given {
  readonly cwd?: string;
  readonly stdin?: string;
  /** Runs are recorded as they are for a user. */
  readonly isRecorded?: boolean;
}

/** Whatever ran last: the working directory is the process's, so that command lines take turns. */
let turn: Promise<unknown> = Promise.resolve();

/** Runs a command line in this process, all but its threads, which run the built command. */
export function psilonHere(argv: readonly string[], given: Given = {}): Promise<Finished> {
  const finished = turn.then(() => runIn(argv, given));
  turn = finished.catch(() => {});
  return finished;
}

async function runIn(argv: readonly string[], { cwd, stdin = "", isRecorded }: Given): Promise<Finished> {
  const [stdout, stderr] = [collector(), collector()];
  const io = {
    stdin: Readable.from([stdin]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal: new AbortController().signal,
  };
  const before = process.cwd();
  if (cwd) process.chdir(cwd);
  try {
    const code = await run(isRecorded ? argv : unrecorded(argv), io);
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.chdir(before);
  }
}

function collector() {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  return { stream, text: () => text };
}
