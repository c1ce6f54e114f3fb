import type { Candidate } from "./candidate.js";
import type { TrainingJob, TrainingResult } from "./job.js";
import { meanOutputs, mix } from "./mix.js";
import type { FitOptions, Progress } from "./options.js";
import { type Scores, scoreOutputs } from "./outputs.js";
import type { Plan } from "./plan.js";
import { runInProcess } from "./runner.js";
import { candidatesOf, type Found, type Run, search } from "./search.js";
import { type HeldOutRows, heldOutRows, type Trial, trialOf } from "./trials.js";
import { countWays, searchWays } from "./worstSearch.js";

/** What a plan came to. */
export interface Fitted {
  /** What the model is made of, the best candidate first; its networks are the model's members. */
  readonly parts: readonly FittedPart[];
  /** The best one and those with other λ beside it; for an objective all ways to train. */
  readonly grid: readonly Trial[];
  /** Outputs for the test parts of the first `scored` splits, of networks that did not see them, and their scores; null when there are none. */
  readonly outputs: Float32Array | null;
  readonly scores: Scores | null;
  readonly scored: number;
  /** Training was stopped before its end, and this is the best there was. */
  readonly interrupted: boolean;
}

export interface FittedPart {
  readonly candidate: Candidate;
  readonly networks: readonly TrainingResult[];
  /** One that trained one of them. */
  readonly job: TrainingJob;
}

/**
 * Searches the candidates, then completes the ensemble or trains networks on all rows, as the plan's preset has it. Throws
 * InputError when every network diverged and when training was stopped before anything was learned.
 */
export async function fitPlan(
  plan: Plan,
  { run = runInProcess, signal, onProgress }: Pick<FitOptions, "run" | "signal" | "onProgress">,
): Promise<Fitted> {
  let before = 0;
  let total = expected(plan);
  const running =
    (stage: Progress["stage"]): Run =>
    async (jobs, share) => {
      total = Math.max(total, before + share * jobs.length);
      const results = await run(jobs, {
        signal,
        onProgress: (done) => onProgress?.({ stage, done: before + share * done, total }),
      });
      before += share * jobs.length;
      return results;
    };
  const found = await (plan.objective ? searchWays : search)(plan, running("search"));
  const isWhole = found.best.outputs !== null && !found.interrupted && !signal?.aborted;
  if (!isWhole || plan.selection.kind === "holdout") return asSearched(plan, found);
  const runLater = running("refit");
  return plan.selection.kind === "refit" ? refit(plan, found, runLater) : complete(plan, found, runLater);
}

/** About how many networks will be trained. */
function expected(plan: Plan): number {
  const { search: kind, encodings, lambdas, shapes, searched, selection, views, target } = plan;
  const folds = views.sample(encodings[0]).splits.length;
  const later = selection.kind === "refit" ? 1 : folds - searched;
  if (plan.objective) return countWays(plan) * searched + later;
  const candidates = candidatesOf(plan).length;
  if (kind.kind === "grid" || candidates === 1) return candidates * searched + later;
  const tried = Math.min(kind.climbs ? 3 : 1, lambdas.length);
  const mixed = kind.mixes ? shapes.length - 1 + (views.isSampled ? 0 : encodings.length - 1) : 0;
  return searched * (kind.share[target.task] * candidates + tried + mixed) + later * (1 + mixed);
}

/** The search's own networks: all of an ensemble, otherwise one. */
function asSearched(plan: Plan, { best, grid, interrupted }: Found): Fitted {
  const networks = plan.selection.kind === "ensemble" ? best.results : best.results.slice(0, 1);
  const job = plan.jobFor(plan.views.sample(best.candidate.encoding), 0, best.candidate);
  return {
    parts: [{ candidate: best.candidate, networks, job }],
    grid,
    outputs: best.outputs,
    scores: best.scores,
    scored: plan.searched,
    interrupted,
  };
}

/** Losses so much larger than the best one's help no mean. */
const HOPELESS = 1.15;

const hopeful = ({ best, others }: Found): Trial[] =>
  others.filter(({ outputs, loss }) => outputs && loss <= HOPELESS * best.loss);

/** Trains the other folds' networks of the best candidate and of those that might be mixed with it. */
async function complete(plan: Plan, found: Found, run: Run): Promise<Fitted> {
  const { views, searched, jobFor } = plan;
  const trials = [found.best, ...hopeful(found)];
  const viewOf = ({ candidate }: Trial) => views.whole(candidate.encoding);
  const { splits } = viewOf(found.best);
  const rest = splits.length - searched;
  const results = await run(
    trials.flatMap((trial) =>
      Array.from({ length: rest }, (_, i) => jobFor(viewOf(trial), searched + i, trial.candidate)),
    ),
    1,
  );
  const whole = trials.map((trial, t) =>
    trialOf(trial.candidate, viewOf(trial), [...trial.results, ...results.slice(t * rest, (t + 1) * rest)]),
  );
  const [best, ...others] = whole;
  const interrupted = whole.some((trial) => trial.interrupted);
  // A fold that is missing or diverged leaves the others an ensemble, scored as far as the search went.
  if (!best.outputs)
    return { ...asSearched(plan, found), parts: [partOf(plan, best, best.results)], interrupted };
  const heldOut = heldOutRows(viewOf(best).prepared, splits);
  const chosen = mix(best, others, heldOut);
  return {
    parts: chosen.map((trial) => partOf(plan, trial, trial.results)),
    grid: found.grid,
    ...scored(plan, heldOut, chosen),
    scored: splits.length,
    interrupted,
  };
}

/** Trains a network of the best candidate, and of each that is mixed with it, on all rows. */
async function refit(plan: Plan, found: Found, run: Run): Promise<Fitted> {
  const { views, searched, jobFor } = plan;
  const { prepared, splits } = views.whole(found.best.candidate.encoding);
  const heldOut = heldOutRows(prepared, splits.slice(0, searched));
  const chosen = mix(found.best, hopeful(found), heldOut);
  const results = await run(
    chosen.map(({ candidate }) => jobFor(views.whole(candidate.encoding), "refit", candidate)),
    1,
  );
  // A refit that was cut short or diverged is worth less than the search's finished network.
  const parts = chosen.flatMap((trial, t) => {
    const result = results[t];
    const isWhole = result !== null && (result.outcome === "finished" || result.outcome === "early");
    return isWhole ? partOf(plan, trial, [result]) : [];
  });
  const interrupted = results.some((result) => result === null || result.outcome === "aborted");
  if (parts.length < chosen.length) return { ...asSearched(plan, found), interrupted };
  return {
    parts,
    grid: found.grid,
    ...scored(plan, heldOut, chosen),
    scored: searched,
    interrupted,
  };
}

/** What the mean of trials came to. */
function scored({ target }: Plan, { truth }: HeldOutRows, trials: readonly Trial[]) {
  const outputs = meanOutputs(trials);
  return { outputs, scores: scoreOutputs(target, truth, outputs) };
}

const partOf = (
  { views, selection, jobFor }: Plan,
  { candidate }: Trial,
  networks: readonly TrainingResult[],
): FittedPart => ({
  candidate,
  networks,
  job: jobFor(views.whole(candidate.encoding), selection.kind === "refit" ? "refit" : 0, candidate),
});
