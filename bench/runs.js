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
  mkdirSync(dirname(path), { recursive: true });
  const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").filter(Boolean) : [];
  const filed = new Map(lines.map((line) => JSON.parse(line)).map((entry) => [nameOf(entry.key), entry]));
  const missing = runs.filter(({ key }) => !filed.has(nameOf(key)));
  const workers = createWorkers(threads);
  let done = 0;
  await inLanes(missing, threads, async ({ key, job, measure }) => {
    const [result] = await workers.run([job()], {});
    const entry = {
      key,
      measured: { outcome: result.outcome, seconds: result.seconds, ...(await measure(result)) },
    };
    appendFileSync(path, `${JSON.stringify(entry)}\n`);
    filed.set(nameOf(key), entry);
    process.stderr.write(`${++done} of ${missing.length}: ${Object.values(key).join(", ")}\n`);
  });
  await workers.close();
  return runs.map(({ key }) => ({ ...key, ...filed.get(nameOf(key)).measured }));
}

const nameOf = (key) => JSON.stringify(key);
