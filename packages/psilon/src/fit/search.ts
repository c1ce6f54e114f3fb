import { InputError } from "../errors.js";
import type { Candidate } from "./candidate.js";
import type { TrainingJob, TrainingResult } from "./job.js";
import type { Plan } from "./plan.js";
import { bestTrial, type Trial, trialOf } from "./trials.js";
import type { View } from "./views.js";

/** Trains networks, of which each takes a share of the steps. */
export type Run = (
  jobs: readonly TrainingJob[],
  share: number,
) => Promise<readonly (TrainingResult | null)[]>;

/** What candidates came to on the splits. */
export interface Found {
  /** In full, unless it is the one that was screened: to what comes next that is all the same. */
  readonly best: Trial;
  /** The best one among those with other λ, ascending: in full, where they were worth it. */
  readonly grid: readonly Trial[];
  /** Others, in full, of another kind too: what might be mixed with the best. */
  readonly others: readonly Trial[];
  /** The best of those that were tried in a share of the steps, where some were. */
  readonly screened?: Trial;
  /** All, in the order in which they were tried. */
  readonly tried: readonly Tried[];
  readonly interrupted: boolean;
}

/** What a candidate came to in a share of the steps. */
export interface Tried extends Pick<Trial, "candidate" | "loss"> {
  readonly share: number;
}

/** Finds the best candidate by the loss as the plan's preset searches. Throws InputError when every network diverged or none was trained. */
export async function search(plan: Plan, run: Run): Promise<Found> {
  const { search: kind, lambdas, views } = plan;
  const candidates = candidatesOf(plan);
  const tried: Tried[] = [];
  const tryAll = async (viewOf: ViewOf, some: readonly Candidate[], share = 1) => {
    const trials = await evaluate(plan, run, viewOf, some, share);
    tried.push(...trials.map((trial) => triedIn(trial, share)));
    return trials;
  };
  if (kind.kind === "grid" || candidates.length === 1) {
    const grid = await tryAll(views.whole, candidates);
    return { best: best(plan, grid), grid, others: [], tried, interrupted: grid.some(isCut) };
  }
  const screened = await tryAll(views.sample, candidates, kind.share[plan.target.task]);
  const [{ depth }] = plan.shapes;
  const start = best(
    plan,
    screened.filter(({ candidate }) => candidate.depth === depth),
  );
  const { encoding, lambda } = start.candidate;
  const kindred = screened.filter(
    ({ candidate }) => candidate.encoding === encoding && candidate.depth === depth,
  );
  if (screened.some(isCut) || (!kind.climbs && !plan.isPatient)) {
    const interrupted = screened.some(isCut);
    return { best: start, screened: start, grid: kindred, others: [], tried, interrupted };
  }
  const trialsAt = (from: number, to: number) => {
    const next = lambdas.slice(from, to).map((other) => ({ ...start.candidate, lambda: other }));
    return tryAll(views.whole, next);
  };
  const place = lambdas.indexOf(lambda);
  const full = kind.climbs ? await climb(trialsAt, place, lambdas.length) : await trialsAt(place, place + 1);
  const found = bestTrial(full) ?? start;
  const grid = kindred.map(
    (trial) => full.find(({ candidate }) => candidate.lambda === trial.candidate.lambda) ?? trial,
  );
  const interrupted = full.some(isCut);
  if (kind.mixes === "nothing" || interrupted) {
    return { best: found, screened: start, grid, others: [], tried, interrupted };
  }
  const linear = bestTrial(screened.filter(({ candidate }) => candidate.depth !== depth));
  const near = await tryAll(views.whole, [
    ...neighbours(plan, found.candidate),
    ...(linear && isHopeful(linear, start) ? [linear.candidate] : []),
  ]);
  const hopeful = near.filter((trial) => isHopeful(trial, found));
  const far =
    kind.mixes === "all" && !near.some(isCut)
      ? await tryAll(views.whole, strangers(plan, found.candidate, hopeful))
      : [];
  const others = [...full.filter((trial) => trial !== found), ...near, ...far];
  return { best: found, screened: start, grid, others, tried, interrupted: others.some(isCut) };
}

export const triedIn = ({ candidate, loss }: Trial, share: number): Tried => ({ candidate, share, loss });

