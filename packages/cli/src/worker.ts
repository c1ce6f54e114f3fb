import { runTrainingJob, type TrainingJob } from "psilon";
import { answer, type Errand } from "./threads.js";

/** Trains one network in a worker thread; see `createWorkers`. */
export default function work({ task, port }: Errand<TrainingJob>) {
  return answer(port, ({ signal, onProgress }) => {
    let shown = 0;
    return runTrainingJob(task, {
      signal,
      onProgress: (fraction) => {
        // Short epochs would flood the channel.
        if (fraction - shown < 0.01) return;
        shown = fraction;
        onProgress(fraction);
      },
    });
  });
}
