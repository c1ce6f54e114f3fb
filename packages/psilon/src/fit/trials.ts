import { networkBound } from "../bounds/globalBounds.js";
import { takeRows } from "../preprocess/inputs.js";
import { type Prepared, truthAt } from "../preprocess/prepare.js";
import type { Places } from "./baselineScores.js";
import type { Candidate } from "./candidate.js";
import { type CertifiedObjective, certifiedShare } from "./certifiedShare.js";
import type { TrainingJob, TrainingResult } from "./job.js";
import { criterion, type Scores, scoreOutputs } from "./outputs.js";
import { together } from "./together.js";
import type { View } from "./views.js";

/** What one candidate came to: a network per split, scored on all held-out rows together. */
export interface Trial {
  readonly candidate: Candidate;
  /** One that trained one of its networks. */
  readonly job: TrainingJob;
  /** The networks trained to their end, in the splits' order; without any, those that were cut short. */
  readonly results: readonly TrainingResult[];
  /** The outputs of the held-out rows; null when a split's network diverged or was not trained to its end. */
  readonly outputs: Float32Array | null;
  /** Theirs; null as well. */
  readonly scores: Scores | null;
  /** What candidates are chosen by, lower is better; NaN without scores. */
  readonly loss: number;
  /** How far off it is on the rows as they are: the share of wrong classes, or the RMSE; NaN for quantiles and without scores. */
  readonly error: number;
  /** The share of held-out rows that are right and certified, where that is what they are chosen by; else null. */
  readonly certified: number | null;
  /** The mean over the networks of the smallest bound, in scaled units; NaN when there is none. */
  readonly bound: number;
  readonly diverged: boolean;
  /** Whether some network was cut short, or not begun. */
  readonly interrupted: boolean;
}

/** The results of a candidate's networks, one of each split of a view. */
export function trialOf(
  candidate: Candidate,
  job: TrainingJob,
  { prepared, placed, splits }: Pick<View, "prepared" | "placed" | "splits">,
  results: readonly (TrainingResult | null)[],
  objective?: CertifiedObjective,
): Trial {
  const sound = results
    .filter((result) => result !== null)
    .filter(({ outcome, epochs }) => outcome !== "not-finite" && epochs > 0);
  const ended = sound.filter(({ outcome }) => outcome !== "aborted");
  const usable = ended.length > 0 ? ended : sound;
  const held = ended.length === splits.length ? together(ended.map(outputsOf)) : null;
  const outputs = held?.every(Number.isFinite) ? held : null;
  const sum = usable.reduce((total, { networks }) => total + networkBound(networks), 0);
  const networks = ended.map((result) => result.networks);
  const certified =
    outputs && objective ? certifiedShare(prepared, placed, splits, networks, objective) : null;
  const heldOut = heldOutRows(prepared, splits);
  const scores = outputs && scoreOutputs(prepared.target, heldOut.truth, outputs);
  return {
    candidate,
    job,
    results: usable,
    outputs,
    scores,
    loss: certified !== null ? 1 - certified : outputs ? lossOf(heldOut, outputs) : Number.NaN,
    error: scores ? errorOf(scores) : Number.NaN,
    certified,
    bound: sum / usable.length,
    diverged: results.some((result) => result?.outcome === "not-finite"),
    interrupted: results.some((result) => result === null || result.outcome === "aborted"),
  };
}

const outputsOf = ({ validationOutputs }: TrainingResult): Float32Array =>
  validationOutputs ?? new Float32Array();

const errorOf = (scores: Scores): number =>
  "accuracy" in scores ? 1 - scores.accuracy : "rmse" in scores ? scores.rmse : Number.NaN;

export type HeldOutRows = Pick<Prepared, "target" | "truth" | "targets" | "weights">;

/** What outputs of the splits' held-out rows are compared with. */
export function heldOutRows(prepared: Prepared, splits: readonly Places[]): HeldOutRows {
  const places = together(splits.map(({ test }) => test));
  return {
    target: prepared.target,
    truth: truthAt(prepared, places),
    targets: takeRows(prepared.targets, prepared.targets.length / prepared.rows.length, places),
    weights: prepared.weights && takeRows(prepared.weights, 1, places),
  };
}

export const lossOf = ({ target, targets, weights }: HeldOutRows, outputs: Float32Array): number =>
  criterion(target, targets, outputs, weights);

/** Losses this close are a draw. */
export const DRAW = 1.01;

/**
 * The trial with the least loss. Of those that draw with it the one with the largest λ, which buys a smaller bound; where rows are
 * certified, the one with the least error on the rows as they are. Without any complete one, the first with a network trained to
 * its end, or else with one that was cut short; undefined without that.
 */
export function bestTrial(all: readonly Trial[]): Trial | undefined {
  const complete = all.filter(({ loss }) => Number.isFinite(loss));
  const least = Math.min(...complete.map(({ loss }) => loss));
  const isBetter = (a: Trial, b: Trial) =>
    a.certified === null ? a.candidate.lambda > b.candidate.lambda : a.error <= b.error;
  return (
    complete
      .filter(({ loss }) => loss <= DRAW * least)
      .reduce<Trial | undefined>((a, b) => (a && isBetter(a, b) ? a : b), undefined) ??
    all.find(({ results }) => results.some(({ outcome }) => outcome !== "aborted")) ??
    all.find(({ results }) => results.length > 0)
  );
}
