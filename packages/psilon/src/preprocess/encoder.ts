import type { Bins, Encoding } from "./bins.js";
import type { DatePart } from "./dateParts.js";

/** How one column becomes inputs of a network: its values first (if `varies`), then the indicator (if `missing`). */
export type EncodedColumn = {
  /** The table's column, or what it is of a date: "month of when". */
  readonly name: string;
  /** Whether it took more than one value in the train rows; a column that did not has no value inputs. */
  readonly varies: boolean;
  /** Whether it was missing in some train row, and so has an input that is 1 where it is missing and else 0. */
  readonly missing: boolean;
  /** Which column of dates it is made from, and what of them it is; of other columns nothing. */
  readonly date?: { readonly column: string; readonly part: "elapsed" | DatePart };
} & (
  | {
      readonly kind: "numeric";
      /** What is subtracted from a number, and what it is then divided by; of time in days since 1970. */
      readonly mean: number;
      readonly std: number;
      /** Whether every train value was whole. */
      readonly integer: boolean;
      /** How far the quotient goes at most in either direction, where a column has values far outside. */
      readonly clip?: number;
      /** Of an ordered category its levels, the least first: the number is the place of a cell's own among them, from 0. */
      readonly levels?: readonly string[];
      /** Its bins, where it is an input by them. */
      readonly bins?: Bins;
    }
  | { readonly kind: "boolean" }
  | {
      readonly kind: "categorical";
      readonly categories: readonly string[];
      /** Whether all other categories, known ones and new ones, share an input after those. */
      readonly other?: true;
    }
);

/** Everything needed to turn a table into a network's inputs. Plain data: it goes into a model file as JSON. */
export interface Encoder {
  /** What becomes of a category that no train row had: all its column's inputs are 0, or it is an error. */
  readonly unseen: "zeros" | "error";
  readonly columns: readonly EncodedColumn[];
}

/** One input of a network in the user's terms. */
export interface EncodedInput {
  /** For people: "age", "sex=female", "age is missing". */
  readonly name: string;
  readonly column: string;
  readonly kind: "numeric" | "bin" | "boolean" | "category" | "missing";
  readonly category?: string;
  /**
   * How far the input moves at most for one unit of the column: 1/std for a number, 1/(b_t − b_{t−1}) for a bin, 2 between false and
   * true, 1 between a category (or a missing value) and not. Times a bound per input, it is a bound in the user's units.
   */
  readonly scale: number;
}

/** What a column holds, as people are told. */
export type ShownKind = "numeric" | "ordered" | "boolean" | "categorical" | "date";

export const shownKind = (column: EncodedColumn): ShownKind =>
  column.date ? "date" : column.kind === "numeric" && column.levels ? "ordered" : column.kind;

/** What the input of all other categories is called. */
export const OTHER = "any other";

/** The column of the table that it is made from. */
export const sourceOf = (column: EncodedColumn): string => column.date?.column ?? column.name;

/** Every column of the table that is read, once. */
export const sourcesOf = ({ columns }: Encoder): string[] => [...new Set(columns.map(sourceOf))];

/** How many inputs its values become. */
export function valueInputsOf(column: EncodedColumn): number {
  if (!column.varies) return 0;
  if (column.kind === "categorical") return column.categories.length + (column.other ? 1 : 0);
  return Number(hasValue(column)) + binsOf(column);
}

/** Whether a number or a truth is itself an input. */
export const hasValue = (column: EncodedColumn & { readonly kind: "numeric" | "boolean" }): boolean =>
  column.kind === "boolean" || !column.bins || column.bins.withValue;

/** How many bins it has. */
export const binsOf = (column: EncodedColumn): number =>
  column.kind === "numeric" && column.bins ? column.bins.edges.length - 1 : 0;

/** How a column's numbers became inputs. */
export const encodingOf = ({ bins }: EncodedColumn & { readonly kind: "numeric" }): Encoding =>
  !bins ? "value" : bins.withValue ? "both" : "bins";

/** The same columns with all numbers by their values. */
export const byValues = ({ unseen, columns }: Encoder): Encoder => ({
  unseen,
  columns: columns.map((column) => {
    if (column.kind !== "numeric") return column;
    const { bins, ...value } = column;
    return value;
  }),
});

/** How many inputs a column becomes. */
export const inputsOf = (column: EncodedColumn): number => valueInputsOf(column) + (column.missing ? 1 : 0);

/** How many inputs all columns become. */
export const inputCountOf = ({ columns }: Encoder): number =>
  columns.reduce((sum, column) => sum + inputsOf(column), 0);

/** Every input in order. */
export function encodedInputs(encoder: Encoder): EncodedInput[] {
  return encoder.columns.flatMap((column): EncodedInput[] => {
    const { name } = column;
    const inputs: EncodedInput[] = [];
    if (column.varies && column.kind === "numeric") {
      if (hasValue(column)) inputs.push({ name, column: name, kind: "numeric", scale: 1 / column.std });
      const { edges } = column.bins ?? { edges: [] };
      for (let t = 1; t < edges.length; t++) {
        const [from, to] = [edges[t - 1], edges[t]];
        const [first, last] = column.levels ? [column.levels[from], column.levels[to]] : [from, to];
        inputs.push({
          name: `${name} from ${first} to ${last}`,
          column: name,
          kind: "bin",
          // Halved, so that the difference of two huge numbers cannot overflow; the quotient is the same.
          scale: 0.5 / (0.5 * to - 0.5 * from),
        });
      }
    } else if (column.varies && column.kind === "boolean") {
      inputs.push({ name, column: name, kind: "boolean", scale: 2 });
    } else if (column.varies && column.kind === "categorical") {
      for (const category of [...column.categories, ...(column.other ? [OTHER] : [])]) {
        inputs.push({ name: `${name}=${category}`, column: name, kind: "category", category, scale: 1 });
      }
    }
    if (column.missing) inputs.push({ name: `${name} is missing`, column: name, kind: "missing", scale: 1 });
    return inputs;
  });
}

/**
 * (x − mean)/std as the network reads it, a float32, no farther than `clip` from 0. Every operation is rounded, and so never decreases as x
 * grows: the numbers between a and b become float32 numbers between those of a and b.
 */
export function standardize(
  { mean, std, clip }: { readonly mean: number; readonly std: number; readonly clip?: number },
  x: number,
): number {
  // Halved, so that the difference of two huge numbers cannot overflow; the quotient is the same.
  const standardized = Math.fround((0.5 * x - 0.5 * mean) / (0.5 * std));
  return clip === undefined ? standardized : Math.min(Math.max(standardized, -clip), clip);
}
