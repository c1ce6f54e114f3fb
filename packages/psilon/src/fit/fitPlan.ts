import { InputError } from "../errors.js";
import type { Places } from "./baselineScores.js";
import type { TrainingJob, TrainingResult } from "./job.js";
import type { FitOptions, Progress } from "./options.js";
import type { Scores } from "./outputs.js";
import type { Plan } from "./plan.js";
import { runInProcess } from "./runner.js";
import { bestTrial, type Trial, trials } from "./trials.js";

/** What a plan came to. */
export interface Fitted {
  readonly lambda: number;
  readonly grid: readonly Trial[];
  /** The model's networks, and a job that trained one of them. */
  readonly networks: readonly TrainingResult[];
  readonly job: TrainingJob;
  /** Scores at the chosen λ on the test parts of the `scored` splits; null when there are none. */
  readonly scores: Scores | null;
  readonly scored: readonly Places[];
  /** Training was stopped before its end, and this is the best there was. */
  readonly interrupted: boolean;
}

type Run = (jobs: readonly TrainingJob[]) => Promise<readonly (TrainingResult | null)[]>;

/**
 * Tries every λ, then completes the ensemble or trains one network on all rows, as the plan's preset has it. Throws
 * InputError when every network diverged and when training was stopped before anything was learned.
 */
export async function fitPlan(
  plan: Plan,
  { run = runInProcess, signal, onProgress }: Pick<FitOptions, "run" | "signal" | "onProgress">,
): Promise<Fitted> {
  const { searched, selection, splits, lambdas } = plan;
  const jobs = lambdas.flatMap((lambda) => searched.map((_, split) => plan.jobFor(split, lambda)));
  const later = selection.kind === "refit" ? 1 : splits.length - searched.length;
  const running =
    (stage: Progress["stage"], before: number): Run =>
    (next) =>
      run(next, {
        signal,
        onProgress: (done) => onProgress?.({ stage, done: before + done, total: jobs.length + later }),
      });
  const found = await search(plan, jobs, running("search", 0));
  if (later === 0 || signal?.aborted) return found;
  const runLater = running("refit", jobs.length);
  return selection.kind === "refit" ? refit(plan, found, runLater) : complete(plan, found, runLater);
}

/** The best λ and its networks: all of them for an ensemble, otherwise one. */
async function search(plan: Plan, jobs: readonly TrainingJob[], run: Run): Promise<Fitted> {
  const { prepared, searched, lambdas, selection } = plan;
  const results = await run(jobs);
  const grid = trials(prepared, lambdas, searched, results, plan.objective);
  const best = bestTrial(grid);
  if (!best) {
    throw new InputError(
      results.some((result) => result?.outcome === "not-finite")
        ? {
            code: "diverged",
            found: `Training diverged with λ = ${lambdas.join(", ")}: the loss or a weight became infinite or not a number`,
            remedy: "check the columns for extreme values, or take a smaller width or depth",
          }
        : { code: "stopped", found: "Training was stopped before anything was learned" },
    );
  }
  return {
    lambda: best.lambda,
    grid,
    networks: selection.kind === "ensemble" ? best.results : best.results.slice(0, 1),
    job: jobs[grid.indexOf(best) * searched.length],
    scores: best.scores,
    scored: searched,
    interrupted: results.some(isCut),
  };
}

/** Trains the ensemble's other folds at the λ that was found. */
async function complete(
  { prepared, splits, searched, jobFor }: Plan,
  found: Fitted,
  run: Run,
): Promise<Fitted> {
  const rest = await run(
    splits.slice(searched.length).map((_, i) => jobFor(searched.length + i, found.lambda)),
  );
  const [whole] = trials(prepared, [found.lambda], splits, [...found.networks, ...rest]);
  const interrupted = found.interrupted || rest.some(isCut);
  // A fold that is missing or diverged leaves the others an ensemble, scored as far as the search went.
  if (!whole.scores) return { ...found, networks: whole.results, interrupted };
  return { ...found, networks: whole.results, scores: whole.scores, scored: splits, interrupted };
}

/** Trains one network on all rows at the λ that was found. */
async function refit({ jobFor }: Plan, found: Fitted, run: Run): Promise<Fitted> {
  const job = jobFor("refit", found.lambda);
  const [result] = await run([job]);
  const interrupted = found.interrupted || isCut(result);
  // A refit that was cut short or diverged is worth less than the search's finished network.
  const isWhole = result !== null && (result.outcome === "finished" || result.outcome === "early");
  return isWhole ? { ...found, job, networks: [result], interrupted } : { ...found, interrupted };
}

const isCut = (result: TrainingResult | null): boolean => result === null || result.outcome === "aborted";
