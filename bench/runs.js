// Runs that are filed as they end, so that an experiment can be stopped and taken up again.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { createWorkers } from "@psilon/cli/dist/jobs.js";
import { inLanes } from "./lanes.js";

/**
 * Trains every run whose `key` is not yet in the file (one JSON object a line), `threads` at a time, and returns all results as
 * `{ ...key, ...measured }`. A run is `{ key, job, measure }`; `job()` makes its training job, `measure(result)` its figures or a promise of them.
 */
export async function fileRuns(path, runs, threads) {
  const filed = openRuns(path);
  const missing = runs.filter(({ key }) => !filed.measured(key));
  const workers = createWorkers(threads);
  let done = 0;
  await inLanes(missing, threads, async ({ key, job, measure }) => {
    const [result] = await workers.run([job()], {});
    filed.add(key, { outcome: result.outcome, seconds: result.seconds, ...(await measure(result)) });
    process.stderr.write(`${++done} of ${missing.length}: ${Object.values(key).join(", ")}\n`);
  });
  await workers.close();
  return runs.map(({ key }) => ({ ...key, ...filed.measured(key) }));
}

/** What a file of runs has so far, one JSON object a line: the figures of a key, or undefined; `add` files those of another. */
export function openRuns(path) {
  const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").filter(Boolean) : [];
  const entries = new Map(
    lines.map((line) => JSON.parse(line)).map(({ key, measured }) => [nameOf(key), measured]),
  );
  return {
    measured: (key) => entries.get(nameOf(key)),
    add(key, measured) {
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, `${JSON.stringify({ key, measured })}\n`);
      entries.set(nameOf(key), measured);
    },
  };
}

const nameOf = (key) => JSON.stringify(key);