/** Every encoding with every λ, and where networks are mixed the linear models. */
export function candidatesOf({
  search: { kind },
  encodings,
  lambdas,
  shapes: [shape, ...others],
}: Plan): Candidate[] {
  const linear = kind === "adaptive" ? others.filter(({ depth }) => depth === 0) : [];
  const kinds = [
    ...encodings.map((encoding) => ({ encoding, ...shape })),
    ...linear.map((other) => ({ encoding: encodings[0], ...other })),
  ];
  return kinds.flatMap((one) => lambdas.map((lambda) => ({ ...one, lambda })));
}

type ViewOf = (encoding: Candidate["encoding"]) => View;

/** What candidates come to on the splits of views, in a share of the steps. */
export async function evaluate(
  plan: Plan,
  run: Run,
  viewOf: ViewOf,
  candidates: readonly Candidate[],
  share = 1,
): Promise<Trial[]> {
  const jobs = candidates.flatMap((candidate) => trialJobs(plan, viewOf, candidate, share));
  const results = await run(jobs, share);
  const { splits } = plan;
  return candidates.map((candidate, c) =>
    trialOf(
      candidate,
      jobs[c * splits],
      viewOf(candidate.encoding),
      results.slice(c * splits, (c + 1) * splits),
      plan.objective,
    ),
  );
}

/** The networks that try a candidate, one a split. */
export const trialJobs = (
  { jobFor, splits }: Plan,
  viewOf: ViewOf,
  candidate: Candidate,
  share = 1,
): TrainingJob[] =>
  Array.from({ length: splits }, (_, split) => jobFor(viewOf(candidate.encoding), split, candidate, share));

/** Trials at the place `from` of so many and at its neighbours, and further along for as long as the last one is the best so far. */
async function climb(
  trialsAt: (from: number, to: number) => Promise<Trial[]>,
  from: number,
  length: number,
): Promise<Trial[]> {
  let [low, high] = [Math.max(from - 1, 0), Math.min(from + 2, length)];
  let trials = await trialsAt(low, high);
  for (;;) {
    const least = Math.min(...trials.map(({ loss }) => loss).filter(Number.isFinite));
    if (trials.some(isCut)) return trials;
    if (low > 0 && trials[0].loss === least) {
      trials = [...(await trialsAt(low - 1, low)), ...trials];
      low--;
    } else if (high < length && trials[trials.length - 1].loss === least) {
      trials = [...trials, ...(await trialsAt(high, high + 1))];
      high++;
    } else return trials;
  }
}

/**
 * Networks of other encodings than a candidate's, of which a large table has none at hand, and of other shapes, these with the least λ too:
 * they vary the most from one to the next, and gain the most in a mean.
 */
export function neighbours(plan: Plan, found: Candidate): Candidate[] {
  const {
    encodings,
    lambdas: [least],
    views,
  } = plan;
  const foreign = views.isSampled ? [] : encodings.filter((encoding) => encoding !== found.encoding);
  return [
    ...foreign.map((encoding) => ({ ...found, encoding })),
    ...[...new Set([found.lambda, least])].flatMap((lambda) => otherShapes(plan, { ...found, lambda })),
  ];
}

/** Networks of other shapes with the least λ by the encodings of some trials, where these are not the candidate's. */
const strangers = (plan: Plan, found: Candidate, trials: readonly Trial[]): Candidate[] =>
  [...new Set(trials.map(({ candidate }) => candidate.encoding))]
    .filter((encoding) => encoding !== found.encoding)
    .flatMap((encoding) => otherShapes(plan, { ...found, encoding, lambda: plan.lambdas[0] }));

/** A candidate in the other shapes that have hidden layers. */
export const otherShapes = ({ shapes: [, ...others] }: Plan, candidate: Candidate): Candidate[] =>
  others.filter(({ depth }) => depth > 0).map((shape) => ({ ...candidate, ...shape }));

/** A loss so much larger than the best one's helps no mean. */
const isHopeful = ({ loss }: Trial, best: Trial): boolean => loss <= HOPELESS * best.loss;
const HOPELESS = 1.15;

const isCut = ({ interrupted }: Trial): boolean => interrupted;

/** Throws InputError where no trial has a network. */
export function best({ lambdas }: Plan, trials: readonly Trial[]): Trial {
  const found = bestTrial(trials);
  if (found) return found;
  throw new InputError(
    trials.some(({ diverged }) => diverged)
      ? {
          code: "diverged",
          found: `Training diverged with λ = ${lambdas.join(", ")}: the loss or a weight became infinite or not a number`,
          remedy: "check the columns for extreme values, or take a smaller width or depth",
        }
      : { code: "stopped", found: "Training was stopped before anything was learned" },
  );
}
