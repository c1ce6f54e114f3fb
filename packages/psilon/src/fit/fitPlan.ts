import { type Budget, unlimited } from "./budget.js";
import type { Candidate } from "./candidate.js";
import type { TrainingJob, TrainingResult } from "./job.js";
import { crossMixed, meanOutputs, mix } from "./mix.js";
import type { FitOptions, Progress } from "./options.js";
import { type Scores, scoreOutputs } from "./outputs.js";
import type { Plan } from "./plan.js";
import { runInProcess } from "./runner.js";
import {
  candidatesOf,
  type Found,
  neighbours,
  otherShapes,
  type Run,
  search,
  type Tried,
  trialJobs,
  triedIn,
} from "./search.js";
import { heldOutRows, type Trial, trialOf } from "./trials.js";
import { countWays, searchWays } from "./worstSearch.js";

/** What a plan came to. */
export interface Fitted {
  /** What the model is made of, the best candidate first; its networks are the model's members. */
  readonly parts: readonly FittedPart[];
  /** The best one and those with other λ beside it; for an objective all ways to train. */
  readonly grid: readonly Trial[];
  readonly tried: readonly Tried[];
  /** One of the networks that tried the best one, where it is not the model. */
  readonly trial: TrainingResult | null;
  /** Outputs for the test parts of the splits, of networks that did not see them, and their scores; null when there are none. */
  readonly outputs: Float32Array | null;
  readonly scores: Scores | null;
  /** Outputs for these rows by mixes that were chosen without them; the same where nothing was mixed. */
  readonly crossed: Float32Array | null;
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
 * Searches the candidates, then trains networks on all rows, where the plan's preset has it. Throws
 * InputError when every network diverged and when training was stopped before anything was learned.
 */
export async function fitPlan(
  plan: Plan,
  { run = runInProcess, signal, onProgress }: Pick<FitOptions, "run" | "signal" | "onProgress">,
  budget = unlimited,
): Promise<Fitted> {
  let before = 0;
  let total = expected(plan);
  const running =
    (stage: Progress["stage"]): Run =>
    async (jobs, share) => {
      total = Math.max(total, before + share * jobs.length);
      const hooks = {
        signal,
        onProgress: (done: number) => onProgress?.({ stage, done: before + share * done, total }),
      };
      const results = await budget.run(run, jobs, hooks, stage, after);
      before += share * jobs.length;
      return results;
    };
  const { selection, splits } = plan;
  const { mixed, alone } = selection.kind === "refit" ? selection.networks : { mixed: 0, alone: 0 };
  // The candidate may be left to be tried in full.
  const count = budget.record && mixed > 0 ? splits + mixed : 0;
  const after = count > 0 ? new Array<number>(count).fill(plan.refitWork()) : [];
  const found = await (plan.objective ? searchWays : search)(plan, running("search"));
  const isStopped = () => signal?.aborted === true || budget.record === null;
  const { screened } = found;
  // Where a limit on the time cut it short, what is known of the best is enough to go on.
  const known = !isStopped() && found.best.outputs === null && screened ? withBest(found, screened) : found;
  const isWhole = known.best.outputs !== null && !signal?.aborted && !(known.interrupted && isStopped());
  const fitted =
    !isWhole || selection.kind === "holdout"
      ? asSearched(plan, known)
      : await refit(plan, known, known.others.length > 0 ? mixed : alone, running("refit"), budget);
  // A signal that came between the search and the networks on all rows has cut no training short.
  const isCut = fitted.interrupted || (!isWhole && selection.kind === "refit" && signal?.aborted === true);
  return { ...fitted, interrupted: isCut && isStopped() };
}

const withBest = (found: Found, best: Trial): Found => ({
  ...found,
  best,
  grid: found.grid.map((trial) => (trial.candidate.lambda === best.candidate.lambda ? best : trial)),
});

/** About how many networks will be trained. */
function expected(plan: Plan): number {
  const { search: kind, encodings, views, lambdas, splits, selection, target } = plan;
  const { mixed, alone } = selection.kind === "refit" ? selection.networks : { mixed: 0, alone: 0 };
  if (plan.objective) return countWays(plan) * splits + alone;
  const candidates = candidatesOf(plan);
  if (kind.kind === "grid" || candidates.length === 1) return candidates.length * splits + alone;
  const tried = Math.min(kind.climbs ? 3 : 1, lambdas.length);
  const near = kind.mixes === "nothing" ? 0 : neighbours(plan, candidates[0]).length;
  const foreign = kind.mixes === "all" && !views.isSampled ? encodings.length - 1 : 0;
  const far = foreign * otherShapes(plan, candidates[0]).length;
  return (
    splits * (kind.share[target.task] * candidates.length + tried + near + far) + (near > 0 ? mixed : alone)
  );
}

/** The search's own network. */
function asSearched({ views }: Plan, { best, screened, grid, tried, interrupted }: Found): Fitted {
  // What was only screened, on a sample of a large table's rows, tells of that sample.
  const { outputs, scores } = views.isSampled && best === screened ? { outputs: null, scores: null } : best;
  const networks = best.results.slice(0, 1);
  return {
    parts: [{ candidate: best.candidate, networks, job: best.job }],
    grid,
    tried,
    trial: null,
    outputs,
    scores,
    crossed: outputs,
    interrupted,
  };
}

/**
 * Trains so many networks on all rows, or as many as there is time for, each of one of the candidates whose mean errs least. A candidate that
 * was only screened is tried in full beside them.
 */
async function refit(plan: Plan, found: Found, networks: number, run: Run, budget: Budget): Promise<Fitted> {
  const { target, views, refitFor } = plan;
  const { best, others } = found;
  const isScreened = best === found.screened;
  const view = views.whole(best.candidate.encoding);
  const heldOut = heldOutRows(view.prepared, view.splits);
  const refitsOf = (trials: readonly Trial[]) =>
    trials.map((trial, i) =>
      refitFor(views.whole(trial.candidate.encoding), trial.candidate, i, lasting(trial)),
    );
  const choose = (count: number) =>
    isScreened ? Array<Trial>(count).fill(best) : mix([best, ...others], heldOut, count);
  const inFull = isScreened ? trialJobs(plan, views.whole, best.candidate) : [];
  let chosen = choose(networks);
  let refits = refitsOf(chosen);
  while (chosen.length > 0 && !budget.fits([...inFull, ...refits])) {
    chosen = choose(chosen.length - 1);
    refits = refitsOf(chosen);
  }
  budget.leaveOut(networks - chosen.length);
  const tries = chosen.length > 0 || budget.fits(inFull) ? inFull : [];
  const results = await run([...tries, ...refits], 1);
  const interrupted = results.some((result) => result === null || result.outcome === "aborted");
  const tried =
    tries.length > 0 ? trialOf(best.candidate, tries[0], view, results.slice(0, tries.length)) : best;
  const better = tried.outputs ? tried : best;
  const grid = found.grid.map((trial) => (trial === best ? better : trial));
  const all = tries.length > 0 ? [...found.tried, triedIn(tried, 1)] : found.tried;
  const trained = results.slice(tries.length);
  const kinds = [...new Set(chosen)];
  const parts = kinds.flatMap((trial) => {
    const own = trained
      .filter((_, i) => chosen[i] === trial)
      .filter((result) => result !== null)
      .filter(({ outcome }) => outcome === "finished" || outcome === "early");
    const { candidate } = trial;
    return own.length > 0 ? { candidate, networks: own, job: refits[chosen.indexOf(trial)] } : [];
  });
  // A refit that was cut short or diverged is worth less than the search's finished network.
  if (parts.length === 0 || parts.length < kinds.length || !tried.outputs) {
    return { ...asSearched(plan, { ...found, best: better, grid, tried: all }), interrupted };
  }
  const outputs = isScreened ? tried.outputs : meanOutputs(chosen);
  const scores = scoreOutputs(target, heldOut.truth, outputs);
  const crossed = isScreened ? outputs : crossMixed([best, ...others], heldOut, chosen.length);
  return { parts, grid, tried: all, trial: better.results[0], outputs, scores, crossed, interrupted };
}

/** The share of their epochs after which a trial's networks had the weights that were kept, where they were to end early. */
function lasting({ job: { training }, results }: Trial): number | undefined {
  // Pruning runs to its end.
  if (training.patience === null || training.pruning) return undefined;
  const kept = results.map(({ bestEpoch, epochs }) => bestEpoch || epochs);
  return kept.reduce((sum, epochs) => sum + epochs, 0) / (kept.length * training.epochs);
}
