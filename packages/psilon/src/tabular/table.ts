/** One value of a table as a reader found it; null where nothing stands. Text is parsed by the schema, not before. */
export type Cell = string | number | boolean | null;

/** A table by columns. */
export interface Table {
  /** Where it came from, for messages: a file name, "standard input", "the given rows". */
  readonly source: string;
  readonly names: readonly string[];
  /** One array per name, all of `rowCount` cells. */
  readonly columns: readonly (readonly Cell[])[];
  readonly rowCount: number;
  /** The number a person would give the first row: 2 in a CSV file whose first line is the header, else 1. */
  readonly firstRow: number;
}
