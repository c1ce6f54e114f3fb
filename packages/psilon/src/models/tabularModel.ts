import { checkArgument, isObject, type Kind } from "../arguments.js";
import type { NetworkKind } from "../engine/networks/spec.js";
import type { OptimizerSpec } from "../engine/optimizers/chain.js";
import type { PruningRuleName } from "../engine/pruning/rule.js";
import type { WorstSpec } from "../engine/training/spec.js";
import type { WeightKind } from "../engine/weights/kinds.js";
import type { BaselineScores } from "../fit/baselineScores.js";
import type { TimeLimitRecord } from "../fit/budget.js";
import type { CertifiedObjective } from "../fit/certifiedShare.js";
import type { FitOptions } from "../fit/options.js";
import type { Scores } from "../fit/outputs.js";
import type { Preset } from "../fit/presets.js";
import type { TemperatureRecord } from "../fit/temperature.js";
import type { ThresholdRecord } from "../fit/threshold.js";
import type { FoldedNetwork } from "../folded/folded.js";
import type { ReductionReport } from "../folded/removeDeadUnits.js";
import type { Encoding } from "../preprocess/bins.js";
import type { Encoder } from "../preprocess/encoder.js";
import type { Encodings } from "../preprocess/encodings.js";
import type { Schema } from "../preprocess/kinds.js";
import type { MonotoneColumns } from "../preprocess/monotone.js";
import type { ClassWeights } from "../preprocess/rowWeights.js";
import type { Target } from "../preprocess/target.js";
import type { TrainingHistory } from "./history.js";
import type { RecordedBound } from "./recordedBounds.js";

/** One network of a model and the encoded inputs it takes. */
export interface Member {
  readonly network: FoldedNetwork;
  /** Which encoded inputs feed the network, ascending; pruning may have left some unused. */
  readonly inputs: Int32Array;
  /** Signed lengths g of each layer as trained; none for plain weights and where removed blocks leave it open. */
  readonly lengths: readonly (readonly number[])[];
}

/** A trained model for tables: everything needed to predict, and a record of how it came about. */
export interface TabularModel {
  readonly schema: Schema;
  readonly encoder: Encoder;
  readonly target: Target;
  /** The model's output is the mean of its members' outputs. */
  readonly members: readonly Member[];
  readonly record: TrainingRecord;
}

const aModel: Kind = {
  name: "a model",
  is: (value) =>
    isObject(value) && ["schema", "encoder", "target", "members", "record"].every((part) => part in value),
  remedy: "make one by trainModel or loadModel; an estimator has its own as its `model`",
};

/** Throws InputError for what is no model. */
export const checkModel = (model: unknown): void => checkArgument("model", model, aModel);

/** Networks of one kind among a model's members. */
export interface RecordedPart {
  readonly encoding: Encoding;
  readonly lambda: number;
  readonly width: number;
  readonly depth: number;
  /** Rows a step, where other than the record's. */
  readonly batchSize?: number;
  readonly networks: number;
}

/** Where a network came from that was trained elsewhere. */
export interface ImportRecord {
  /** The name of the file that was imported, without its folder; absent where the producer wrote a model itself. */
  readonly file?: string;
  /** What wrote it, as it says itself; may be empty. */
  readonly producer: string;
}

