import { boxBetween } from "../bounds/box.js";
import type { Reached, Region } from "../bounds/decide.js";
import { InputError } from "../errors.js";
import { type EncodedColumn, type Encoder, inputsOf, standardize } from "../preprocess/encoder.js";
import { columnIndex } from "../tables/columnIndex.js";
import { booleanIn, categoryIn, isMissing, numberIn } from "../tables/parse.js";
import type { Cell, Table } from "../tables/table.js";
import { type Moves, type Reach, reachOf, takesAny } from "./moves.js";
import { nearestWithin, outerEnds } from "./reach.js";

/** As many combinations of categories are looked at one by one. */
const MOST_COMBINATIONS = 4096;

/** A column of numbers that moves. */
interface Interval {
  readonly column: EncodedColumn & { readonly kind: "numeric" };
  readonly place: number;
  readonly reach: Reach;
  /** Whether it moves to whole numbers only. */
  readonly whole: boolean;
}

/** The cells that differ from a row's own, by column. */
export type Changes = ReadonlyMap<string, Cell>;

/**
 * The regions that make up all rows reachable from row `row` of the table, the one with the row's own categories first; `encoded` is what
 * the row is encoded as. The box of each is made from raw intervals rounded outwards, and what it says is nearest to a point lies within
 * them exactly. An interval of raw numbers becomes one of float32 numbers by `standardize`, which never decreases, so that
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
): Region<Changes>[] {
  const lower = Float64Array.from(encoded);
  const upper = Float64Array.from(encoded);
  const intervals: Interval[] = [];
  const discrete: Discrete[] = [];
  let place = 0;
  for (const column of encoder.columns) {
    const cell = table.columns[columnIndex(table, column.name)][row];
    if (column.varies && !isMissing(cell)) {
      if (column.kind !== "numeric") {
        if (takesAny(column, moves)) discrete.push(optionsOf(column, cell, place));
      } else {
        const x = numberIn(cell);
        const reach = x === undefined ? null : reachOf(column, x, moves);
        if (reach) {
          const whole = column.integer && Number.isInteger(reach.x);
          const { low, high } = outerEnds(reach);
          lower[place] = standardize(column, whole ? Math.ceil(low) : low);
          upper[place] = standardize(column, whole ? Math.floor(high) : high);
          intervals.push({ column, place, reach, whole });
        }
      }
    }
    place += inputsOf(column);
  }
  return combinations(table.firstRow + row, discrete).map((choice) => {
    const [l, u, centre] = [lower.slice(), upper.slice(), Float64Array.from(encoded)];
    const choices = new Map<string, Cell>();
    for (const { column, place: at, option } of choice) {
      for (const values of [l, u, centre]) values.set(option.inputs, at);
      if (!option.own) choices.set(column, option.cell);
    }
    const box = boxBetween(l, u, centre);
    return { box, nearest: (point) => nearestRow(box.centre, intervals, choices, point) };
  });
}

/** The row within reach that is encoded nearest to `point`, all its numbers moved for sure. */
function nearestRow(
  centre: Float64Array,
  intervals: readonly Interval[],
  choices: Changes,
  point: Float64Array,
): Reached<Changes> {
  const x = centre.slice();
  const changes = new Map(choices);
  for (const { column, place, reach, whole } of intervals) {
    if (point[place] === centre[place]) continue;
    const cell = nearestWithin(reach, column.mean + column.std * point[place], whole);
    const encoded = standardize(column, cell);
    if (encoded === centre[place] || !Number.isFinite(encoded)) continue;
    x[place] = encoded;
    changes.set(column.name, cell);
  }
  return { x, row: changes };
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
