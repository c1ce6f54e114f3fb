import { aText } from "../../arguments.js";
import { type CellOptions, cellOptionKinds } from "../columnFrom.js";

/** How a file's cells are read. */
export interface FileOptions extends CellOptions {
  /** What a person calls the file. Default: a File's name. */
  readonly source?: string;
}

export const fileOptionKinds = { ...cellOptionKinds, source: aText };
