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
  /** The command line. */
  readonly line: string;
  readonly io: Pick<Io, "stderr" | "signal">;
}

export type RunBegun = Cells<"runs"> & { readonly id: string; readonly begun: Date };

/** A run that begins now, in this process. */
export function begunRow(
  id: string,
  { command, flags: { seed, backend, threads }, target, line }: Recording,
  data: DataFingerprint,
): RunBegun {
  return {
    id,
    command,
    status: "running",
    begun: new Date(),
    data: data.source,
    data_hash: data.hash,
    target: target.join(", "),
    line,
    seed: BigInt(seed),
    ...environment(),
    backend,
    threads,
    ...ownProcess(),
  };
}

/** What the parts of a run have in common with it; `isHere`: this process computes them. */
export function commonOf(run: RunBegun, isHere: boolean) {
  const { id, data, data_hash, target, seed, psilon, backend } = run;
  const { node, platform, arch, processor, cores, host } = run;
  const here = { node, platform, arch, processor, cores, host };
  return { parent: id, data, data_hash, target, seed, psilon, backend, ...(isHere && here) };
}

/** Keeps what a table's columns are, once for all runs on it. */
export async function insertDataset(
  connection: DuckDBConnection,
  { hash, rows, columns }: DataFingerprint,
): Promise<void> {
  const known = await connection.runAndReadAll("SELECT hash FROM datasets WHERE hash = $1", [hash]);
  if (known.currentRowCount > 0) return;
  await insert(connection, "datasets", [{ hash, rows: BigInt(rows) }]);
  await insert(
    connection,
    "dataset_columns",
    columns.map(({ name, kind }, place) => ({ hash, place, name, kind })),
  );
}
