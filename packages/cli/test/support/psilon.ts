import { spawn } from "node:child_process";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { run } from "../../src/main.js";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. It cannot train, since workers run the built command only. */
export async function psilonHere(argv: readonly string[], stdin = ""): Promise<Finished> {
  const [stdout, stderr] = [collector(), collector()];
  const io = {
    stdin: Readable.from([stdin]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal: new AbortController().signal,
  };
  const code = await run(argv, io);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
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

export const bin = fileURLToPath(new URL("../../bin/psilon.js", import.meta.url));

/** Runs the built command in a process of its own. */
export function psilon(
  argv: readonly string[],
  {
    cwd,
    stdin = "",
    interrupt,
    signal = "SIGINT",
    env,
  }: {
    cwd?: string;
    stdin?: string;
    /** The signal is sent once stderr says so. */
    interrupt?: RegExp;
    signal?: NodeJS.Signals;
    env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [bin, ...argv], { cwd, env: { ...process.env, ...env } });
  const finished = { stdout: "", stderr: "" };
  let interrupted = false;
  child.stdout.on("data", (chunk) => {
    finished.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    finished.stderr += chunk;
    // Twice in a row, as a shell may send it to a process and to its group; that is one Ctrl-C.
    if (!interrupted && interrupt?.test(finished.stderr)) {
      interrupted = child.kill(signal) && child.kill(signal);
    }
  });
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...finished }));
  });
}
