import { type BaselineJob, runBaselineJob, runTrainingJob, type TrainingJob } from "psilon";
import { answer, type Errand } from "./threads.js";

/** Does one job in a worker thread; see `createWorkers`. */
export default function work({ task, port }: Errand<TrainingJob | BaselineJob>) {
  return answer<object>(port, ({ signal, onProgress }) => {
    if ("baseline" in task) return runBaselineJob(task, { signal });
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
