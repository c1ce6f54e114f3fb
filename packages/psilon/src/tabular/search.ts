import { bounds } from "../bounds/bounds.js";
import type { Places } from "./baselineScores.js";
import type { TrainingResult } from "./job.js";
import { criterion, type Scores, scoreOutputs } from "./outputs.js";
import { type Prepared, takeRows, truthAt } from "./prepare.js";

/** What one λ came to: a network per split, scored on all held-out rows together. */
export interface Trial {
  readonly lambda: number;
  /** The networks that learned something and did not diverge, in the splits' order. */
  readonly results: readonly TrainingResult[];
  /** Null when a split's network diverged or was not trained to its end. */
  readonly scores: Scores | null;
  /** What λ is chosen by, lower is better; NaN without scores. */
  readonly loss: number;
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
  const { target } = prepared;
  const held = Int32Array.from(splits.flatMap(({ test }) => Array.from(test)));
  const truth = truthAt(prepared, held);
  const targets = takeRows(prepared.targets, prepared.targets.length / prepared.rows.length, held);
  const weights = prepared.weights && takeRows(prepared.weights, 1, held);
  return lambdas.map((lambda, l) => {
    const all = results.slice(l * splits.length, (l + 1) * splits.length);
    const usable = all
      .filter((result) => result !== null)
      .filter(({ outcome, epochs }) => outcome !== "not-finite" && epochs > 0);
    const outputs = usable.flatMap(({ validationOutputs }) => Array.from(validationOutputs ?? []));
    const complete =
      usable.length === splits.length &&
      usable.every(({ outcome }) => outcome !== "aborted") &&
      outputs.every(Number.isFinite);
    const sum = usable.reduce((total, { network }) => total + bounds(network)[0].value, 0);
    return {
      lambda,
      results: usable,
      scores: complete ? scoreOutputs(target, truth, outputs) : null,
      loss: complete ? criterion(target, targets, outputs, weights) : Number.NaN,
      bound: sum / usable.length,
    };
  });
}

/** The λ with the least loss; without any complete one, the first with a usable network; undefined without that. */
export function bestTrial(all: readonly Trial[]): Trial | undefined {
  const rank = ({ loss, results }: Trial) =>
    Number.isFinite(loss) ? loss : results.length > 0 ? Number.MAX_VALUE : Number.POSITIVE_INFINITY;
  const best = all.reduce((a, b) => (rank(b) < rank(a) ? b : a));
  return Number.isFinite(rank(best)) ? best : undefined;
}
