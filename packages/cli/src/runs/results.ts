import type { DuckDBConnection } from "@duckdb/node-api";
import { type Cells, insert } from "./insert.js";

type Own<Table extends "metrics" | "epochs" | "bounds"> = Omit<Cells<Table>, "run">;

/** What a run came to. */
export interface Results {
  readonly metrics?: readonly Own<"metrics">[];
  readonly epochs?: readonly Own<"epochs">[];
  readonly bounds?: readonly Own<"bounds">[];
}

export async function insertResults(
  connection: DuckDBConnection,
  run: string,
  { metrics = [], epochs = [], bounds = [] }: Results,
): Promise<void> {
  await insert(
    connection,
    "metrics",
    metrics.map((row) => ({ ...row, run })),
  );
  await insert(
    connection,
    "epochs",
    epochs.map((row) => ({ ...row, run })),
  );
  await insert(
    connection,
    "bounds",
    bounds.map((row) => ({ ...row, run })),
  );
}
