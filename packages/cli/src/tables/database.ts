import { resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "psilon";
import { loadDuckDB } from "./duckdb.js";

export interface Database {
  readonly connection: DuckDBConnection;
  close(): void;
}

/**
 * A database of its own in memory that opens these files and nothing else, be it on the disk or on the network, and whose settings
 * no statement can change.
 */
export async function openDatabase(paths: readonly string[]): Promise<Database> {
  const { DuckDBInstance } = await loadDuckDB();
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    // What does not fit in memory fails; nothing is left beside the user's files.
    temp_directory: "",
  });
  const connection = await instance.connect();
  // A path is asked for as a pattern, and again when a file that matches it is opened.
  const allowed = new Set(paths.flatMap((path) => [resolve(path), patternOf(path)]));
  await connection.run(`SET TimeZone = 'UTC';
    SET allowed_paths = [${[...allowed].map(literal).join(", ")}];
    SET enable_external_access = false;
    SET lock_configuration = true`);
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A text as SQL writes it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as SQL writes it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path as SQL text that means this one file, though DuckDB takes paths for patterns and a "~" for the home. */
export function literalPath(path: string): string {
  return literal(patternOf(path));
}

/** Several of them, in this order. */
export function literalPaths(paths: readonly string[]): string {
  return `[${paths.map(literalPath).join(", ")}]`;
}

function patternOf(path: string): string {
  return resolve(path).replace(/[[*?]/g, "[$&]");
}

/** What DuckDB says of an error, without its full stop and without advice on options that nobody here has. */
export function firstLine(message: string): string {
  return message.split("\n", 1)[0].replace(/\.$/, "");
}

/** The error for a table that DuckDB gave up on. */
export function unreadableTable(source: string, { message }: Error): InputError {
  return new InputError({
    code: "unreadable",
    found: `The table in ${source} cannot be read: ${firstLine(message)}`,
    where: { source },
  });
}
