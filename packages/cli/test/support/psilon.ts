import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Finished, psilonHere } from "./psilonHere.js";
import { unrecorded } from "./unrecorded.js";

const interrupter = new URL("interrupt.mjs", import.meta.url).href;

export const bin = fileURLToPath(new URL("../../bin/psilon.js", import.meta.url));

/** The Node that runs the command in processes of their own: the tests' own, or the one that PSILON_NODE names. */
export const node = process.env.PSILON_NODE ?? process.execPath;

interface Given {
  readonly cwd?: string;
  readonly stdin?: string;
  /** Runs are recorded as they are for a user. */
  readonly isRecorded?: boolean;
  /** The process sends itself the signal once it has written so to stderr. */
  readonly interrupt?: RegExp;
  readonly signal?: NodeJS.Signals;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs the command: in this process, which need not start and load it every time, or in one of its own where an interruption, an
 * environment or another Node asks for one.
 */
export function psilon(argv: readonly string[], given: Given = {}): Promise<Finished> {
  const isApart = given.interrupt || given.env || process.env.PSILON_NODE;
  return isApart ? psilonApart(argv, given) : psilonHere(argv, given);
}

/** Runs the built command in a process of its own, by this Node. */
export function psilonApart(
  argv: readonly string[],
  { cwd, stdin = "", isRecorded, interrupt, signal = "SIGINT", env }: Given = {},
  by = node,
): Promise<Finished> {
  const preloaded = interrupt ? [`--import=${interrupter}`] : [];
  const child = spawn(by, [...preloaded, bin, ...(isRecorded ? argv : unrecorded(argv))], {
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
