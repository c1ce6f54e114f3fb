import type { DuckDBConnection } from "@duckdb/node-api";
import { type Cells, insert } from "./insert.js";
import { insertResults, type Results } from "./results.js";
import { partId } from "./runId.js";
import { settingsRows, spelledValues, type Values } from "./settings.js";
import type { Status } from "./status.js";

/** A part of a run that is a run itself: a trial of a sweep, an entry of a comparison. */
export interface Part {
  readonly number: number;
  /** As the library calls them. */
  readonly settings: Values;
  /** What the settings came to. */
  readonly used?: Values;
  readonly status: Extract<Status, "done" | "failed">;
  readonly reason?: string | null;
  readonly ended: Date;
  readonly seconds: number | null;
  /** The command line that trains so on all rows. */
  readonly line?: string;
  readonly results?: Results;
}

/** Records a part; `common` is what all parts of the run have. */
export async function insertPart(
  connection: DuckDBConnection,
  common: Cells<"runs"> & { readonly parent: string; readonly command: string },
  { number, settings, used, status, reason, ended, seconds, line, results = {} }: Part,
): Promise<void> {
  const id = partId(common.parent, number);
  const begun = new Date(ended.getTime() - 1000 * (seconds ?? 0));
  await insert(connection, "runs", [{ ...common, id, number, status, reason, begun, ended, seconds, line }]);
  await insert(connection, "settings", settingsRows(id, spelledValues(settings), used));
  await insertResults(connection, id, results);
}
