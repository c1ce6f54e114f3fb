import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** Worker threads whose `run` is the option of that name: it trains as many networks at a time. A worker that fails makes it throw. */
export function createPool(threads) {
  const workers = Array.from({ length: threads }, () => new Worker(new URL("worker.js", import.meta.url)));
  return {
    async run(jobs, { signal, onProgress }) {
      // A job that had not begun when the signal came stays null.
      const results = new Array(jobs.length).fill(null);
      let [next, done] = [0, 0];
      const work = async (worker) => {
        while (next < jobs.length && !signal?.aborted) {
          const index = next++;
          worker.postMessage(jobs[index]);
          [results[index]] = await once(worker, "message");
          onProgress?.(++done);
        }
      };
      await Promise.all(workers.map(work));
      return results;
    },
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}
