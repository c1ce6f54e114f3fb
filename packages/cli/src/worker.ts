import type { MessagePort } from "node:worker_threads";
import { runTrainingJob, type TrainingJob, type TrainingResult } from "psilon";

/** Trains one network in a worker thread; see `createWorkers`. */
export default async function work({
  job,
  port,
}: {
  job: TrainingJob;
  port: MessagePort;
}): Promise<TrainingResult> {
  const controller = new AbortController();
  port.on("message", () => controller.abort());
  let shown = 0;
  try {
    return await runTrainingJob(job, {
      signal: controller.signal,
      onProgress: (fraction) => {
        // Short epochs would flood the channel.
        if (fraction - shown < 0.01) return;
        shown = fraction;
        port.postMessage(fraction);
      },
    });
  } finally {
    port.close();
  }
}
