import { networkKinds } from "../engine/networks/spec.js";
import type { Transform } from "../engine/optimizers/chain.js";
import { type PruningRuleName, pruningRules } from "../engine/pruning/rule.js";
import type { WorstSpec } from "../engine/training/spec.js";
import { weightKinds } from "../engine/weights/kinds.js";
import type { TimeLimitRecord } from "../fit/budget.js";
import type { CertifiedObjective } from "../fit/certifiedShare.js";
import { presets } from "../fit/presets.js";
import type { Calibration, TemperatureRecord } from "../fit/temperature.js";
import { isCut, isThresholdRule, type ThresholdRecord } from "../fit/threshold.js";
import type { ReductionReport } from "../folded/removeDeadUnits.js";
import { areEdges, type Bins, type Encoding, encodings } from "../preprocess/bins.js";
import { type DatePart, dateParts } from "../preprocess/dateParts.js";
import type { EncodedColumn, Encoder } from "../preprocess/encoder.js";
import type { Schema } from "../preprocess/kinds.js";
import type { DecisionThreshold, HeldOutErrors, PredictionInterval, Target } from "../preprocess/target.js";
import type { Curve, TrainingHistory, TriedNetwork } from "./history.js";
import type { RecordedBound } from "./recordedBounds.js";
import type { ControlRecord, RecordedPart, TrainingRecord } from "./tabularModel.js";

// What the parts of a model's description must be like before anything reads them: files come from anyone.

type Test = (value: unknown) => boolean;

export const isObject: Test = (value) => typeof value === "object" && value !== null;
const isText: Test = (value) => typeof value === "string";
const isFlag: Test = (value) => typeof value === "boolean";
const isNumber: Test = (value) => Number.isFinite(value);
const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isListOf =
  (isGood: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(isGood);
/** Names that stand for one thing each. */
const areNames: Test = (value) =>
  isListOf(isText)(value) && new Set(value as string[]).size === (value as string[]).length;
const isPart =
  <T>(tests: { readonly [name in keyof T]: Test }): Test =>
  (value) =>
    isObject(value) &&
    Object.entries<Test>(tests).every(([name, isGood]) => isGood((value as Record<string, unknown>)[name]));
const isNullOr =
  (isGood: Test): Test =>
  (value) =>
    value === null || isGood(value);

/** What files written before it came have not. */
const isOptional =
  (isGood: Test): Test =>
  (value) =>
    value === undefined || isGood(value);
const isSign: Test = (value) => value === "+" || value === "-";
const beforeAndAfter = (isGood: Test) =>
  isPart<{ before: unknown; after: unknown }>({ before: isGood, after: isGood });

const isReduction = isPart<ReductionReport>({
  inputs: beforeAndAfter(isCount),
  units: beforeAndAfter(isListOf(isCount)),
  parameters: beforeAndAfter(isCount),
});

const is =
  (expected: string | boolean): Test =>
  (value) =>
    value === expected;

const isBound = isPart<RecordedBound>({
  name: isText,
  kind: is("upper bound"),
  inputNorm: is("inf"),
  outputNorm: is("1"),
  arithmetic: is("float64 from float32 weights"),
  value: isNullOr(isNumber),
});

const isScores: Test = (value) => isObject(value) && Object.values(value as object).every(isNumber);

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

const isEncoding: Test = (value) => encodings.includes(value as Encoding);

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
  classWeights: isOptional(
    (weights) =>
      weights === "balanced" || (isObject(weights) && Object.values(weights as object).every(isNumber)),
  ),
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
      move: isOptional((value) => isObject(value) && Object.values(value as object).every(isMove)),
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
  monotone: isOptional((value) => isObject(value) && Object.values(value as object).every(isSign)),
  encode: isOptional(
    (value) => isEncoding(value) || (isObject(value) && Object.values(value as object).every(isEncoding)),
  ),
  history: isOptional(isHistory),
  sparsity: isNumber,
  nearSparsity: isNumber,
  parameters: isCount,
  seconds: isNumber,
  backend: isText,
  interrupted: isFlag,
});

