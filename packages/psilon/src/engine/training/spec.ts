import { asGiven } from "../../arguments.js";
import { InputError } from "../../errors.js";
import type { CaseGroup } from "../layers/boxInput.js";
import { type OptimizerSpec, optimizerParts } from "../optimizers/chain.js";
import type { Schedule } from "../optimizers/schedule.js";
import type { PenaltyKind } from "../penalties/penalty.js";
import type { PruningRule } from "../pruning/rule.js";
import type { CodedInputs } from "./codedInputs.js";
import type { LossKind } from "./loss.js";

/** How a network is trained on ½·loss + ½·λ·penalty (arXiv:2404.19112, section 3). */
export interface TrainingSpec {
  readonly loss: LossKind;
  readonly penalty: PenaltyKind;
  readonly lambda: number;
  readonly optimizer: OptimizerSpec;
  readonly schedule: Schedule;
  /** Whether the rate, and what an optimizer schedules, moves with every step or, as in the paper, with every epoch. */
  readonly rateMoves: "per-step" | "per-epoch";
  readonly epochs: number;
  /** Rows per step; an epoch is split evenly, so that no batch is a small remainder. */
  readonly batchSize: number;
  /** Lengths of 1 (the paper) or set on a first batch (mathematics, section 1). */
  readonly initialization: "paper" | "variance-preserving";
  /**
   * Epochs without a better validation loss after which training ends, and the best weights are put back. Null trains
   * to the end and keeps the last weights.
   */
  readonly patience: number | null;
  /** Exact zeros, in the last part of training, or null. */
  readonly pruning: PruningSpec | null;
  /** What of the boxes that come with the rows the loss is of; default: nothing, it is of the rows where they are. */
  readonly worst?: WorstSpec | undefined;
  readonly seed: number;
}

/**
 * The worst case of a row's box takes the place of the row in the loss.
 *
 * - `interval`: share·ℓ(the row) + (1 − share)·ℓ(the worst that interval bounds leave possible) (arXiv:1810.12715)
 * - `margin`: ℓ with all that bounds in closed form leave possible, for small boxes and L1-normalized weights of shared lengths
 *
 * `ramp`: over which share of the steps, from the first on, boxes grow from the row itself to their full size.
 */
export type WorstSpec =
  | { readonly method: "interval"; readonly share: number; readonly ramp: number }
  | { readonly method: "margin"; readonly ramp: number };

/**
 * `stage`: share of the epochs that the pruning stage takes, in (0, 1]. Every rule is through half-way through it at the
 * latest; but `threshold` sets its zeros when training ends.
 */
export type PruningSpec = PruningRule & { readonly stage: number };

/** Inputs of rows: written out row by row in float32, or coded where most would be the zeros of categories. */
export type Inputs = Float32Array | CodedInputs;

/** Rows as the engine reads them, row-major; written out unless it is said that they may be coded. */
export interface TrainingData<I extends Inputs = Float32Array> {
  readonly rows: number;
  readonly inputs: I;
  readonly targets: Float32Array;
  /** One non-negative weight per row, averaging 1; null for all ones. */
  readonly weights: Float32Array | null;
  /** Where the rows may be, for training on the worst of it. */
  readonly boxes?: RowBoxes | undefined;
}

/** For each row how far its inputs may move, all at once. */
export interface RowBoxes {
  /** The ends of every input's interval, which the input lies in. */
  readonly lower: Inputs;
  readonly upper: Inputs;
  /** Inputs of a category that may become any other: in a row where one of them is 1, it may be another; their ends are the inputs themselves. */
  readonly groups: readonly CaseGroup[];
}

/** Throws InputError for a value out of range. */
export function checkTrainingSpec(spec: TrainingSpec): void {
  const demand = (good: boolean, name: string, value: number, expected: string) => {
    if (good) return;
    throw new InputError({
      code: "out-of-range",
      found: `The ${name} must be ${expected}, but ${asGiven(value)} was given`,
      value: String(value),
    });
  };
  const { loss, lambda, epochs, batchSize, patience, pruning, worst } = spec;
  const { warmup } = spec.schedule;
  if (typeof loss === "object" && loss.kind === "quantile") {
    const { levels } = loss;
    for (const [k, level] of levels.entries())
      demand(
        level > (levels[k - 1] ?? 0) && level < 1,
        "level of a quantile",
        level,
        "below 1 and above 0 and the level before",
      );
  } else if (typeof loss === "object") {
    demand(loss.smoothing >= 0 && loss.smoothing < 1, "label smoothing", loss.smoothing, "in [0, 1)");
  }
  optimizerParts(spec.optimizer);
  demand(lambda >= 0 && lambda < Number.POSITIVE_INFINITY, "λ", lambda, "a finite number of at least 0");
  demand(Number.isInteger(epochs) && epochs >= 1, "number of epochs", epochs, "a whole number of at least 1");
  demand(
    Number.isInteger(batchSize) && batchSize >= 1,
    "batch size",
    batchSize,
    "a whole number of at least 1",
  );
  demand(warmup >= 0 && warmup <= 1, "warm-up of the learning rate", warmup, "in [0, 1]");
  if (patience !== null) demand(patience >= 1, "patience", patience, "at least 1 epoch");
  if (pruning) {
    const { stage } = pruning;
    demand(stage > 0 && stage <= 1, "pruning stage", stage, "in (0, 1]");
  }
  if (!worst) return;
  const { ramp } = worst;
  demand(ramp >= 0 && ramp <= 1, "ramp of the boxes", ramp, "in [0, 1]");
  if (worst.method === "margin") return;
  const { share } = worst;
  demand(share >= 0 && share <= 1, "share of the rows as they are", share, "in [0, 1]");
}
