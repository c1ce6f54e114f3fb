import type { MessagePort } from "node:worker_threads";
import { InputError, runTrainingJob, type TrainingJob, type TrainingResult } from "psilon";

/** What the job was refused with, in a sentence for the user: an error's class does not survive the way between threads. */
export interface Refusal {
  readonly refusal: string;
}

/** Trains one network in a worker thread; see `createWorkers`. */
export default async function work({
  job,
  port,
}: {
  job: TrainingJob;
  port: MessagePort;
}): Promise<TrainingResult | Refusal> {
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
  } catch (error) {
    if (error instanceof InputError) return { refusal: error.message };
    throw error;
  } finally {
    port.close();
  }
}
