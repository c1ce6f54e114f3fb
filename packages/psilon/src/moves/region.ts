import { type Box, boxBetween } from "../bounds/box.js";
import type { Reached, Region } from "../bounds/decide.js";
import type { Path } from "../bounds/paths.js";
import { InputError } from "../errors.js";
import { cellNumbers, cellOf } from "../preprocess/cellNumbers.js";
import { type EncodedColumn, valueInputsOf } from "../preprocess/encoder.js";
import { type Column, isMissingAt, type Value } from "../tables/column.js";
import { categoryAt, truthsAt } from "../tables/values.js";
import { type DateMove, dateMove } from "./dateMove.js";
import { encodeNumber, type NumericColumn, numberAt, pathBetween } from "./encodedNumber.js";
import { type Moves, type Reach, reachOf, takesAny } from "./moves.js";
import type { Placed } from "./placed.js";
import { nearestWithin, outerEnds } from "./reach.js";

/** As many combinations of categories are looked at one by one. */
const MOST_COMBINATIONS = 4096;

/** A column of numbers that moves. */
interface Interval {
  readonly column: NumericColumn;
  readonly place: number;
  readonly reach: Reach;
  /** Whether it moves to whole numbers only. */
  readonly whole: boolean;
}

/** The values that differ from a row's own, by column. */
export type Changes = ReadonlyMap<string, Value>;

/**
 * The regions that make up all rows reachable from row `row` of the frame, the one with the row's own categories first; `encoded` is what
 * the row is encoded as. The box of each is made from raw intervals rounded outwards, and what it says is nearest to a point lies within
 * them exactly. An interval of raw numbers becomes one of float32 numbers for each of its column's inputs, none of which falls as it grows, so
 * that nothing has to be added for their rounding, and a path of bins. Categories are enumerated, not moved in small steps; a date's month, weekday and hour go
 * with its days, or, where it can move through many, through all mixtures of those that it can reach.
 *
 * Throws InputError for more combinations of categories than can be looked at.
 */
export function regionsOf(
  placed: readonly Placed[],
  row: number,
  encoded: Float32Array,
  moves: Moves,
): Region<Changes>[] {
  const { lower, upper, paths, intervals, dates, discrete } = reachable(placed, row, encoded, moves);
  return combinations(
    placed[0].source,
    row,
    discrete.map(({ column, source, place }) => optionsOf(column, source, row, place)),
  ).map((choice) => {
    const [l, u, centre] = [lower.slice(), upper.slice(), Float64Array.from(encoded)];
    const choices = new Map<string, Value>();
    for (const { column, place: at, option } of choice) {
      for (const values of [l, u, centre]) values.set(option.inputs, at);
      if (!option.own) choices.set(column, option.value);
    }
    const box = boxBetween(l, u, centre, paths);
    return { box, nearest: (point) => nearestRow(box, intervals, dates, choices, point) };
  });
}

/** Where a row can get to, column by column. */
interface Reachable {
  /** The box of what moves by amounts; categories and truths that may take any value are as they are. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Along which its bins move. */
  readonly paths: readonly Path[];
  readonly intervals: readonly Interval[];
  readonly dates: readonly DateMove[];
  /** Categories and truths that are there and may take any value. */
  readonly discrete: readonly (Placed & { readonly column: DiscreteColumn })[];
}

type DiscreteColumn = EncodedColumn & { readonly kind: "categorical" | "boolean" };

export function reachable(
  placed: readonly Placed[],
  row: number,
  encoded: Float32Array,
  moves: Moves,
): Reachable {
  const lower = Float64Array.from(encoded);
  const upper = Float64Array.from(encoded);
  const intervals: Interval[] = [];
  const dates: DateMove[] = [];
  const paths: (Path | null)[] = [];
  const discrete: (Placed & { readonly column: DiscreteColumn })[] = [];
  for (const { column, source, place } of placed) {
    if (!column.varies || isMissingAt(source, row)) continue;
    if (column.kind !== "numeric") {
      if (!column.date && takesAny(column, moves)) discrete.push({ column, source, place });
      continue;
    }
    const [x] = cellNumbers(column, source, Int32Array.of(row));
    // What is none of the levels stays, as what is missing does.
    const reach = Number.isNaN(x) ? null : reachOf(column, x, moves);
    if (!reach) continue;
    if (column.date) {
      dates.push(dateMove(column, place, reach, partsOf(placed, column.name)));
      continue;
    }
    const whole = column.integer && Number.isInteger(reach.x);
    const { low, high } = outerEnds(reach);
    const [from, to] = whole ? [Math.ceil(low), Math.floor(high)] : [low, high];
    lower.set(encodeNumber(column, from), place);
    upper.set(encodeNumber(column, to), place);
    paths.push(pathBetween(column, place, from, to));
    intervals.push({ column, place, reach, whole });
  }
  for (const date of dates) {
    date.widen(lower, upper);
    paths.push(date.path);
  }
  return { lower, upper, paths: paths.filter((path) => path !== null), intervals, dates, discrete };
}

