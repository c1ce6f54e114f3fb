import { networkKinds } from "../engine/networks/spec.js";
import type { Transform } from "../engine/optimizers/chain.js";
import { type PruningRuleName, pruningRules } from "../engine/pruning/rule.js";
import type { WorstSpec } from "../engine/training/spec.js";
import { weightKinds } from "../engine/weights/kinds.js";
import { InputError } from "../errors.js";
import type { CertifiedObjective } from "../fit/certifiedShare.js";
import { presets } from "../fit/presets.js";
import type { Calibration, TemperatureRecord } from "../fit/temperature.js";
import type { ReductionReport } from "../folded/removeDeadUnits.js";
import { decodeNetworks, encodeNetworks, type NewMeaning } from "../formats/networkFile.js";
import { areEdges, type Bins, type Encoding, encodings } from "../preprocess/bins.js";
import { type DatePart, dateParts } from "../preprocess/dateParts.js";
import { type EncodedColumn, type Encoder, encodedInputs } from "../preprocess/encoder.js";
import type { Schema } from "../preprocess/kinds.js";
import { lossFor, type Target } from "../preprocess/target.js";
import { checkRecord } from "./checkRecord.js";
import type { RecordedBound } from "./recordedBounds.js";
import type { Member, RecordedPart, TabularModel, TrainingRecord } from "./tabularModel.js";

type Payload = Omit<TabularModel, "members"> & { readonly lengths: readonly Member["lengths"][] };

/**
 * The model as the bytes of a safetensors file, described in docs/model-format.md. They tell nothing that changes from
 * run to run: the seconds that training took are left out.
 */
export function saveModel(model: TabularModel): Uint8Array {
  const { members, schema, encoder, target, record } = model;
  const lengths = members.map((member) => member.lengths);
  const payload: Payload = { schema, encoder, target, record: { ...record, seconds: 0 }, lengths };
  return encodeNetworks({ members, payload }, newMeaningOf(encoder, target));
}

/**
 * Files of psilon 0.1.0 know no dates, no clipped numbers, no categories that share an input, no bins and no levels, and of targets neither
 * logarithms nor quantiles nor temperatures.
 */
function newMeaningOf({ columns }: Encoder, target: Target): NewMeaning | undefined {
  if (columns.some((column) => "levels" in column)) return "levels";
  if (columns.some((column) => "bins" in column)) return "bins";
  const isNew =
    columns.some((column) => column.date !== undefined || "clip" in column || "other" in column) ||
    "link" in target ||
    "levels" in target ||
    "temperature" in target;
  return isNew ? "dates" : undefined;
}

/**
 * The model in the bytes of a file named `source`. Throws InputError for a file that is damaged, of another version, or
 * not a model for tables.
 */
