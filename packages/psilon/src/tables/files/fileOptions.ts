import type { CellOptions } from "../frameFrom.js";

/** How a file's cells are read. */
export interface FileOptions extends Omit<CellOptions, "reading"> {
  /** What a person calls the file. Default: a File's name. */
  readonly source?: string;
  /** How columns, by their names, were read before (`Column.reading`), and how they are to be read again. */
  readonly readings?: Readonly<Record<string, string>>;
}
