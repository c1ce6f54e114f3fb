import { Piscina } from "piscina";
import { answer, type Errand } from "../threads.js";
import { openStudy, type StudyRunner } from "./runTrial.js";
import type { Study } from "./study.js";
import type { Trial } from "./trial.js";

let runner: StudyRunner | undefined;

/** Runs one trial of the study that the thread was begun with; see `createLocalPool`. */
export default function work({ task: trial, port }: Errand<Trial>) {
  return answer(port, async ({ signal, onProgress }) => {
    runner ??= openStudy(Piscina.workerData as Study);
    let shown = 0;
    return runner(trial, {
      signal,
      onProgress: (share) => {
        // Short epochs would flood the channel.
        if (share - shown < 0.01) return;
        shown = share;
        onProgress(share);
      },
    });
  });
}
