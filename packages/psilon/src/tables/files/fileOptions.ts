import type { CellOptions } from "../columnFrom.js";

/** How a file's cells are read. */
export interface FileOptions extends CellOptions {
  /** What a person calls the file. Default: a File's name. */
  readonly source?: string;
}
