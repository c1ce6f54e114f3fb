import { anObject, asGiven, checkArgument, checkValues, type Kind, texts } from "../arguments.js";
import { InputError } from "../errors.js";
import { checkNames, suggestion } from "../names.js";
import { type EncodedColumn, type Encoder, hasValue } from "../preprocess/encoder.js";

/** How far a column of the user's table may move from a row's value. */
export type Move =
  /** |x′ − x| ≤ by, in the column's own unit, of dates in days, of ordered categories in levels; with `only`, x′ ≥ x (up) or x′ ≤ x (down) as well. */
  | { readonly by: number; readonly only?: "up" | "down" }
  /** |x′ − x| ≤ percent/100·|x|; `only` as above. Not for dates and levels, which are nothing to take a share of. */
  | { readonly percent: number; readonly only?: "up" | "down" }
  /** To any of the known categories or levels, to either truth, or to any number or day where bins, which end, are all that is read of it. */
  | "any";

/** What may move, all columns at once. A missing cell never moves, and a whole number of a column of whole numbers stays one, and so does a day of a column of days. */
export interface Moves {
  /** Standard deviations, over the train rows, by which every number may move that `move` does not name. */
  readonly radius?: number | undefined;
  /** Columns by name. */
  readonly move?: Readonly<Record<string, Move>> | undefined;
  /** Columns that stay as they are although `radius` would move them. */
  readonly fixed?: readonly string[] | undefined;
}

/** Whether the column, a category or a truth, may take any value under `moves`. */
export const takesAny = ({ name }: EncodedColumn, { move = {} }: Moves): boolean =>
  Object.hasOwn(move, name) && move[name] === "any";

/** How far a number x may move: |x′ − x| ≤ count·unit/per, only upwards or downwards where that is said, and no farther than to the ends. */
export interface Reach {
  readonly x: number;
  readonly count: number;
  readonly unit: number;
  readonly per: 1 | 100;
  readonly only: "up" | "down" | null;
  /** The first and the last rank of a column's levels. */
  readonly ends?: readonly [number, number];
}

/** How far the number x of the column may move under `moves`, or null where it stays. */
export function reachOf(
  column: EncodedColumn & { readonly kind: "numeric" },
  x: number,
  { radius = 0, move = {}, fixed = [] }: Moves,
): Reach | null {
  const own = Object.hasOwn(move, column.name) ? move[column.name] : null;
  if (own === null && fixed.includes(column.name)) return null;
  const ends = column.levels && ([0, column.levels.length - 1] as const);
  if (own === "any") {
    return { x, count: Number.POSITIVE_INFINITY, unit: 1, per: 1, only: null, ...(ends && { ends }) };
  }
  const amount =
    own === null
      ? ({ count: radius, unit: column.std, per: 1 } as const)
      : "by" in own
        ? ({ count: own.by, unit: 1, per: 1 } as const)
        : ({ count: own.percent, unit: Math.abs(x), per: 100 } as const);
  // Nothing moves by any number of times nothing.
  return amount.count > 0 && amount.unit > 0
    ? { x, ...amount, only: own?.only ?? null, ...(ends && { ends }) }
    : null;
}

const moveKinds = {
  radius: { name: "a number of standard deviations", is: (value) => typeof value === "number" },
  move: anObject,
  fixed: texts,
} satisfies Record<keyof Moves, Kind>;

const aMove: Kind = {
  name: '"any" or an object such as { by: 2 } or { percent: 5 }',
  is: (value) => value === "any" || anObject.is(value),
};

/** Throws InputError for a column the model does not read, a radius that is negative, and a move that does not fit its column. */
export function checkMoves(encoder: Encoder, moves: Moves): void {
  // What repeats of a date goes with its days.
  const columns = encoder.columns.filter(({ date }) => !date || date.part === "elapsed");
  checkNames(moves, ["radius", "move", "fixed"] satisfies (keyof Moves)[]);
  checkValues(moves, moveKinds);
  const { radius, move = {}, fixed = [] } = moves;
  if (radius !== undefined && !(radius >= 0)) {
    throw new InputError({
      code: "out-of-range",
      found: `The radius is a number of standard deviations, at least 0, but ${asGiven(radius)} was given`,
      value: String(radius),
    });
  }
  const find = (name: string) => {
    const column = columns.find((one) => one.name === name);
    if (column) return column;
    const names = columns.map((one) => one.name);
    throw new InputError({
      code: "unknown-column",
      found: `The model reads no column "${name}"`,
      where: { column: name },
      value: name,
      remedy: suggestion(name, names),
    });
  };
  for (const name of fixed) {
    find(name);
    if (Object.hasOwn(move, name)) {
      throw new InputError({
        code: "conflicting-arguments",
        found: `The column "${name}" cannot be both moved and fixed`,
        where: { column: name },
        remedy: "leave one of them out",
      });
    }
  }
  for (const [name, how] of Object.entries(move)) {
    const column = find(name);
    checkArgument(`move of "${name}"`, how, aMove);
    const { kind, date } = column;
    const levels = kind === "numeric" ? column.levels : undefined;
    if (how === "any" && kind === "numeric" && (levels || !hasValue(column))) continue;
    if (levels && how !== "any" && !("by" in how)) {
      throw new InputError({
        code: "unsuitable",
        found: `The column "${name}" holds levels, which move by steps such as ${name}=1, or to any, not by a share of themselves`,
        where: { column: name },
      });
    }
    if (date && (how === "any" || !("by" in how))) {
      throw new InputError({
        code: "unsuitable",
        found: `The column "${name}" holds dates, which move by days such as ${name}=2, not ${how === "any" ? "to any" : "by a share of themselves"}`,
        where: { column: name },
      });
    }
    if (how === "any") {
      if (kind === "numeric") {
        throw new InputError({
          code: "unsuitable",
          found: `The column "${name}" holds numbers, which move by an amount such as ${name}=2 or ${name}=5%, not to any`,
          where: { column: name },
        });
      }
    } else if (kind !== "numeric") {
      throw new InputError({
        code: "unsuitable",
        found: `The column "${name}" is ${kind}, which cannot move by an amount`,
        where: { column: name },
        remedy: `write ${name}=any to let it take every other value`,
      });
    } else {
      checkNames(how, ["by", "percent", "only"], `way for the column "${name}" to move:`);
      const amount = "by" in how ? how.by : how.percent;
      if (!(amount >= 0)) {
        throw new InputError({
          code: "out-of-range",
          found: `The column "${name}" can move by an amount of at least 0, but ${asGiven(amount)} was given`,
          where: { column: name },
          value: String(amount),
        });
      }
      const only: string | undefined = how.only;
      if (only !== undefined && only !== "up" && only !== "down") {
        throw new InputError({
          code: "unknown-choice",
          found: `The column "${name}" can move only "up" or only "down", but "${only}" was given`,
          where: { column: name },
          value: only,
          remedy: "leave it out for both",
        });
      }
    }
  }
}
