/** Where the rows of a table came from, so that any of them can be named for a person. Plain data. */
export interface Origin {
  /** A file name, "standard input", "the given rows". */
  readonly source: string;
  /** The number a person would give the first row: 2 in a CSV file whose first line is the header, else 1. */
  readonly firstRow: number;
  /** Where the rows come from several files: each with its rows, in order. */
  readonly files?: readonly { readonly source: string; readonly firstRow: number; readonly rows: number }[];
}

/** What every column has. */
export interface NamedColumn {
  readonly name: string;
  readonly origin: Origin;
  /** How its cells were read, where not as they stand: the end of the sentence `Column "x" is …`, such as "read as percent". */
  readonly reading?: string;
}

export interface NumberColumn extends NamedColumn {
  readonly kind: "numbers";
  /** NaN where one is missing. */
  readonly values: Float64Array;
}

/** Texts, each known by its place among the different ones. */
export interface CategoryColumn extends NamedColumn {
  readonly kind: "categories";
  /** Places in `dictionary`, −1 where one is missing. */
  readonly codes: Int32Array;
  /** The different texts, trimmed. */
  readonly dictionary: readonly string[];
}

export interface BooleanColumn extends NamedColumn {
  readonly kind: "booleans";
  /** 1, 0, and −1 where one is missing. */
  readonly values: Int8Array;
}

export interface DateColumn extends NamedColumn {
  readonly kind: "dates";
  /** Milliseconds since 1970-01-01T00:00Z, NaN where one is missing. */
  readonly values: Float64Array;
}

/** A column whose values were not kept. */
export interface UnreadColumn extends NamedColumn {
  readonly kind: "unread";
  /** The end of the sentence `Column "x" was left out: …`. */
  readonly reason: string;
}

/** One column of a table, of one kind of value throughout. */
export type Column = NumberColumn | CategoryColumn | BooleanColumn | DateColumn | UnreadColumn;

/** One value of a table; null where it is missing. */
export type Value = string | number | boolean | Date | null;

/** The file and the number by which a person finds the row of that place. */
export function placeOfRow(origin: Origin, row: number): { readonly source: string; readonly row: number } {
  let before = 0;
  for (const { source, firstRow, rows } of origin.files ?? []) {
    if (row < before + rows) return { source, row: firstRow + row - before };
    before += rows;
  }
  return { source: origin.source, row: origin.firstRow + row };
}

/** "row 17 of houses.csv". */
export function nameOfRow(origin: Origin, row: number): string {
  const place = placeOfRow(origin, row);
  return `row ${place.row} of ${place.source}`;
}

/** Whether nothing stands in that row. */
export function isMissingAt(column: Column, row: number): boolean {
  switch (column.kind) {
    case "numbers":
    case "dates":
      return Number.isNaN(column.values[row]);
    case "categories":
      return column.codes[row] < 0;
    case "booleans":
      return column.values[row] < 0;
    case "unread":
      return false;
  }
}
