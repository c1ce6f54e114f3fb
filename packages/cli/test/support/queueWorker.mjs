// A worker as `psilon worker` runs it, but that counts as dead after `lock` milliseconds, and sends itself a signal when it begins the trial `at.number`,
// or its so many-th one (`at.count`).
import { Worker } from "bullmq";
import { redisAddress } from "../../dist/queue/address.js";
import { runWorker } from "../../dist/queue/worker.js";

const [url, given] = process.argv.slice(2);
const { lock, at, offers, backend } = JSON.parse(given);
let begun = 0;

const run = Worker.prototype.callProcessJob;
Worker.prototype.callProcessJob = function (job, ...rest) {
  if (at && (++begun === at.count || job.data?.number === at.number)) process.kill(process.pid, at.signal);
  return run.call(this, job, ...rest);
};

const controller = new AbortController();
process.on("SIGTERM", () => controller.abort());
const counts = await runWorker(
  redisAddress(url, "--redis"),
  {
    concurrency: 1,
    backend,
    signal: controller.signal,
    say: (line) => process.stderr.write(`${line}\n`),
  },
  { lock, look: lock / 2, offers: { attempts: offers, backoff: { type: "fixed", delay: 10 } } },
);
process.stdout.write(JSON.stringify({ ...counts, megabytes: process.resourceUsage().maxRSS / 1024 }));
