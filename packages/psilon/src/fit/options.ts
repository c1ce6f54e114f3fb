import type { BackendOptions } from "../engine/backend/backend.js";
import type { NetworkKind } from "../engine/networks/spec.js";
import {
  type CompleteRule,
  completeRule,
  type PruningRuleName,
  type ShareRule,
} from "../engine/pruning/rule.js";
import type { StopSignal } from "../engine/training/pauses.js";
import type { WeightKind } from "../engine/weights/kinds.js";
import type { Encodings } from "../preprocess/encodings.js";
import type { KindOverride, Schema, Task } from "../preprocess/kinds.js";
import type { MonotoneColumns } from "../preprocess/monotone.js";
import type { ClassWeights } from "../preprocess/rowWeights.js";
import type { TargetOptions } from "../preprocess/targetScaling.js";
import type { Frame } from "../tables/frame.js";
import type { SplitColumns } from "../tables/rowSplitter.js";
import type { CertifiedObjective } from "./certifiedShare.js";
import { layerKinds } from "./layerKinds.js";
import type { Preset } from "./presets.js";
import type { BaselineRunner, JobRunner } from "./runner.js";
import type { ThresholdRule } from "./threshold.js";

/** How the weights are trained, by the names of the command line. */
export const optimizerNames = ["adam", "padam", "sgd", "psgd"] as const;

/** One of `optimizerNames`. */
export type OptimizerName = (typeof optimizerNames)[number];