/** Those of a date that repeat. */
const partsOf = (placed: readonly Placed[], name: string): Placed[] =>
  placed.filter(({ column: { date, varies } }) => varies && date?.column === name && date.part !== "elapsed");

/** The row within reach that is encoded nearest to `point`, all its numbers moved for sure. */
function nearestRow(
  { centre }: Box,
  intervals: readonly Interval[],
  dates: readonly DateMove[],
  choices: Changes,
  point: Float64Array,
): Reached<Changes> {
  const x = Float64Array.from(centre);
  const changes = new Map(choices);
  for (const { column, place, reach, whole } of intervals) {
    const isOwn = (inputs: readonly number[]) => inputs.every((value, k) => value === centre[place + k]);
    if (isOwn([...point.subarray(place, place + valueInputsOf(column))])) continue;
    const nearest = nearestWithin(reach, numberAt(column, place, point), whole);
    const value = brieflyWithin(reach, nearest, whole, column);
    const encoded = encodeNumber(column, value);
    if (isOwn(encoded) || !encoded.every(Number.isFinite)) continue;
    x.set(encoded, place);
    changes.set(column.name, cellOf(column, value));
  }
  for (const date of dates) {
    const moved = date.nearest(point, centre, x);
    if (moved) changes.set(date.column, moved);
  }
  return { x, row: changes };
}

/** Digits with which float32 may take a number for what it is: with fewer only where they are all. */
const DIGITS = [7, 8, 9, 10];

/** The number within reach with fewer digits, as a person would write it, that is encoded as the same in float32; else the number. */
function brieflyWithin(reach: Reach, value: number, whole: boolean, column: NumericColumn): number {
  const inputsOf = (x: number) => encodeNumber(column, x).map(Math.fround);
  const own = inputsOf(value);
  const isSame = (x: number) =>
    nearestWithin(reach, x, whole) === x && inputsOf(x).every((input, k) => input === own[k]);
  return DIGITS.map((digits) => Number(value.toPrecision(digits))).find(isSame) ?? value;
}

interface Option {
  readonly value: Value;
  readonly inputs: readonly number[];
  readonly own: boolean;
}

interface Discrete {
  readonly column: string;
  readonly place: number;
  readonly options: readonly Option[];
}

/** What a category or a truth can become, the row's own first. */
function optionsOf(column: DiscreteColumn, source: Column, row: number, place: number): Discrete {
  const options: Option[] =
    column.kind === "categorical" ? categoryOptions(column, source, row) : truthOptions(source, row);
  // A category that is new to the model is none of the known ones.
  const own = options.find((option) => option.own) ?? {
    value: categoryAt(source, row),
    inputs: options[0].inputs.map(() => 0),
    own: true,
  };
  return { column: column.name, place, options: [own, ...options.filter((option) => option !== own)] };
}

/** One for each category, and one for all others where they share an input: which of them, `value` leaves to a name that is none. */
function categoryOptions(
  { categories, other }: EncodedColumn & { readonly kind: "categorical" },
  source: Column,
  row: number,
): Option[] {
  const own = categoryAt(source, row);
  const isOther = !categories.includes(own);
  const values: { value: string; own: boolean }[] = categories.map((value) => ({
    value,
    own: value === own,
  }));
  if (other) values.push({ value: isOther ? own : unlike(categories), own: isOther });
  return values.map((value, k) => ({ ...value, inputs: values.map((_, j) => Number(j === k)) }));
}

/** A category that none of these is. */
function unlike(categories: readonly string[]): string {
  let name = "any other";
  while (categories.includes(name)) name += " one";
  return name;
}

function truthOptions(source: Column, row: number): Option[] {
  const [own] = truthsAt(source, Int32Array.of(row));
  return [true, false].map((value) => ({
    value,
    inputs: [value ? 1 : -1],
    own: own === Number(value),
  }));
}

type Choice = readonly { readonly column: string; readonly place: number; readonly option: Option }[];

function combinations({ origin }: Column, row: number, discrete: readonly Discrete[]): Choice[] {
  const total = discrete.reduce((product, { options }) => product * options.length, 1);
  if (total > MOST_COMBINATIONS) {
    const names = discrete.map(({ column }) => `"${column}"`).join(", ");
    throw new InputError({
      code: "too-many-combinations",
      found: `The values of ${names} can be combined in ${total.toLocaleString("en-US")} ways from row ${origin.firstRow + row}, and at most ${MOST_COMBINATIONS.toLocaleString("en-US")} can be looked at`,
      where: { source: origin.source, row: origin.firstRow + row },
      remedy: "let fewer of them take any value",
    });
  }
  return discrete.reduce<Choice[]>(
    (before, { column, place, options }) =>
      options.flatMap((option) => before.map((choice) => [...choice, { column, place, option }])),
    [[]],
  );
}
