import { InputError } from "../errors.js";
import { suggest } from "../names.js";
import type { EncodedColumn, Encoder } from "../tabular/encoder.js";

/** How far a column of the user's table may move from a row's value. */
export type Move =
  /** |x′ − x| ≤ amount, in the column's own unit. */
  | { readonly by: number }
  /** |x′ − x| ≤ percent/100·|x|. */
  | { readonly percent: number }
  /** To any of the known categories, or to either truth. */
  | "any";

/** What may move, all columns at once. A missing cell never moves, and a whole number of a column of whole numbers stays one. */
export interface Moves {
  /** Standard deviations, over the train rows, by which every number may move that `move` does not name. */
  readonly radius?: number | undefined;
  /** Columns by name. */
  readonly move?: Readonly<Record<string, Move>> | undefined;
  /** Columns that stay as they are although `radius` would move them. */
  readonly fixed?: readonly string[] | undefined;
}

/**
 * The column's move under `moves`, in its own unit for a number, or null where it stays. A number that never varied in training is
 * no input, and moves for nothing.
 */
export function moveOf(column: EncodedColumn, { radius = 0, move = {}, fixed = [] }: Moves): Move | null {
  const own = Object.hasOwn(move, column.name) ? move[column.name] : undefined;
  if (own !== undefined) return own;
  if (column.kind !== "numeric" || fixed.includes(column.name) || radius === 0) return null;
  return { by: radius * column.std };
}

/** Throws InputError for a column the model does not read, a radius that is negative, and a move that does not fit its column. */
export function checkMoves({ columns }: Encoder, { radius, move = {}, fixed = [] }: Moves): void {
  if (radius !== undefined && !(radius >= 0)) {
    throw new InputError(
      `The radius is a number of standard deviations, at least 0, but ${radius} was given.`,
    );
  }
  const find = (name: string) => {
    const column = columns.find((one) => one.name === name);
    if (column) return column;
    const names = columns.map((one) => one.name);
    throw new InputError(`The model reads no column "${name}"${suggest(name, names)}`);
  };
  for (const name of fixed) {
    find(name);
    if (Object.hasOwn(move, name)) {
      throw new InputError(`The column "${name}" cannot be both moved and fixed; leave one of them out.`);
    }
  }
  for (const [name, how] of Object.entries(move)) {
    const { kind } = find(name);
    if (how === "any") {
      if (kind === "numeric") {
        throw new InputError(
          `The column "${name}" holds numbers, which move by an amount such as ${name}=2 or ${name}=5%, not to any.`,
        );
      }
    } else if (kind !== "numeric") {
      throw new InputError(
        `The column "${name}" is ${kind}, which cannot move by an amount; write ${name}=any to let it take every other value.`,
      );
    } else {
      const amount = "by" in how ? how.by : how.percent;
      if (!(amount >= 0)) {
        throw new InputError(
          `The column "${name}" can move by an amount of at least 0, but ${amount} was given.`,
        );
      }
    }
  }
}
