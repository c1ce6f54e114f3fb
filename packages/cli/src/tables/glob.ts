import { literal } from "./database.js";
import { loadDuckDB } from "./duckdb.js";

/** The files that match a pattern, in order of their names. */
export async function filesNamed(pattern: string): Promise<string[]> {
  const { DuckDBInstance } = await loadDuckDB();
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(`SELECT file FROM glob(${literal(pattern)})`);
    const paths = reader.getRows().map(([path]) => String(path).replace(/^\.\//, ""));
    return paths.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
