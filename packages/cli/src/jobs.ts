import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import { InputError, type JobRunner, type TrainingJob, type TrainingResult } from "psilon";
import type { Refusal } from "./worker.js";

export const defaultThreads = availableParallelism;

/** Runs training jobs in `threads` worker threads, which live until `close`. */
export function createWorkers(threads: number): { readonly run: JobRunner; close(): Promise<void> } {
  const pool = new Piscina({
    filename: fileURLToPath(new URL("./worker.js", import.meta.url)),
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 60_000,
  });

  const run: JobRunner = async (jobs, { signal, onProgress }) => {
    const results = new Array<TrainingResult | null>(jobs.length).fill(null);
    const fractions = new Float64Array(jobs.length);
    const report = (index: number, fraction: number) => {
      fractions[index] = fraction;
      onProgress?.(fractions.reduce((sum, value) => sum + value, 0));
    };
    let next = 0;
    // Handed out one by one, so that a job not yet begun stays null when the signal comes.
    const lane = async () => {
      while (next < jobs.length && !signal?.aborted) {
        const index = next++;
        results[index] = await runJob(jobs[index], signal, (fraction) => report(index, fraction));
        report(index, 1);
      }
    };
    await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, lane));
    return results;
  };

  /** The job's channel carries its progress here, and there the wish that it end. */
  const runJob = async (
    job: TrainingJob,
    signal: AbortSignal | undefined,
    onProgress: (fraction: number) => void,
  ): Promise<TrainingResult> => {
    const { port1: here, port2: there } = new MessageChannel();
    const stop = () => here.postMessage("stop");
    here.on("message", onProgress);
    signal?.addEventListener("abort", stop);
    try {
      const result: TrainingResult | Refusal = await pool.run(
        { job, port: there },
        { transferList: [there] },
      );
      if ("refusal" in result) throw new InputError(result.refusal);
      return result;
    } finally {
      signal?.removeEventListener("abort", stop);
      here.close();
    }
  };

  return { run, close: () => pool.destroy() };
}
