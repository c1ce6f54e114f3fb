import { isCut } from "../fit/threshold.js";
import { areEdges, type Bins } from "../preprocess/bins.js";
import { type DatePart, dateParts } from "../preprocess/dateParts.js";
import type { EncodedColumn, Encoder } from "../preprocess/encoder.js";
import type { HeldOutErrors, PredictionInterval } from "../preprocess/heldOut.js";
import type { Schema } from "../preprocess/kinds.js";
import type { DecisionThreshold, Target } from "../preprocess/target.js";
import {
  areNames,
  is,
  isCount,
  isFlag,
  isListOf,
  isNumber,
  isOptional,
  isPart,
  isText,
  type Test,
} from "./readable.js";

// What the other parts of a model's description must be like before anything reads them.

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
