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

/** What candidates came to on the searched splits. */
export interface Found {
  readonly best: Trial;
  /** The best one among those with other λ, ascending: in full, where they were worth it. */
  readonly grid: readonly Trial[];
  /** Candidates of another kind, in full: what might be mixed with the best. */
  readonly others: readonly Trial[];
  readonly interrupted: boolean;
}

/** Finds the best candidate by the loss as the plan's preset searches. Throws InputError when every network diverged or none was trained. */
export async function search(plan: Plan, run: Run): Promise<Found> {
  const { search: kind, lambdas, views } = plan;
  const candidates = candidatesOf(plan);
  if (kind.kind === "grid" || candidates.length === 1) {
    const grid = await evaluate(plan, run, views.whole, candidates);
    return { best: best(plan, grid), grid, others: [], interrupted: grid.some(isCut) };
  }
  const screened = await evaluate(plan, run, views.sample, candidates, kind.share[plan.target.task]);
  const [{ depth }] = plan.shapes;
  const start = best(
    plan,
    screened.filter(({ candidate }) => candidate.depth === depth),
  );
  const { encoding, lambda } = start.candidate;
  const kindred = screened.filter(
    ({ candidate }) => candidate.encoding === encoding && candidate.depth === depth,
  );
  if (screened.some(isCut)) return { best: start, grid: kindred, others: [], interrupted: true };

  const trialsAt = (from: number, to: number) => {
    const next = lambdas.slice(from, to).map((other) => ({ ...start.candidate, lambda: other }));
    return evaluate(plan, run, views.whole, next);
  };
  const from = lambdas.indexOf(lambda);
  const full = await (kind.climbs ? climb(trialsAt, from, lambdas.length) : trialsAt(from, from + 1));
  const found = bestTrial(full) ?? start;
  const grid = kindred.map(
    (trial) => full.find(({ candidate }) => candidate.lambda === trial.candidate.lambda) ?? trial,
  );
  const interrupted = full.some(isCut);
  if (!kind.mixes || interrupted) return { best: found, grid, others: [], interrupted };
  const linear = bestTrial(screened.filter(({ candidate }) => candidate.depth !== depth));
  const rivals = [...strangers(plan, found.candidate), ...(linear ? [linear.candidate] : [])];
  const others = await evaluate(plan, run, views.whole, rivals);
  return { best: found, grid, others, interrupted: others.some(isCut) };
}

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

/** What candidates come to on the searched splits of views, in a share of the steps. */
export async function evaluate(
  { jobFor, searched, objective }: Plan,
  run: Run,
  viewOf: (encoding: Candidate["encoding"]) => View,
  candidates: readonly Candidate[],
  share = 1,
): Promise<Trial[]> {
  const splits = Array.from({ length: searched }, (_, split) => split);
  const jobs = candidates.flatMap((candidate) =>
    splits.map((split) => jobFor(viewOf(candidate.encoding), split, candidate, share)),
  );
  const results = await run(jobs, share);
  return candidates.map((candidate, c) =>
    trialOf(
      candidate,
      viewOf(candidate.encoding),
      results.slice(c * searched, (c + 1) * searched),
      objective,
    ),
  );
}

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

/** Networks of other encodings, of which a large table has none at hand, and of other shapes. */
function strangers({ encodings, shapes, views }: Plan, found: Candidate): Candidate[] {
  const others = views.isSampled ? [] : encodings.filter((encoding) => encoding !== found.encoding);
  return [
    ...others.map((encoding) => ({ ...found, encoding })),
    ...shapes.slice(1).flatMap((shape) => (shape.depth > 0 ? { ...found, ...shape } : [])),
  ];
}

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
