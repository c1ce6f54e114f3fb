import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";
import { redisAddress } from "../../src/queue/address.js";
import { connect } from "../../src/queue/connect.js";
import { packStudy } from "../../src/queue/packedStudy.js";
import { createRedisPool } from "../../src/queue/redisPool.js";
import type { TrialPool } from "../../src/sweeps/pool.js";
import type { Study } from "../../src/sweeps/study.js";
import type { Trial, TrialOutcome } from "../../src/sweeps/trial.js";
import { readFrame } from "../../src/tables/readFrame.js";
import { node } from "./psilon.js";

/** A study whose trials take a moment each. */
export async function tinyStudy(seed = 0): Promise<Study> {
  const { signal } = new AbortController();
  const frame = await readFrame("sample:penguins", { stdin: Readable.from([]), signal }, {});
  const network = { preset: "fast", epochs: 1, width: 4, depth: 1, batchSize: 512, members: 1 } as const;
  const options = { ...network, lambda: 1e-3, seed, backend: "wasm", encode: "value" } as const;
  return { frame, target: ["Species"], options, folds: 2 };
}

/** Trials that all come to something else. */
export const trialsOf = (count: number, from = 0): Trial[] =>
  Array.from({ length: count }, (_, i) => ({
    number: from + i,
    settings: { lambda: 10 ** -(1 + (from + i) / 50) },
  }));

/** What is the same wherever a trial runs. */
export const withoutTime = (outcome: TrialOutcome) => ({ ...outcome, seconds: 0 });

/** Waits until something holds, however long the machine takes. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(20);
}

export interface QueueWorker {
  readonly process: ChildProcess;
  readonly stderr: () => string;
  /** What it came to once it has ended; by a signal its name. */
  readonly ended: Promise<string>;
}

const script = fileURLToPath(new URL("queueWorker.mjs", import.meta.url));
const lacking = new URL("lacking.mjs", import.meta.url).href;

/** Starts workers, which are killed after the tests, and waits until they listen. */
export function queueWorkers() {
  const all: ChildProcess[] = [];
  afterAll(() => {
    for (const child of all) child.kill("SIGKILL");
  });
  /**
   * `lock`: milliseconds after which it counts as dead; `at`: the trial, or its so many-th one, at whose beginning it gets a signal; `lacks`: what its
   * machine has not; `offers`: how often a trial is offered that is given back; `backend`: what it computes with instead of what it is asked for.
   */
  return async (
    url: string,
    {
      lock = 30_000,
      at,
      lacks,
      offers = 1e9,
      backend,
    }: {
      readonly lock?: number;
      readonly lacks?: "blas" | "memory";
      readonly offers?: number;
      readonly backend?: "wasm";
      readonly at?: { readonly signal: string; readonly count?: number; readonly number?: number };
    } = {},
  ): Promise<QueueWorker> => {
    const env = { ...process.env, LACKING: lacks, NODE_OPTIONS: "--max-old-space-size=60" };
    const given = [script, url, JSON.stringify({ lock, at, offers, backend })];
    const child = lacks ? spawn(node, ["--import", lacking, ...given], { env }) : spawn(node, given);
    all.push(child);
    const texts = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      texts.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      texts.stderr += chunk;
    });
    const ended = once(child, "close").then(([code, signal]) =>
      code === 0 ? texts.stdout : String(signal ?? `code ${code}: ${texts.stderr}`),
    );
    // One that dies of its first trial may not come to say that it listens.
    const isOver = () => child.exitCode !== null || child.signalCode !== null;
    await until(() => texts.stderr.includes("Waiting for trials") || isOver());
    expect(child.exitCode, texts.stderr).toBe(null);
    return { process: child, stderr: () => texts.stderr, ended };
  };
}

/** A pool on a server, which says into `said` what it has to say. */
export async function poolOn(
  url: string,
  study: Study,
  sweep: string,
  said: string[] = [],
): Promise<TrialPool> {
  const say = (note: string) => said.push(note);
  const server = await connect(redisAddress(url, "--redis"), say);
  const pool = createRedisPool(packStudy(study), sweep, server, say, { look: 300 });
  return {
    run: pool.run,
    async close() {
      await pool.close();
      server.client.disconnect();
    },
  };
}

/** Runs trials and gathers what each came to; what is handed over twice is an error. */
export async function gathered(
  pool: TrialPool,
  trials: readonly Trial[],
  given: { readonly signal?: AbortSignal; readonly onOutcome?: (done: number) => void } = {},
): Promise<Map<number, TrialOutcome>> {
  const outcomes = new Map<number, TrialOutcome>();
  await pool.run(trials, {
    signal: given.signal ?? new AbortController().signal,
    async onOutcome({ number }, outcome) {
      expect(outcomes.has(number)).toBe(false);
      outcomes.set(number, outcome);
      given.onOutcome?.(outcomes.size);
    },
  });
  return outcomes;
}
