import type { DuckDBConnection } from "@duckdb/node-api";
import type { InputError, Problem } from "psilon";

/** A column as its source has it. */
export interface SourceColumn {
  readonly name: string;
  /** What SQL calls it in its relation. */
  readonly sql: string;
  /** DuckDB's type. Text of any kind is VARCHAR, to be looked through. */
  readonly type: string;
}

/** A table that DuckDB can run over as often as is asked, its rows always the same and in the same order. */
export interface Relation {
  /** What a person calls it. */
  readonly source: string;
  readonly firstRow: number;
  /** The files that its rows come from, in order, if there are several: their paths and what a person calls them. */
  readonly files?: readonly { readonly path: string; readonly source: string }[];
  /** All that DuckDB has to open. */
  readonly paths: readonly string[];
  /** Statements to run before. */
  readonly setup?: readonly string[];
  readonly columns: readonly SourceColumn[];
  /** What stands after FROM to have these columns; where there are several files, `filename` is the path of each row's. */
  from(columns: readonly SourceColumn[]): string;
  /** Whether commas may set off decimals, since something else cuts the fields. */
  readonly decimalCommas: boolean;
  /** Called when all rows were run over. Throws InputError where some of them could not be read. */
  check?(connection: DuckDBConnection): Promise<void>;
  /** What keeps DuckDB from reading it, as a sentence. */
  unreadable(error: Error): InputError;
  /** Why there is nothing to learn from a table without rows. */
  readonly noRows: Pick<Problem, "found" | "remedy">;
}
