import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const interrupter = new URL("interrupt.mjs", import.meta.url).href;

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
    /** The process sends itself the signal once it has written so to stderr. */
    interrupt?: RegExp;
    signal?: NodeJS.Signals;
    env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Finished> {
  const preloaded = interrupt ? [`--import=${interrupter}`] : [];
  const child = spawn(process.execPath, [...preloaded, bin, ...argv], {
    cwd,
    env: { ...process.env, ...env, ...(interrupt && { INTERRUPT: interrupt.source, SIGNAL: signal }) },
  });
  const finished = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    finished.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    finished.stderr += chunk;
  });
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...finished }));
  });
}
