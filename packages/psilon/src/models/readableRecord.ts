import { networkKinds } from "../engine/networks/spec.js";
import type { Transform } from "../engine/optimizers/chain.js";
import { type PruningRuleName, pruningRules } from "../engine/pruning/rule.js";
import type { WorstSpec } from "../engine/training/spec.js";
import { weightKinds } from "../engine/weights/kinds.js";
import type { TimeLimitRecord } from "../fit/budget.js";
import type { CertifiedObjective } from "../fit/certifiedShare.js";
import { presets } from "../fit/presets.js";
import type { Calibration, TemperatureRecord } from "../fit/temperature.js";
import { isThresholdRule, type ThresholdRecord } from "../fit/threshold.js";
import type { ReductionReport } from "../folded/removeDeadUnits.js";
import { type Encoding, encodings } from "../preprocess/bins.js";
import type { Curve, TrainingHistory, TriedNetwork } from "./history.js";
import {
  is,
  isCount,
  isFlag,
  isListOf,
  isNullOr,
  isNumber,
  isObject,
  isOptional,
  isPart,
  isRecordOf,
  isText,
  type Test,
} from "./readable.js";
import type { RecordedBound } from "./recordedBounds.js";
import type { ControlRecord, ImportRecord, RecordedPart, TrainingRecord } from "./tabularModel.js";

// What a model's record must be like before anything reads it.

const isEncoding: Test = (value) => encodings.includes(value as Encoding);
const isSign: Test = (value) => value === "+" || value === "-";
const beforeAndAfter = (isGood: Test) =>
  isPart<{ before: unknown; after: unknown }>({ before: isGood, after: isGood });

const isReduction = isPart<ReductionReport>({
  inputs: beforeAndAfter(isCount),
  units: beforeAndAfter(isListOf(isCount)),
  parameters: beforeAndAfter(isCount),
});

const isBound = isPart<RecordedBound>({
  name: isText,
  kind: is("upper bound"),
  inputNorm: is("inf"),
  outputNorm: is("1"),
  arithmetic: is("float64 from float32 weights"),
  value: isNullOr(isNumber),
});

const isScores = isRecordOf(isNumber);

const isWeightKind: Test = (value) => isText(value) && Object.hasOwn(weightKinds, value as string);

const decays = { p: isNumber, lambda: isNumber };

/** An optimizer's transforms. */
const isTransform: Readonly<Record<Transform["kind"], Test>> = {
  adam: isPart({ beta1: isNumber, beta2: isNumber, epsilon: isNumber, biasCorrection: isFlag }),
  sgd: isPart({ momentum: isNumber }),
  "clip-by-norm": isPart({ norm: isNumber }),
  "weight-decay": isPart({ lambda: isNumber }),
  "coupled-decay": isPart(decays),
  "proximal-decay": isPart(decays),
  "decoupled-decay": isPart({
    ...decays,
    elastic: isNumber,
    variant: isText,
    lambdaWarmup: isNumber,
    pAnnealing: isNumber,
  }),
};

/** So few that a list of as many can be made. */
const isRecordedPart = isPart<RecordedPart>({
  encoding: isEncoding,
  lambda: isNumber,
  width: isCount,
  depth: isCount,
  batchSize: isOptional(isCount),
  networks: (value) => isCount(value) && (value as number) <= 1000,
});

const isWorst = (worst: WorstSpec): boolean =>
  isNumber(worst.ramp) &&
  (worst.method === "margin" || (worst.method === "interval" && isNumber(worst.share)));

const isCurve = isPart<Curve>({
  epochs: isListOf(isCount),
  loss: isListOf(isNumber),
  validation: isOptional(isListOf(isNumber)),
  rate: isListOf(isNumber),
});

const isHistory = isPart<TrainingHistory>({
  networks: isListOf(isCurve),
  trial: isOptional(isCurve),
  search: isListOf(
    isPart<TriedNetwork>({
      encoding: isEncoding,
      lambda: isNumber,
      width: isCount,
      depth: isCount,
      batchSize: isOptional(isCount),
      worst: isOptional((value) => isObject(value) && isWorst(value as WorstSpec)),
      plain: isOptional(is(true)),
      share: isNumber,
      score: isNullOr(isNumber),
    }),
  ),
});

