import { networkBound } from "../bounds/globalBounds.js";
import { takeRows } from "../preprocess/inputs.js";
import { type Prepared, truthAt } from "../preprocess/prepare.js";
import type { Places } from "./baselineScores.js";
import { type CertifiedObjective, certifiedShare } from "./certifiedShare.js";
import type { TrainingResult } from "./job.js";
import { criterion, type Scores, scoreOutputs } from "./outputs.js";
import { together } from "./together.js";

/** What one λ came to: a network per split, scored on all held-out rows together. */
export interface Trial {
  readonly lambda: number;
  /** The networks trained to their end, in the splits' order; without any, those that were cut short. */
  readonly results: readonly TrainingResult[];
  /** Null when a split's network diverged or was not trained to its end. */
  readonly scores: Scores | null;
  /** What λ is chosen by, lower is better; NaN without scores. */
  readonly loss: number;
  /** The share of held-out rows that are right and certified, where that is what λ is chosen by; else null. */
  readonly certified: number | null;
  /** The mean over the networks of the smallest bound, in scaled units; NaN when there is none. */
  readonly bound: number;
}

/** Groups the results of λ × splits, λ by λ. */
export function trials(
  prepared: Prepared,
  lambdas: readonly number[],
  splits: readonly Places[],
  results: readonly (TrainingResult | null)[],
  objective?: CertifiedObjective,
): Trial[] {
  const { target } = prepared;
  const places = together(splits.map(({ test }) => test));
  const truth = truthAt(prepared, places);
  const targets = takeRows(prepared.targets, prepared.targets.length / prepared.rows.length, places);
  const weights = prepared.weights && takeRows(prepared.weights, 1, places);
  return lambdas.map((lambda, l) => {
    const all = results.slice(l * splits.length, (l + 1) * splits.length);
    const sound = all
      .filter((result) => result !== null)
      .filter(({ outcome, epochs }) => outcome !== "not-finite" && epochs > 0);
    const ended = sound.filter(({ outcome }) => outcome !== "aborted");
    const usable = ended.length > 0 ? ended : sound;
    const held = ended.length === splits.length ? together(ended.map(outputsOf)) : null;
    const outputs = held?.every(Number.isFinite) ? held : null;
    const sum = usable.reduce((total, { network }) => total + networkBound(network), 0);
    const networks = ended.map(({ network }) => network);
    const certified = outputs && objective ? certifiedShare(prepared, splits, networks, objective) : null;
    const loss = outputs ? criterion(target, targets, outputs, weights) : Number.NaN;
    return {
      lambda,
      results: usable,
      scores: outputs ? scoreOutputs(target, truth, outputs) : null,
      loss: certified === null ? loss : 1 - certified,
      certified,
      bound: sum / usable.length,
    };
  });
}

const outputsOf = ({ validationOutputs }: TrainingResult): Float32Array =>
  validationOutputs ?? new Float32Array();

/** Losses this close are a draw, which the larger λ wins: it buys a smaller bound. */
const DRAW = 1.01;

/**
 * The λ with the least loss, or the largest of those that draw with it; without any complete one, the first with a
 * network trained to its end, or else with one that was cut short; undefined without that.
 */
export function bestTrial(all: readonly Trial[]): Trial | undefined {
  const complete = all.filter(({ loss }) => Number.isFinite(loss));
  const least = Math.min(...complete.map(({ loss }) => loss));
  return (
    complete
      .filter(({ loss }) => loss <= DRAW * least)
      .reduce<Trial | undefined>((a, b) => (a && a.lambda > b.lambda ? a : b), undefined) ??
    all.find(({ results }) => results.some(({ outcome }) => outcome !== "aborted")) ??
    all.find(({ results }) => results.length > 0)
  );
}
