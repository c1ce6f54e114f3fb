import { resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";

/** Runs `use` on a database of its own in memory, which never looks for extensions on the network. */
export async function withDatabase<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  // Loading it takes longer than most commands that read no table.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    // What does not fit in memory fails; nothing is left beside the user's files.
    temp_directory: "",
  });
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A path as SQL text that means this one file, though DuckDB takes paths for patterns and a "~" for the home. */
export function literalPath(path: string): string {
  return `'${resolve(path).replace(/[[*?]/g, "[$&]").replaceAll("'", "''")}'`;
}