export function loadModel(bytes: Uint8Array, source: string): TabularModel {
  const { members, payload } = decodeNetworks(bytes, source);
  const damaged = (what: string) =>
    new InputError({ code: "damaged-file", found: `${source} is damaged: ${what}`, where: { source } });
  const parts = withTodaysNames(payload);
  const expect = (name: keyof Payload, isGood: (part: never) => boolean) => {
    const part = parts?.[name];
    if (!isObject(part)) throw damaged(`its description has no "${name}"`);
    if (!isGood(part as never)) throw damaged(`its ${name} cannot be read`);
  };
  expect("schema", isSchema);
  expect("encoder", isEncoder);
  expect("target", isTarget);
  expect("record", isRecord);
  expect("lengths", isListOf(isListOf(isListOf(Number.isFinite))));
  const { schema, encoder, target, record, lengths } = parts as Payload;

  const { validation } = record;
  const temperature = target.task === "classification" ? target.temperature : undefined;
  if (validation && validation.calibration?.temperature !== temperature)
    throw damaged("its record speaks of another temperature than its target has");
  const width = encodedInputs(encoder).length;
  const { outputs } = lossFor(target);
  const { architecture } = networkKinds[record.network];
  if (lengths.length !== members.length) {
    throw damaged(`it has lengths of ${lengths.length} networks, but ${members.length} networks`);
  }
  members.forEach(({ network, inputs }, m) => {
    const { layers } = network;
    const found = layers[layers.length - 1].rows;
    if (network.architecture !== architecture) {
      throw damaged(`its record speaks of "${record.network}", but a network is of ${network.architecture}`);
    }
    if (found !== outputs) throw damaged(`its target needs ${outputs} outputs, but a network has ${found}`);
    if (inputs[inputs.length - 1] >= width) {
      throw damaged(
        `a network takes input ${inputs[inputs.length - 1]}, but the encoder makes ${width}, counted from 0`,
      );
    }
    if (lengths[m].length !== layers.length) {
      throw damaged(`it has lengths of ${lengths[m].length} layers for a network of ${layers.length}`);
    }
  });
  const together = record.members ?? 1;
  if (members.length % together !== 0) {
    throw damaged(`its networks share matrices ${together} by ${together}, but there are ${members.length}`);
  }
  const whole = members.map((member, m) => ({ ...member, lengths: lengths[m] }));
  const refuse = (problem: string) => {
    throw damaged(problem);
  };
  return { schema, encoder, target, record: checkRecord(record, whole, refuse), members: whole };
}

/** Files of psilon 0.1.0 call the record's parametrization "weights". */
function withTodaysNames(payload: unknown): Payload | null {
  const { record } = (payload ?? {}) as { record?: Record<string, unknown> };
  if (!isObject(record) || !Object.hasOwn(record as object, "weights")) return payload as Payload | null;
  const { weights, ...others } = record as Record<string, unknown>;
  return {
    ...(payload as Payload),
    record: { parametrization: weights, ...others } as unknown as TrainingRecord,
  };
}

type Test = (value: unknown) => boolean;

const isObject: Test = (value) => typeof value === "object" && value !== null;
const isText: Test = (value) => typeof value === "string";
const isFlag: Test = (value) => typeof value === "boolean";
const isNumber: Test = (value) => Number.isFinite(value);
const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isListOf =
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

/** As the command line writes it: an amount beyond all numbers is text in no file. */
const isMove: Test = (move) =>
  move === "any" ||
  (isObject(move) &&
    isNumber((move as { by?: number }).by ?? (move as { percent?: number }).percent) &&
    [undefined, "up", "down"].includes((move as { only?: string }).only));

const isRecord = isPart<TrainingRecord>({
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
  labelSmoothing: isOptional(isNumber),
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
  sparsity: isNumber,
  nearSparsity: isNumber,
  parameters: isCount,
  seconds: isNumber,
  backend: isText,
  interrupted: isFlag,
});

const isSchema = isPart<Pick<Schema, "rows" | "columns" | "missing">>({
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

function isEncoder({ unseen, columns }: Encoder): boolean {
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

function isTarget(value: Target): boolean {
  if (value.task === "classification") {
    return (
      isText(value.name) &&
      areNames(value.classes) &&
      value.classes.length > 1 &&
      isOptional(isAboveZero)(value.temperature)
    );
  }
  const { task, names, centers, scales, link, loss, levels } = value;
  return (
    task === "regression" &&
    areNames(names) &&
    isOptional(is("log"))(link) &&
    isOptional(is("poisson"))(loss) &&
    (loss === undefined || (link === "log" && levels === undefined)) &&
    (levels === undefined || (names.length === 1 && areLevels(levels))) &&
    [centers, scales].every((list) => isListOf(isNumber)(list) && list.length === names.length) &&
    scales.every((scale) => scale > 0)
  );
}

const isAboveZero: Test = (value) => isNumber(value) && (value as number) > 0;

/** Of quantiles: in (0, 1), ascending. */
const areLevels: Test = (value) =>
  isListOf(isNumber)(value) &&
  (value as number[]).length > 0 &&
  (value as number[]).every((level, k, all) => level > (all[k - 1] ?? 0) && level < 1);