/** What a user may say about training on a table; everything has a default. */
export interface FitOptions extends SplitColumns {
  /** Default `net`, the PSiLON Net. */
  readonly network?: NetworkKind | undefined;
  /** Default `balanced`. */
  readonly preset?: Preset | undefined;
  /** The weight of the penalty, or `auto` (default) to search the preset's grid. */
  readonly lambda?: "auto" | number | undefined;
  /**
   * What is to be promised while columns move: training is then on the worst of what rows can become, or not, and chosen by the share of
   * held-out rows right and certified. Default: on the rows, and by the loss on held-out ones.
   */
  readonly objective?: CertifiedObjective | undefined;
  /** Units per hidden layer; hidden layers or residual blocks; passes over the rows. Defaults: the preset's. */
  readonly width?: number | undefined;
  readonly depth?: number | undefined;
  readonly epochs?: number | undefined;
  /** The peak of the learning rate, above 0, and rows per step. Defaults: the preset's. */
  readonly learningRate?: number | undefined;
  readonly batchSize?: number | undefined;
  /**
   * Epochs without a better loss on held-out rows after which a training ends, with the weights that had the best; networks on all rows then
   * train for the same share of their epochs. Pruning runs to its end. Default: all train to their end.
   */
  readonly patience?: number | undefined;
  /**
   * Seconds that training may take: the search ends in time for the model's networks, as many as fit. How far that comes depends on the
   * machine, so that the same seed need not give the same model. Default: no limit.
   */
  readonly timeLimit?: number | undefined;
  /** Whether the record's history tells the loss on held-out rows after every epoch, which takes time. Default: with `patience`. */
  readonly validationCurve?: boolean | undefined;
  /**
   * How many networks to train as one that share their hidden matrices, and whose mean predicts; 1 is a network whose inputs' scales are
   * trained. Default: one network as it stands.
   */
  readonly members?: number | undefined;
  /** How the hidden layers' weights are parametrized. Default: the network's own. */
  readonly parametrization?: WeightKind | undefined;
  /** Default `adam`; `padam` and `psgd` are Adam and SGD with decoupled p-norm decay of the matrices. */
  readonly optimizer?: OptimizerName | undefined;
  /** The decay's p, at least 0 (default 0.8), and its weight (default 0.01): λ‖V‖_p^p, decoupled (arXiv:2404.10824). */
  readonly p?: number | undefined;
  readonly decay?: number | undefined;
  /**
   * What networks learn of numbers: `value`, `log` (only of numbers above 0; predictions come back in the target's units), or `auto`
   * (default): their logarithm where they are skewed, all above 0, and the held-out rows are then predicted better.
   */
  readonly targetScale?: "auto" | "value" | "log" | undefined;
  /** `poisson`: the target counts. Default: squared errors of numbers. */
  readonly loss?: "poisson" | undefined;
  /** Levels in (0, 1), ascending: to predict these quantiles of a number. */
  readonly quantile?: readonly number[] | undefined;
  /** The share in (0, 1) of new rows that intervals beside the predicted numbers are to hold. Default: no intervals. */
  readonly interval?: number | undefined;
  /** The share in [0, 1) of each class's label that training spreads over all classes. Default 0. */
  readonly labelSmoothing?: number | undefined;
  /** Share of the weights to prune to exact zeros, in [0, 1). Default: no pruning. */
  readonly prune?: number | undefined;
  /**
   * Which weights become 0. Default: `l1-projection` where all weights are L1-normalized, else `magnitude`. The rule `threshold`
   * makes zeros of what decay leaves below 1e-13, and takes no share.
   */
  readonly pruning?: PruningRuleName | undefined;
  /** Whether the share to prune is that of all layers together (default) or of each. */
  readonly scope?: ShareRule["scope"];
  /** Columns in which predictions are to be monotone, everywhere and provably. Default: none. */
  readonly monotone?: MonotoneColumns | undefined;
  /** A whole number from 0 to 2⁵³ − 1; default 0. The same seed, data and options give the same model. */
  readonly seed?: number | undefined;
  readonly backend?: "auto" | "wasm" | "blas" | undefined;
  /** False trades about half the speed for the same bits on every machine (with backend `wasm`). Default true. */
  readonly relaxedSimd?: boolean | undefined;
  /** What columns are, where inference should not decide. */
  readonly columns?: Readonly<Record<string, KindOverride>> | undefined;
  readonly task?: Task | undefined;
  /**
   * How numbers, and the time that has passed of dates, become inputs: by their values, by the quantiles they lie among, or both ways;
   * one for all columns or by column. Default, and for columns
   * that are not named: whichever predicts held-out rows best.
   */
  readonly encode?: Encodings | undefined;
  /**
   * A schema by which columns are numbers, categories, truths or identifiers and which tells the task, for models of parts of one
   * table, which would otherwise take columns for different things. Default: as the rows to learn from look.
   */
  readonly kinds?: Schema | undefined;
  readonly classWeights?: ClassWeights | undefined;
  /**
   * By what, of two classes, a threshold on the positive one's probability is chosen on held-out rows, which the model then labels rows by.
   * Default: none, the likelier class is predicted.
   */
  readonly threshold?: ThresholdRule | undefined;
  /** Which class a threshold is about. Default: the rarer one among the rows to learn from. */
  readonly positive?: string | undefined;
  /** One weight per row of the table; a row of weight 0 is left out. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
  /**
   * The rows of the table to learn from, as far as they have a target; default: all. Of the others nothing is learned,
   * not even what their columns hold. A row that is given twice, as in a bootstrap, counts twice; where rows are held out, all its
   * copies are or none.
   */
  readonly rows?: Int32Array | undefined;
  /** Rows, of the table or another, that the model is to be scored on: refused before the first step where it could not be. */
  readonly test?: { readonly frame: Frame; readonly rows: Int32Array } | undefined;
  /** Runs the jobs, for instance in workers; default: one after the other in this thread. */
  readonly run?: JobRunner | undefined;
  /** Runs the jobs of what the model is compared with likewise. */
  readonly runBaselines?: BaselineRunner | undefined;
  /** Stops training; the best network so far becomes the model. */
  readonly signal?: StopSignal | undefined;
  /** Hears how far training has come. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How far training a model has come. */
export interface Progress {
  /** `scale`: whether a target is learned on a log scale, where that is to be found out. */
  readonly stage: "scale" | "search" | "refit";
  /** Networks trained, fractions of those under way counted in. */
  readonly done: number;
  readonly total: number;
}

/** What `fitTarget` is to know; the scale that is left open is that of the values. */
export function targetOptions({ targetScale, loss, quantile }: FitOptions): TargetOptions {
  return { targetScale: targetScale === "log" ? "log" : "value", loss, quantile };
}

/** The rule that the options ask for, with everything said, or null. */
export function pruningRule(
  options: Pick<FitOptions, "network" | "parametrization" | "prune" | "pruning" | "scope">,
): CompleteRule | null {
  const { network = "net", parametrization, prune = 0, pruning, scope } = options;
  const given = pruning === "threshold" ? { rule: pruning } : { rule: pruning, sparsity: prune, scope };
  return prune > 0 || pruning === "threshold"
    ? completeRule(given, layerKinds(network, parametrization))
    : null;
}

/** Who computes, according to the options. */
export function backendOptions({
  backend = "auto",
  relaxedSimd,
}: Pick<FitOptions, "backend" | "relaxedSimd">): BackendOptions {
  return { provider: backend, ...(relaxedSimd !== undefined && { relaxedSimd }) };
}
