import { type ColumnSchema, checkSchema, columnsOf, type Schema } from "../preprocess/kinds.js";
import { rowsWithTarget } from "../preprocess/schema.js";
import { ascending } from "../preprocess/statistics.js";
import { type Column, placeOfRow } from "../tables/column.js";
import { allRows, columnFinder, type Frame } from "../tables/frame.js";
import { numbersAt, textAt } from "../tables/values.js";
import { predictsAlone } from "./copies.js";
import { firstLike } from "./duplicates.js";
import { outliersOf, sentinelOf } from "./unlikely.js";
import type { Warning } from "./warning.js";

/** Fewer rows teach next to nothing. */
const FEW_ROWS = 20;

/** Classes of fewer rows can hardly be told apart, nor tested. */
const FEW_OF_CLASS = 5;

/** The share of the rows of two classes below which one of them is rare. */
const RARE = 1 / 20;

/** A numeric target of no more different whole numbers may mean classes. */
const FEW_NUMBERS = 10;

/** A tail is long where it reaches so many times as far from the median as nine in ten values do. */
const LONG = 20;

/** What a person should know of a table and of what is to be learned from it, the schema's targets, if any, among it. */
export function warningsOf(frame: Frame, schema: Schema): Warning[] {
  checkSchema(schema);
  const find = columnFinder(frame);
  const targets = columnsOf(schema, "target");
  const features = columnsOf(schema, "feature");
  const rows = rowsWithTarget(
    frame,
    targets.map(({ name }) => name),
  );
  return [
    ...sizeWarnings(frame, schema, features.length),
    ...schema.columns.flatMap((column) => readingWarnings(column)),
    ...targets.flatMap((target) => targetWarnings(find(target.name), target, schema)),
    ...features.flatMap((feature) => featureWarnings(find(feature.name), feature, rows)),
    ...features.flatMap((feature) =>
      targets
        .filter((target) => predictsAlone(find(feature.name), feature, find(target.name), target.kind, rows))
        .map((target) => copyWarning(frame, feature.name, target.name)),
    ),
    ...duplicateWarnings(
      frame,
      [...features, ...targets].map(({ name }) => find(name)),
      rows,
    ),
  ];
}

function sizeWarnings(
  { origin: { source } }: Frame,
  { rows: { used } }: Schema,
  features: number,
): Warning[] {
  const warnings: Warning[] = [];
  const where = { source };
  if (used < FEW_ROWS) {
    warnings.push({
      code: "too-few-rows",
      where,
      found: `There are only ${used} rows to learn from in ${source}, from which next to nothing can be known of others`,
    });
  }
  if (features > used) {
    warnings.push({
      code: "more-columns-than-rows",
      where,
      found: `There are ${features} columns to predict from in ${source}, more than the ${used} rows, so that many models fit them all`,
      remedy: "trust the scores on held-out rows alone, and leave out columns that cannot matter",
    });
  }
  return warnings;
}

function readingWarnings({ name, reading }: ColumnSchema): Warning[] {
  return reading === undefined
    ? []
    : [{ code: "read-as", where: { column: name }, found: `Column "${name}" is ${reading}` }];
}

function targetWarnings(column: Column, target: ColumnSchema, { rows: { rare = [] } }: Schema): Warning[] {
  const { name, kind } = target;
  const where = { source: column.origin.source, column: name };
  if (kind === "categorical") {
    const small = target.categories.filter((_, k) => target.counts[k] < FEW_OF_CLASS);
    return [
      ...rare.map(
        (value): Warning => ({
          code: "rare-class",
          where,
          value,
          found: `The class "${value}" of "${name}" stands in one row only, which was left out, since a class needs at least two`,
        }),
      ),
      ...(small.length === 0
        ? []
        : [
            {
              code: "small-class" as const,
              where,
              found: `${listOf(small)} of "${name}" ${small.length === 1 ? "has" : "have"} fewer than ${FEW_OF_CLASS} rows, too few to be told apart reliably`,
              remedy: "merge them with others, or add rows",
            },
          ]),
      ...imbalanceWarnings(target, where),
    ];
  }
  if (kind !== "numeric") return [];
  const warnings: Warning[] = [];
  const values = ascending(numbersAt(column, rowsOf(column)));
  if (target.distinct <= FEW_NUMBERS && values.every(Number.isInteger)) {
    warnings.push({
      code: "classes-as-numbers",
      where,
      found: `The target "${name}" is predicted as a number, and has only ${target.distinct} different ones (${[...new Set(values)].join(", ")})`,
      remedy: 'if they are classes, say so by the task "classification"',
    });
  }
  const [median, ninth] = [0.5, 0.9].map((share) => values[Math.floor(share * (values.length - 1))]);
  const tail = values[values.length - 1] - median;
  if (ninth > median && tail > LONG * (ninth - median)) {
    warnings.push({
      code: "long-tail",
      where,
      found: `The target "${name}" has a long tail: half of its values are below ${median}, nine in ten below ${ninth}, and the largest is ${values[values.length - 1]}`,
      remedy: "squared errors will be mostly about the largest ones; its logarithm may be the better target",
    });
  }
  return warnings;
}

/**
 * Whether a class of so many rows is rare beside the most frequent one: it has fewer than one in 20 of the rows that are of either, and whoever always
 * guesses the other is right in more than 95 % of these, so that accuracy hardly tells whether the rare one is ever found.
 */
