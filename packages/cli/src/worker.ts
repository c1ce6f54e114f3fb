import {
  type BaselineJob,
  type JobCheckpoint,
  runBaselineJob,
  runTrainingJob,
  type TrainingJob,
} from "psilon";
import { keepStates } from "./checkpoints/keepStates.js";
import { answer, type Errand } from "./threads.js";

/** A job, with the file where its state is to be kept and the state to go on from, where there are such. */
export interface Work {
  readonly job: TrainingJob | BaselineJob;
  readonly state: string | undefined;
  readonly resume: JobCheckpoint | undefined;
}

/** Does one job in a worker thread; see `createWorkers`. */
export default function work({ task: { job, state, resume }, port }: Errand<Work>) {
  return answer<object>(port, ({ signal, onProgress }) => {
    if ("baseline" in job) return runBaselineJob(job, { signal });
    let shown = 0;
    return runTrainingJob(job, {
      signal,
      resume,
      onCheckpoint: state === undefined ? undefined : keepStates(state),
      onProgress: (fraction) => {
        // Short epochs would flood the channel.
        if (fraction - shown < 0.01) return;
        shown = fraction;
        onProgress(fraction);
      },
    });
  });
}
