import { DuckDBInstance } from "@duckdb/node-api";
import { PGlite } from "@electric-sql/pglite";
import sqlite from "node-sqlite3-wasm";

/** A cell as a statement writes it. */
export type Cell = string | number | boolean | Date | null;

/** A column of a table to be made: its type where not what its cells have. */
export interface TableColumn {
  readonly name: string;
  readonly cells: readonly Cell[];
  readonly type?: string;
}

/** A program for databases, with a database of its own. */
export interface Database {
  /** Makes a table anew. */
  readonly create: (table: string, columns: readonly TableColumn[]) => Promise<void>;
  readonly run: (sql: string) => Promise<void>;
  /** The rows of the one statement, each with its values in order. */
  readonly query: (sql: string) => Promise<unknown[][]>;
  readonly close: () => Promise<void>;
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

interface Words {
  readonly types: Readonly<Record<"text" | "number" | "boolean" | "date", string>>;
  readonly text: (text: string) => string;
  readonly truth: (truth: boolean) => string;
}

const plainText = (text: string) => `'${text.replaceAll("'", "''")}'`;

function kindOf(cells: readonly Cell[]): keyof Words["types"] {
  const first = cells.find((cell) => cell !== null);
  if (first instanceof Date) return "date";
  if (typeof first === "number") return "number";
  return typeof first === "boolean" ? "boolean" : "text";
}

function tableOf(run: (sql: string) => Promise<void>, { types, text, truth }: Words): Database["create"] {
  const written = (cell: Cell): string => {
    if (cell === null) return "NULL";
    if (cell instanceof Date) return text(cell.toISOString().slice(0, 23).replace("T", " "));
    if (typeof cell === "boolean") return truth(cell);
    return typeof cell === "number"
      ? Number.isNaN(cell)
        ? "CAST('NaN' AS DOUBLE PRECISION)"
        : `${cell}`
      : text(cell);
  };
  return async (table, columns) => {
    const own = columns.map(({ name, cells, type }) => `${quoted(name)} ${type ?? types[kindOf(cells)]}`);
    const rows = columns[0].cells.map(
      (_, row) => `(${columns.map(({ cells }) => written(cells[row])).join(", ")})`,
    );
    await run(`DROP TABLE IF EXISTS ${quoted(table)}`);
    await run(`CREATE TABLE ${quoted(table)} (${own.join(", ")})`);
    await run(`INSERT INTO ${quoted(table)} VALUES ${rows.join(", ")}`);
  };
}

async function openDuckDB(): Promise<Database> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const run = async (sql: string) => {
    await connection.run(sql);
  };
  return {
    run,
    create: tableOf(run, {
      types: { text: "VARCHAR", number: "DOUBLE", boolean: "BOOLEAN", date: "TIMESTAMP" },
      text: plainText,
      truth: String,
    }),
    query: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function openPostgres(): Promise<Database> {
  const database = await PGlite.create();
  const run = async (sql: string) => {
    await database.exec(sql);
  };
  return {
    run,
    create: tableOf(run, {
      types: { text: "text", number: "double precision", boolean: "boolean", date: "timestamp" },
      text: plainText,
      truth: String,
    }),
    query: async (sql) => (await database.query<unknown[]>(sql, [], { rowMode: "array" })).rows,
    close: () => database.close(),
  };
}

async function openSqlite(): Promise<Database> {
  const database = new sqlite.Database();
  const run = async (sql: string) => {
    database.exec(sql);
  };
  return {
    run,
    create: tableOf(run, {
      types: { text: "TEXT", number: "REAL", boolean: "BOOLEAN", date: "TEXT" },
      text: plainText,
      truth: (truth) => (truth ? "1" : "0"),
    }),
    // As objects the rows could not have two columns of one name, which those of a subquery have not.
    query: async (sql) => database.all(`SELECT * FROM (${sql})`).map((row) => Object.values(row as object)),
    close: async () => database.close(),
  };
}

/** By the names of SQL's dialects. */
export const databases = { duckdb: openDuckDB, postgres: openPostgres, sqlite: openSqlite } as const;