export const isRareClass = (rows: number, most: number): boolean => rows < RARE * (rows + most);

/** Classes that are rare beside the most frequent one, and yet not too small to be told apart. */
function imbalanceWarnings(
  { name, categories, counts }: Extract<ColumnSchema, { kind: "categorical" }>,
  where: Warning["where"] & object,
): Warning[] {
  const most = Math.max(...counts);
  const rare = categories
    .map((category, k) => ({ category, count: counts[k] }))
    .filter(({ count }) => count >= FEW_OF_CLASS && isRareClass(count, most));
  if (rare.length === 0) return [];
  const total = counts.reduce((sum, count) => sum + count, 0);
  const share = (1 - rare.reduce((sum, { count }) => sum + count, 0) / total) * 100;
  const [have, them] = rare.length === 1 ? ["has", "it"] : ["have", "them"];
  return [
    {
      code: "imbalanced-classes",
      where,
      found: `${listOf(rare.map(({ category }) => category))} of "${name}" ${have} only ${rare
        .slice(0, LISTED)
        .map(({ count }) => thousands(count))
        .join(
          ", ",
        )} of the ${thousands(total)} rows, so that accuracy misleads: a model that never predicts ${them} can be right in ${share.toFixed(1)} %`,
      remedy:
        categories.length === 2
          ? 'weigh classes ("balanced") or choose a threshold ("f1"), and look at recall and precision'
          : 'weigh classes ("balanced"), and look at recall and precision',
    },
  ];
}

function featureWarnings(column: Column, feature: ColumnSchema, rows: Int32Array): Warning[] {
  const { name } = feature;
  const where = { source: column.origin.source, column: name };
  if (feature.kind === "categorical" && feature.rest) {
    const { categories, rows: count } = feature.rest;
    return [
      {
        code: "other-categories",
        where,
        found: `Column "${name}" has ${thousands(feature.categories.length + categories)} different values; the ${thousands(feature.categories.length)} most frequent become inputs, and the other ${thousands(categories)}, in ${thousands(count)} rows, count as one`,
      },
    ];
  }
  if (feature.kind !== "numeric") return [];
  const numbers = numbersAt(column, rows);
  const warnings: Warning[] = [];
  const sentinel = sentinelOf(numbers);
  if (sentinel) {
    warnings.push({
      code: "sentinel",
      where,
      value: String(sentinel.value),
      found: `Column "${name}" has ${sentinel.value} in ${thousands(sentinel.count)} rows, far from all its other values (${sentinel.min} to ${sentinel.max}), as a mark for a missing value would be`,
      remedy: "if it is one, say so",
    });
  }
  const far = outliersOf(numbers);
  if (far) {
    const place = placeOfRow(column.origin, rows[far.first]);
    warnings.push({
      code: "outlier",
      where: { ...place, column: name },
      value: textAt(column, rows[far.first]),
      found: `Column "${name}" has ${far.count === 1 ? "a value" : `${thousands(far.count)} values`} far outside the others, such as ${textAt(column, rows[far.first])} in row ${place.row} of ${place.source}, so it is scaled by its quartiles and clipped`,
      remedy: "correct them if they are slips of the pen",
    });
  }
  if (isRowNumber(numbers)) {
    warnings.push({
      code: "row-number",
      where,
      found: `Column "${name}" has another whole number in every row, as numbers of rows and other names of things have, which tell nothing about new rows`,
      remedy: "leave it out if it is one",
    });
  }
  return warnings;
}

/** Whole numbers, each once, that ascend row by row or leave out none. */
function isRowNumber(numbers: Float64Array): boolean {
  if (numbers.length < FEW_ROWS || !numbers.every(Number.isInteger)) return false;
  const isAscending = numbers.every((x, i) => i === 0 || x > numbers[i - 1]);
  if (isAscending) return true;
  return ascending(numbers).every((x, i, sorted) => i === 0 || x === sorted[i - 1] + 1);
}

const copyWarning = ({ origin: { source } }: Frame, column: string, target: string): Warning => ({
  code: "copy-of-target",
  where: { source, column },
  found: `Column "${column}" alone predicts "${target}", as a copy of it would`,
  remedy: "leave it out unless it is known before the target is",
});

function duplicateWarnings(
  { origin: { source } }: Frame,
  columns: readonly Column[],
  rows: Int32Array,
): Warning[] {
  const first = firstLike(columns, rows);
  const count = first.reduce((sum, one, i) => sum + (one === i ? 0 : 1), 0);
  if (count === 0) return [];
  return [
    {
      code: "duplicate-rows",
      where: { source },
      found: `${thousands(count)} of the ${thousands(rows.length)} rows of ${source} ${count === 1 ? "is a copy" : "are copies"} of another`,
      remedy:
        "a model that has seen one knows the other, so that scores on both sides of a split are too good",
    },
  ];
}

const rowsOf = (column: Column): Int32Array =>
  allRows({ rowCount: column.kind === "numbers" ? column.values.length : categoriesLength(column) });

const categoriesLength = (column: Column): number => (column.kind === "categories" ? column.codes.length : 0);

/** Classes that are named. */
const LISTED = 5;

const thousands = (count: number): string => count.toLocaleString("en-US");

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  const list = rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
  return names.length === 1 ? `The class ${list}` : `The classes ${list}`;
}