/** As the command line writes it: an amount beyond all numbers is text in no file. */
const isMove: Test = (move) =>
  move === "any" ||
  (isObject(move) &&
    isNumber((move as { by?: number }).by ?? (move as { percent?: number }).percent) &&
    [undefined, "up", "down"].includes((move as { only?: string }).only));

export const isRecord = isPart<TrainingRecord>({
  imported: isOptional(isPart<ImportRecord>({ file: isOptional(isText), producer: isText })),
  network: (value) => isText(value) && Object.hasOwn(networkKinds, value as string),
  parametrization: isPart<TrainingRecord["parametrization"]>({ hidden: isWeightKind, output: isWeightKind }),
  optimizer: isListOf((value) => {
    const kind = (value as Transform | null)?.kind;
    return kind !== undefined && Object.hasOwn(isTransform, kind) && isTransform[kind](value);
  }),
  preset: (value) => isText(value) && Object.hasOwn(presets, value as string),
  width: isCount,
  depth: isCount,
  parts: isOptional(isListOf(isRecordedPart)),
  members: isOptional((value) => isCount(value) && (value as number) > 0),
  epochs: isCount,
  batchSize: isCount,
  seed: isCount,
  control: isOptional(
    isPart<ControlRecord>({
      learningRate: isOptional(isNumber),
      patience: isOptional(isCount),
      groups: isOptional(isText),
      timeColumn: isOptional(isText),
      timeLimit: isOptional(
        isPart<TimeLimitRecord>({ seconds: isNumber, search: isCount, networks: isCount }),
      ),
    }),
  ),
  labelSmoothing: isOptional(isNumber),
  classWeights: isOptional((weights) => weights === "balanced" || isRecordOf(isNumber)(weights)),
  lambda: isNumber,
  lambdaGrid: isListOf(
    isPart<TrainingRecord["lambdaGrid"][number]>({
      lambda: isNumber,
      scores: isNullOr(isScores),
      bound: isNullOr(isNumber),
      certified: isOptional(isNumber),
      worst: isOptional((value) => isObject(value) && isWorst(value as WorstSpec)),
      plain: isOptional(is(true)),
      encoding: isOptional(isEncoding),
      chosen: isOptional(is(true)),
    }),
  ),
  objective: isOptional(
    isPart<CertifiedObjective>({
      radius: isOptional(isNumber),
      move: isOptional(isRecordOf(isMove)),
      fixed: isOptional(isListOf(isText)),
      tolerance: isOptional(isNumber),
    }),
  ),
  rows: isCount,
  constant: isOptional(isListOf(isNumber)),
  validation: isNullOr(
    isPart<NonNullable<TrainingRecord["validation"]>>({
      kind: isText,
      rows: isCount,
      model: isScores,
      constant: isScores,
      linear: isNullOr(isScores),
      calibration: isOptional(
        isPart<TemperatureRecord>({
          temperature: isNumber,
          before: isPart<Calibration>({ logLoss: isNumber, calibrationError: isNumber }),
          after: isPart<Calibration>({ logLoss: isNumber, calibrationError: isNumber }),
        }),
      ),
      threshold: isOptional(
        isPart<ThresholdRecord>({
          rule: isThresholdRule,
          positive: isText,
          at: isNumber,
          positives: isCount,
          recall: isNumber,
          precision: isNumber,
          f1: isNumber,
          cost: isOptional(isNumber),
        }),
      ),
    }),
  ),
  bounds: (value) => isListOf(isBound)(value) && (value as unknown[]).length > 0,
  pruning: isNullOr(
    isPart<NonNullable<TrainingRecord["pruning"]>>({
      rule: (value) => pruningRules.includes(value as PruningRuleName),
      target: isNullOr(isNumber),
      scope: isNullOr(isText),
      removed: isListOf(isReduction),
    }),
  ),
  monotone: isOptional(isRecordOf(isSign)),
  encode: isOptional((value) => isEncoding(value) || isRecordOf(isEncoding)(value)),
  history: isOptional(isHistory),
  sparsity: isNumber,
  nearSparsity: isNumber,
  parameters: isCount,
  seconds: isNumber,
  backend: isText,
  interrupted: isFlag,
});
