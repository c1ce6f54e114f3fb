import type { DuckDBConnection } from "@duckdb/node-api";
import type { Io } from "../io.js";
import { environment } from "./environment.js";
import type { DataFingerprint } from "./fingerprint.js";
import { type Cells, insert } from "./insert.js";
import { ownProcess } from "./processes.js";
import type { RecordFlags } from "./recordOptions.js";

/** What is recorded of a command from its beginning. */
export interface Recording {
  readonly command: "train" | "evaluate" | "compare" | "sweep";
  /** All its options, as Commander hands them over. */
  readonly flags: RecordFlags & { readonly seed: number; readonly backend: string; readonly threads: number };
  readonly target: readonly string[];
  readonly io: Pick<Io, "stderr" | "signal">;
}

/** A run that begins now, in this process. */
export function begunRow(
  id: string,
  { command, flags: { seed, backend, threads }, target }: Recording,
  data: DataFingerprint,
): Cells<"runs"> & { readonly id: string } {
  return {
    id,
    command,
    status: "running",
    begun: new Date(),
    data: data.source,
    data_hash: data.hash,
    target: target.join(", "),
    seed: BigInt(seed),
    ...environment(),
    backend,
    threads,
    ...ownProcess(),
  };
}

/** Keeps what a table's columns are, once for all runs on it. */
export async function insertTable(
  connection: DuckDBConnection,
  { hash, rows, columns }: DataFingerprint,
): Promise<void> {
  const known = await connection.runAndReadAll("SELECT hash FROM tables WHERE hash = $1", [hash]);
  if (known.currentRowCount > 0) return;
  await insert(connection, "tables", [{ hash, rows: BigInt(rows) }]);
  await insert(
    connection,
    "columns",
    columns.map(({ name, kind }, place) => ({ hash, place, name, kind })),
  );
}