export const isSchema = isPart<Pick<Schema, "rows" | "columns" | "missing">>({
  missing: isOptional(isListOf(isText)),
  rows: isPart<Schema["rows"]>({ read: isCount, used: isCount, rare: isOptional(isListOf(isText)) }),
  columns: isListOf(
    isPart<Pick<Schema["columns"][number], "name" | "role" | "missing" | "kind" | "reading">>({
      reading: isOptional(isText),
      name: isText,
      role: isText,
      missing: isCount,
      kind: isText,
    }),
  ),
});

const isDatePart = isPart<NonNullable<EncodedColumn["date"]>>({
  column: isText,
  part: (part) => part === "elapsed" || dateParts.includes(part as DatePart),
});

const isBins = isPart<Bins>({
  edges: (edges) => isListOf(isNumber)(edges) && areEdges(edges as number[]),
  withValue: isFlag,
});

export function isEncoder({ unseen, columns }: Encoder): boolean {
  return (
    (unseen === "zeros" || unseen === "error") &&
    Array.isArray(columns) &&
    areNames(columns.map((column) => column?.name)) &&
    columns.every(
      (column) =>
        isFlag(column.varies) &&
        isFlag(column.missing) &&
        isOptional(isDatePart)(column.date) &&
        (column.kind === "boolean" ||
          (column.kind === "categorical" &&
            areNames(column.categories) &&
            isOptional(is(true))(column.other)) ||
          (column.kind === "numeric" &&
            isNumber(column.mean) &&
            isNumber(column.std) &&
            column.std > 0 &&
            isFlag(column.integer) &&
            isOptional((clip) => isNumber(clip) && (clip as number) > 0)(column.clip) &&
            isOptional((levels) => areNames(levels) && (levels as string[]).length > 1)(column.levels) &&
            isOptional((bins) => column.varies && isBins(bins))(column.bins))),
    )
  );
}

export function isTarget(value: Target): boolean {
  if (value.task === "classification") {
    return (
      isText(value.name) &&
      areNames(value.classes) &&
      value.classes.length > 1 &&
      isOptional(isAboveZero)(value.temperature) &&
      isOptional(isThreshold)(value.threshold) &&
      (value.threshold === undefined || value.classes.length === 2)
    );
  }
  const { task, names, centers, scales, link, loss, levels, heldOut, interval } = value;
  return (
    task === "regression" &&
    areNames(names) &&
    isOptional(is("log"))(link) &&
    isOptional(is("poisson"))(loss) &&
    (loss === undefined || (link === "log" && levels === undefined)) &&
    (levels === undefined || (names.length === 1 && areLevels(levels))) &&
    [centers, scales].every((list) => isListOf(isNumber)(list) && list.length === names.length) &&
    scales.every((scale) => scale > 0) &&
    isOptional(isPart<HeldOutErrors>({ rows: isAboveZero, errors: isListOf(areErrors) }))(heldOut) &&
    (heldOut === undefined || heldOut.errors.length === names.length) &&
    isOptional(isPart<PredictionInterval>({ coverage: isShare, margins: isListOf(isNumber) }))(interval) &&
    (interval === undefined || interval.margins.length === names.length)
  );
}

const isShare: Test = (value) => isNumber(value) && (value as number) > 0 && (value as number) < 1;

/** Ascending. */
const areErrors: Test = (value) =>
  isListOf(isNumber)(value) &&
  (value as number[]).length > 0 &&
  (value as number[]).every((error, j, all) => j === 0 || error >= all[j - 1]);
const isThreshold = isPart<DecisionThreshold>({
  positive: (place) => place === 0 || place === 1,
  at: (at) => isNumber(at) && isCut(at as number),
});

const isAboveZero: Test = (value) => isNumber(value) && (value as number) > 0;

/** Of quantiles: in (0, 1), ascending. */
const areLevels: Test = (value) =>
  isListOf(isNumber)(value) &&
  (value as number[]).length > 0 &&
  (value as number[]).every((level, k, all) => level > (all[k - 1] ?? 0) && level < 1);
