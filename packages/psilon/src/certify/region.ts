import { type Box, boxBetween } from "../bounds/box.js";
import { above, below } from "../bounds/rounding.js";
import { InputError } from "../errors.js";
import { columnIndex } from "../tabular/columnIndex.js";
import { type EncodedColumn, type Encoder, inputsOf, standardize } from "../tabular/encoder.js";
import { booleanIn, categoryIn, isMissing, numberIn } from "../tabular/parse.js";
import type { Cell, Table } from "../tabular/table.js";
import { type Moves, moveOf } from "./moves.js";

/** As many combinations of categories are looked at one by one. */
const MOST_COMBINATIONS = 4096;

/** A column of numbers that moves: all x′ from `low` to `high`, whole ones only where `integer`. */
export interface Interval {
  readonly column: string;
  readonly place: number;
  readonly mean: number;
  readonly std: number;
  readonly low: number;
  readonly high: number;
  readonly integer: boolean;
}

/** All rows that a row may move to with one choice of its categories. */
export interface Region {
  /** Every encoding of such a row lies in this box of the model's inputs, whose ends are float32 numbers. */
  readonly box: Box;
  readonly intervals: readonly Interval[];
  /** The categories and truths that differ from the row's own. */
  readonly choices: Readonly<Record<string, Cell>>;
}

/**
 * The regions that make up all rows reachable from row `row` of the table, the one with the row's own categories first; `encoded` is what
 * the row is encoded as. A box of raw numbers becomes a box of float32 numbers by `standardize`, which never decreases, so that
 * nothing has to be added for its rounding. Categories are enumerated, not moved in small steps.
 *
 * Throws InputError for more combinations of categories than can be looked at.
 */
export function regionsOf(
  encoder: Encoder,
  table: Table,
  row: number,
  encoded: Float32Array,
  moves: Moves,
): Region[] {
  const lower = Float64Array.from(encoded);
  const upper = Float64Array.from(encoded);
  const intervals: Interval[] = [];
  const discrete: Discrete[] = [];
  let place = 0;
  for (const column of encoder.columns) {
    const cell = table.columns[columnIndex(table, column.name)][row];
    if (column.varies && !isMissing(cell)) {
      const interval = intervalOf(column, cell, place, moves);
      if (interval) {
        intervals.push(interval);
        lower[place] = standardize(interval, interval.low);
        upper[place] = standardize(interval, interval.high);
      } else if (column.kind !== "numeric" && moveOf(column, moves) === "any") {
        discrete.push(optionsOf(column, cell, place));
      }
    }
    place += inputsOf(column);
  }
  return combinations(table.firstRow + row, discrete).map((choice) => {
    const [l, u, centre] = [lower.slice(), upper.slice(), Float64Array.from(encoded)];
    const choices: Record<string, Cell> = {};
    for (const { column, place: at, option } of choice) {
      for (const values of [l, u, centre]) values.set(option.inputs, at);
      if (!option.own) choices[column] = option.cell;
    }
    return { box: boxBetween(l, u, centre), intervals, choices };
  });
}

/** The region's raw interval of a number, or null where it stays. */
function intervalOf(column: EncodedColumn, cell: Cell, place: number, moves: Moves): Interval | null {
  const move = moveOf(column, moves);
  const x = numberIn(cell);
  if (column.kind !== "numeric" || move === null || move === "any" || x === undefined) return null;
  const amount = "by" in move ? move.by : above((move.percent / 100) * Math.abs(x));
  if (!(amount > 0)) return null;
  const { name, mean, std } = column;
  const integer = column.integer && Number.isInteger(x);
  // Outwards, since x ± amount is rounded.
  const [low, high] = [below(x - amount), above(x + amount)];
  const ends = integer ? { low: Math.ceil(low), high: Math.floor(high) } : { low, high };
  return { column: name, place, mean, std, integer, ...ends };
}

interface Option {
  readonly cell: Cell;
  readonly inputs: readonly number[];
  readonly own: boolean;
}

interface Discrete {
  readonly column: string;
  readonly place: number;
  readonly options: readonly Option[];
}

/** What a category or a truth can become, the row's own first. */
function optionsOf(column: EncodedColumn, cell: Cell, place: number): Discrete {
  const options: Option[] =
    column.kind === "categorical"
      ? column.categories.map((category) => ({
          cell: category,
          inputs: column.categories.map((one) => Number(one === category)),
          own: category === categoryIn(cell),
        }))
      : [true, false].map((truth) => ({
          cell: truth,
          inputs: [truth ? 1 : -1],
          own: truth === booleanIn(cell),
        }));
  // A category that is new to the model is none of the known ones.
  const own = options.find((option) => option.own) ?? {
    cell,
    inputs: options[0].inputs.map(() => 0),
    own: true,
  };
  return { column: column.name, place, options: [own, ...options.filter((option) => option !== own)] };
}

type Choice = readonly { readonly column: string; readonly place: number; readonly option: Option }[];

function combinations(row: number, discrete: readonly Discrete[]): Choice[] {
  const total = discrete.reduce((product, { options }) => product * options.length, 1);
  if (total > MOST_COMBINATIONS) {
    const names = discrete.map(({ column }) => `"${column}"`).join(", ");
    throw new InputError(
      `The values of ${names} can be combined in ${total.toLocaleString("en-US")} ways from row ${row}, and at most ${MOST_COMBINATIONS.toLocaleString("en-US")} can be looked at; let fewer of them take any value.`,
    );
  }
  return discrete.reduce<Choice[]>(
    (before, { column, place, options }) =>
      options.flatMap((option) => before.map((choice) => [...choice, { column, place, option }])),
    [[]],
  );
}
