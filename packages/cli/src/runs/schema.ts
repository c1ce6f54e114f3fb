import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "psilon";
import { unusable } from "./databaseProblem.js";

/** The version of the tables below, which stands in the file; a file of another one is refused. */
export const VERSION = 1;

/** The tables of a run database and the columns of each; docs/runs.md says what they hold. */
export const TABLES = {
  psilon_runs: { version: "INTEGER NOT NULL" },
  runs: {
    id: "VARCHAR PRIMARY KEY",
    command: "VARCHAR NOT NULL",
    status: "VARCHAR NOT NULL",
    reason: "VARCHAR",
    begun: "TIMESTAMP NOT NULL",
    ended: "TIMESTAMP",
    seconds: "DOUBLE",
    parent: "VARCHAR",
    number: "INTEGER",
    best: "INTEGER",
    data: "VARCHAR",
    data_hash: "VARCHAR",
    test: "VARCHAR",
    test_hash: "VARCHAR",
    target: "VARCHAR",
    seed: "BIGINT",
    model: "VARCHAR",
    model_hash: "VARCHAR",
    line: "VARCHAR",
    identity: "VARCHAR",
    psilon: "VARCHAR",
    node: "VARCHAR",
    platform: "VARCHAR",
    arch: "VARCHAR",
    processor: "VARCHAR",
    cores: "INTEGER",
    backend: "VARCHAR",
    threads: "INTEGER",
    host: "VARCHAR",
    pid: "INTEGER",
    process: "VARCHAR",
  },
  objectives: {
    run: "VARCHAR NOT NULL",
    place: "INTEGER NOT NULL",
    metric: "VARCHAR NOT NULL",
    better: "VARCHAR NOT NULL",
    level: "DOUBLE",
  },
  settings: { run: "VARCHAR NOT NULL", name: "VARCHAR NOT NULL", given: "VARCHAR", used: "VARCHAR" },
  metrics: {
    run: "VARCHAR NOT NULL",
    predictor: "VARCHAR NOT NULL",
    part: "VARCHAR NOT NULL",
    split: "INTEGER",
    metric: "VARCHAR NOT NULL",
    value: "DOUBLE",
    stderr: "DOUBLE",
  },
  epochs: {
    run: "VARCHAR NOT NULL",
    curve: "VARCHAR NOT NULL",
    metric: "VARCHAR NOT NULL",
    epoch: "INTEGER NOT NULL",
    value: "DOUBLE",
  },
  bounds: {
    run: "VARCHAR NOT NULL",
    split: "INTEGER",
    name: "VARCHAR NOT NULL",
    norm: "VARCHAR NOT NULL",
    value: "DOUBLE NOT NULL",
    units: "VARCHAR NOT NULL",
  },
  datasets: { hash: "VARCHAR PRIMARY KEY", rows: "BIGINT NOT NULL" },
  dataset_columns: {
    hash: "VARCHAR NOT NULL",
    place: "INTEGER NOT NULL",
    name: "VARCHAR NOT NULL",
    kind: "VARCHAR NOT NULL",
  },
} as const;

export type TableName = keyof typeof TABLES;

/** What holds for several columns of a table at once. */
const TOGETHER: Partial<Record<TableName, string>> = { runs: "UNIQUE (parent, number)" };

/** Makes the tables in an empty database. */
export async function createTables(connection: DuckDBConnection): Promise<void> {
  const statements = Object.entries(TABLES).map(([table, columns]) => {
    const declared = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
    const together = TOGETHER[table as TableName];
    return `CREATE TABLE "${table}" (${[...declared, ...(together ? [together] : [])].join(", ")})`;
  });
  await connection.run(
    `BEGIN; ${statements.join("; ")}; INSERT INTO psilon_runs VALUES (${VERSION}); COMMIT`,
  );
}

/** The file that is open; none where DuckDB made a database in memory of what it read from another kind of file. */
const OPENED = "SELECT path FROM duckdb_databases() WHERE NOT internal";

/** Whether the database has tables of anyone's. Throws InputError for one of something else than runs, or of a newer psilon. */
export async function hasTables(connection: DuckDBConnection, path: string): Promise<boolean> {
  const listed = await connection.runAndReadAll("SELECT table_name FROM duckdb_tables()");
  const names = listed.getRows().map(([name]) => name);
  if (names.length === 0) {
    const [[file]] = (await connection.runAndReadAll(OPENED)).getRows();
    if (file === null) throw unusable(path, "wrong-format", "it is no DuckDB database");
    return false;
  }
  if (!names.includes("psilon_runs")) {
    throw new InputError({
      code: "wrong-format",
      found: `The database "${path}" holds other tables than those of runs`,
      where: { source: path },
      remedy: "name another file with --runs",
    });
  }
  const read = await connection.runAndReadAll("SELECT max(version) FROM psilon_runs");
  const [[version]] = read.getRows();
  if (version === VERSION) return true;
  throw new InputError({
    code: "unsupported-version",
    found: `The run database "${path}" has version ${version} of its tables, and this psilon knows ${VERSION}`,
    where: { source: path },
    remedy: "update psilon, or name another file with --runs",
  });
}
