import { bounds } from "../bounds/bounds.js";
import { joinTruth, type Places } from "./baselineScores.js";
import type { TrainingResult } from "./job.js";
import { criterion, type Scores, scoreOutputs } from "./outputs.js";
import { type Prepared, truthAt } from "./prepare.js";

/** What one λ came to: a network per split, scored on all held-out rows together. */
export interface Trial {
  readonly lambda: number;
  /** The networks that were trained to a usable end, in the splits' order. */
  readonly results: readonly TrainingResult[];
  /** Null when a split's network diverged or was not trained to its end. */
  readonly scores: Scores | null;
  /** The mean over the networks of the smallest bound, in scaled units; NaN when there is none. */
  readonly bound: number;
}

/** Groups the results of λ × splits, λ by λ. */
export function trials(
  prepared: Prepared,
  lambdas: readonly number[],
  splits: readonly Places[],
  results: readonly (TrainingResult | null)[],
): Trial[] {
  const truth = joinTruth(splits.map(({ test }) => truthAt(prepared, test)));
  return lambdas.map((lambda, l) => {
    const all = results.slice(l * splits.length, (l + 1) * splits.length);
    const usable = all.filter((result) => result !== null).filter(({ outcome }) => outcome !== "not-finite");
    const complete = usable.length === splits.length && usable.every(({ outcome }) => outcome !== "aborted");
    const outputs = usable.flatMap(({ validationOutputs }) => Array.from(validationOutputs ?? []));
    const sum = usable.reduce((total, { network }) => total + bounds(network)[0].value, 0);
    return {
      lambda,
      results: usable,
      scores: complete ? scoreOutputs(prepared.target, truth, outputs) : null,
      bound: sum / usable.length,
    };
  });
}

/** The λ with the best score; without any complete one, the first with a usable network; undefined without that. */
export function bestTrial(all: readonly Trial[]): Trial | undefined {
  const rank = ({ scores, results }: Trial) =>
    scores ? criterion(scores) : results.length > 0 ? Number.MAX_VALUE : Number.POSITIVE_INFINITY;
  const best = all.reduce((a, b) => (rank(b) < rank(a) ? b : a));
  return Number.isFinite(rank(best)) ? best : undefined;
}