/** Plain data: it goes into a model file as JSON. */
export interface TrainingRecord {
  /**
   * Where it was not trained here: then nothing below tells of training but `rows` and `pruning`, once it was pruned here; it has no epochs,
   * no seed and no validation, and its width is that of its widest layer.
   */
  readonly imported?: ImportRecord;
  readonly network: NetworkKind;
  /** How the weights of the hidden layers (or blocks) and of the last were parametrized. */
  readonly parametrization: { readonly hidden: WeightKind; readonly output: WeightKind };
  readonly optimizer: OptimizerSpec;
  readonly preset: Preset;
  readonly width: number;
  readonly depth: number;
  /** What the members are, where they are of several kinds: so many networks of each in turn. The first is the one described here. */
  readonly parts?: readonly RecordedPart[];
  /** How many networks were trained as one, where they were: so many members in a row share matrices. */
  readonly members?: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  /** What was said of the pace of training and of the rows to hold out, where anything was. */
  readonly control?: ControlRecord;
  /** The share of each label that was spread over all classes, where some was. */
  readonly labelSmoothing?: number;
  /** How much each class counted, where not all alike. */
  readonly classWeights?: ClassWeights;
  readonly lambda: number;
  /** What every λ tried came to on the validation rows (null: it diverged or was stopped), and its networks' mean bound. */
  readonly lambdaGrid: readonly {
    readonly lambda: number;
    readonly scores: Scores | null;
    readonly bound: number | null;
    /** The share of held-out rows right and certified, where training was chosen by it. */
    readonly certified?: number;
    /** What of the worst case it was trained on, and whether with plain weights; else on the rows, with the network's own. */
    readonly worst?: WorstSpec;
    readonly plain?: true;
    /** Where not by the values, or as was asked. */
    readonly encoding?: Encoding;
    /** It was the best, where not its λ alone tells. */
    readonly chosen?: true;
  }[];
  /** By what training was chosen, where not by the loss. */
  readonly objective?: CertifiedObjective;
  /** Rows the model was trained on. */
  readonly rows: number;
  /**
   * What to predict when nothing is known but those rows, all counted alike: the means of their targets or their quantiles, in the targets'
   * units, or the shares of their classes. Models of before it was recorded have none.
   */
  readonly constant?: readonly number[];
  /** Scores on rows held out while λ was chosen; null when training was stopped, or diverged, before there were any. */
  readonly validation: ValidationRecord | null;
  /** Upper bounds on the change of the output in scaled units, rounded outwards, smallest first. */
  readonly bounds: readonly RecordedBound[];
  readonly pruning: PruningRecord | null;
  /** Columns that the networks were trained to be monotone in, if any. */
  readonly monotone?: MonotoneColumns;
  /** How numbers and dates were to become inputs, where it was said; how they did, the encoder says. */
  readonly encode?: Encodings;
  /** The share of weights that are exactly 0, before dead units are removed; near-sparsity; numbers stored. */
  readonly sparsity: number;
  readonly nearSparsity: number;
  readonly parameters: number;
  /** How training went; files of earlier versions have none. */
  readonly history?: TrainingHistory;
  /** Seconds it took; 0 in a model that was loaded, since a file holds nothing that changes from run to run. */
  readonly seconds: number;
  /** What computed. */
  readonly backend: string;
  /** Training was stopped before its end, and this is the best network there was. */
  readonly interrupted: boolean;
}

/** The options of these names, as they were given; of a limit on the time what it left out, too. */
export interface ControlRecord
  extends Pick<FitOptions, "learningRate" | "patience" | "groups" | "timeColumn"> {
  readonly timeLimit?: TimeLimitRecord;
}

export interface ValidationRecord extends BaselineScores {
  /** One held-out part, or folds: every row held out once, by a network that did not see it. */
  readonly kind: "holdout" | "folds";
  readonly rows: number;
  /** Of classes before a temperature, unless there is a threshold, which is one on probabilities as they are predicted. */
  readonly model: Scores;
  /** Where a temperature lowered the log loss: what it came to. */
  readonly calibration?: TemperatureRecord;
  /** Where a threshold was chosen: what it came to. */
  readonly threshold?: ThresholdRecord;
}

/** How a model was pruned, and what that removed. */
export interface PruningRecord {
  readonly rule: PruningRuleName;
  /** The share of weights that was asked for, of all layers together or of each; null for the rule `threshold`. */
  readonly target: number | null;
  readonly scope: "global" | "layer" | null;
  /** One report per member. */
  readonly removed: readonly ReductionReport[];
}
