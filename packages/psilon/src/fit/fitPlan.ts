import type { Candidate } from "./candidate.js";
import type { TrainingJob, TrainingResult } from "./job.js";
import { meanOutputs, mix } from "./mix.js";
import type { FitOptions, Progress } from "./options.js";
import { type Scores, scoreOutputs } from "./outputs.js";
import type { Plan } from "./plan.js";
import { runInProcess } from "./runner.js";
import { candidatesOf, type Found, neighbours, otherShapes, type Run, search, trialJobs } from "./search.js";
import { heldOutRows, type Trial, trialOf } from "./trials.js";
import { countWays, searchWays } from "./worstSearch.js";

/** What a plan came to. */
export interface Fitted {
  /** What the model is made of, the best candidate first; its networks are the model's members. */
  readonly parts: readonly FittedPart[];
  /** The best one and those with other λ beside it; for an objective all ways to train. */
  readonly grid: readonly Trial[];
  /** Outputs for the test parts of the splits, of networks that did not see them, and their scores; null when there are none. */
  readonly outputs: Float32Array | null;
  readonly scores: Scores | null;
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
  const { selection } = plan;
  if (!isWhole || selection.kind === "holdout") return asSearched(found);
  const { mixed, alone } = selection.networks;
  return refit(plan, found, found.others.length > 0 ? mixed : alone, running("refit"));
}

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
function asSearched({ best, grid, interrupted }: Found): Fitted {
  const networks = best.results.slice(0, 1);
  return {
    parts: [{ candidate: best.candidate, networks, job: best.job }],
    grid,
    outputs: best.outputs,
    scores: best.scores,
    interrupted,
  };
}

/**
 * Trains so many networks on all rows, each of one of the candidates whose mean errs least. A candidate that was only screened is tried in
 * full beside them.
 */
async function refit(plan: Plan, found: Found, networks: number, run: Run): Promise<Fitted> {
  const { target, views, refitFor } = plan;
  const { best, others, isScreened } = found;
  const view = views.whole(best.candidate.encoding);
  const heldOut = heldOutRows(view.prepared, view.splits);
  const chosen = isScreened ? Array<Trial>(networks).fill(best) : mix([best, ...others], heldOut, networks);
  const tries = isScreened ? trialJobs(plan, views.whole, best.candidate) : [];
  const refits = chosen.map((trial, i) =>
    refitFor(views.whole(trial.candidate.encoding), trial.candidate, i, lasting(trial)),
  );
  const results = await run([...tries, ...refits], 1);
  const interrupted = results.some((result) => result === null || result.outcome === "aborted");
  const tried = isScreened ? trialOf(best.candidate, tries[0], view, results.slice(0, tries.length)) : best;
  const better = tried.outputs ? tried : best;
  const grid = found.grid.map((trial) => (trial === best ? better : trial));
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
  if (parts.length < kinds.length || !tried.outputs) {
    return { ...asSearched({ ...found, best: better, grid }), interrupted };
  }
  const outputs = isScreened ? tried.outputs : meanOutputs(chosen);
  return { parts, grid, outputs, scores: scoreOutputs(target, heldOut.truth, outputs), interrupted };
}

/** The share of their epochs after which a trial's networks had the weights that were kept, where they were to end early. */
function lasting({ job: { training }, results }: Trial): number | undefined {
  // Pruning runs to its end.
  if (training.patience === null || training.pruning) return undefined;
  const kept = results.map(({ bestEpoch, epochs }) => bestEpoch || epochs);
  return kept.reduce((sum, epochs) => sum + epochs, 0) / (kept.length * training.epochs);
}
