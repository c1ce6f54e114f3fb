import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "psilon";
import { readHead } from "../data/head.js";
import { literal, literalPaths, openDatabase, unreadableTable } from "./database.js";
import type { NamedFile, TextOptions } from "./delimited.js";
import { checkMemory } from "./memory.js";
import { planByType } from "./readPlan.js";
import type { Relation, SourceColumn } from "./relation.js";
import type { Scratch } from "./scratch.js";
import { asTextFile } from "./textFile.js";

type Format = "array" | "newline_delimited";

/**
 * A table from JSON arrays of objects, or from lines of an object each; a name that an object lacks is missing there. DuckDB's own columns
 * would be renamed where names differ in upper and lower case alone, so values are taken from objects by their names.
 */
export async function jsonRelation(
  files: readonly NamedFile[],
  source: string,
  kind: string,
  scratch: Scratch,
  options: TextOptions,
): Promise<Relation> {
  const texts: NamedFile[] = [];
  const formats = new Set<Format>();
  for (const file of files) {
    const { path } = await asTextFile(file.path, file.source, scratch, { ...options, lineEnd: "any" });
    texts.push({ path, source: file.source });
    formats.add(await formatOf(path, kind));
  }
  if (formats.size > 1) {
    throw new InputError({
      code: "unlike-files",
      found: `Some of the files in ${source} are JSON arrays and others hold an object per line`,
      where: { source },
      remedy: "files that are read as one table need one form",
    });
  }
  const [format] = formats;
  const paths = texts.map(({ path }) => path);
  const objects = `read_json_objects(${literalPaths(paths)}, format = '${format}', filename = ${files.length > 1}, hive_partitioning = false)`;
  const unreadable = (error: Error) => unreadableJson(source, format, error);
  const database = await openDatabase(paths);
  try {
    const columns = await columnsOf(database.connection, objects, source).catch((error: Error) => {
      throw error instanceof InputError ? error : unreadable(error);
    });
    await checkCells(database.connection, columns, source);
    return {
      source,
      firstRow: 1,
      ...(files.length > 1 && { files: texts }),
      paths,
      columns,
      from: (wanted) => from(objects, wanted, columns, files.length > 1),
      decimalCommas: false,
      unreadable,
      noRows: {
        found: `The ${format === "array" ? "array" : "JSON"} in ${source} is empty`,
        remedy: "it should hold objects, one per row",
      },
    };
  } finally {
    database.close();
  }
}

async function formatOf(path: string, kind: string): Promise<Format> {
  const head = (await readHead(path, 1 << 16)).trimStart();
  if (head.startsWith("[")) return "array";
  if (kind === ".jsonl" || kind === ".ndjson") return "newline_delimited";
  // Lines of objects are often named .json as well, but one object alone, over several lines perhaps, is no table.
  return /^\{[^\r\n]*\}\s*[\r\n]\s*\{/.test(head) ? "newline_delimited" : "array";
}

/** Texts of the wanted values in one list, since every object is parsed once for all of them. */
function from(
  objects: string,
  wanted: readonly SourceColumn[],
  all: readonly SourceColumn[],
  several: boolean,
) {
  // A column's place in the list is that among all, and no value is looked for in the places of others.
  const isWanted = new Set(wanted);
  const paths = all.map((column) => literal(isWanted.has(column) ? pointerTo(column.name) : NOWHERE));
  const values = all.length === 0 ? "[]" : `json_extract_string(json, [${paths.join(", ")}])`;
  return `(SELECT ${values} AS v${several ? ", filename" : ""} FROM ${objects})`;
}

/** A JSON pointer, which escapes two characters. */
const pointerTo = (name: string) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;

const NOWHERE = "/0/0";

/** The names in order of appearance, each with what its values are. */
async function columnsOf(
  connection: DuckDBConnection,
  objects: string,
  source: string,
): Promise<SourceColumn[]> {
  await connection.run(
    `CREATE MACRO rows() AS TABLE SELECT row_number() OVER () AS place, json FROM ${objects}`,
  );
  const wrong = await connection.runAndReadAll(
    `SELECT place, json::VARCHAR, json_type(json) = 'OBJECT', json_keys(json) FROM rows()
    WHERE json_type(json) <> 'OBJECT' OR len(json_keys(json)) <> len(list_distinct(json_keys(json))) ORDER BY place LIMIT 1`,
  );
  const [row] = wrong.getRowsJson() as [string, string, boolean, string[]][];
  if (row !== undefined) throw wrongRow(source, Number(row[0]), row[1], row[2], row[3]);
  const found = await connection.runAndReadAll(
    `SELECT key, type, min(place) AS place, min_by(id, place) AS within FROM rows(), LATERAL json_each(json)
    GROUP BY key, type ORDER BY place, within`,
  );
  const typesOf = new Map<string, Set<string>>();
  for (const [key, type] of found.getRows() as [string, string][]) {
    const types = typesOf.get(key) ?? new Set();
    typesOf.set(key, type === "NULL" ? types : types.add(type));
  }
  return [...typesOf].map(([name, types], i) => ({ name, ...readAs(`v[${i + 1}]`, types) }));
}

/** A table with fewer cells than one in so many is none of the rows' making. */
const SPARSE = 100;

/** Throws InputError where rows have so few names in common that all rows by all names do not fit in memory; it would take long to find out. */
async function checkCells(
  connection: DuckDBConnection,
  columns: readonly SourceColumn[],
  source: string,
): Promise<void> {
  const counted = await connection.runAndReadAll(
    "SELECT count(*), coalesce(sum(len(json_keys(json))), 0) FROM rows()",
  );
  const [rowCount, cells] = counted.getRows()[0].map(Number);
  if (rowCount * columns.length <= SPARSE * cells) return;
  const plans = columns.flatMap((column) => planByType(column, "categorical", []) ?? []);
  checkMemory(source, { plans, bytes: 0, rowCount, fileRows: [rowCount] }, rowCount, { isWhole: true });
}

/** Numbers are looked through as text, in which they have all their digits. */
function readAs(sql: string, types: ReadonlySet<string>): Pick<SourceColumn, "sql" | "type"> {
  if (types.has("ARRAY") || types.has("OBJECT")) return { sql, type: "JSON" };
  return types.size === 1 && types.has("BOOLEAN")
    ? { sql: `TRY_CAST(${sql} AS BOOLEAN)`, type: "BOOLEAN" }
    : { sql, type: "VARCHAR" };
}

function wrongRow(
  source: string,
  row: number,
  text: string,
  isObject: boolean,
  keys: readonly string[],
): InputError {
  const where = { source, row };
  if (!isObject) {
    return new InputError({
      code: "wrong-format",
      found: `Row ${row} of ${source} is ${text.length > 30 ? `${text.slice(0, 29)}…` : text}, but every row should be an object of column names and values`,
      where,
      value: text,
    });
  }
  const [repeated] = keys.filter((key, i) => keys.indexOf(key) !== i);
  return new InputError({
    code: "duplicate-column",
    found: `Row ${row} of ${source} has two values named "${repeated}"`,
    where: { ...where, column: repeated },
    remedy: "give every column a name of its own",
  });
}

function unreadableJson(source: string, format: Format, error: Error): InputError {
  const { message } = error;
  if (message.includes("Expected top-level JSON array")) {
    return new InputError({
      code: "wrong-format",
      found: `The JSON in ${source} is not an array`,
      where: { source },
      remedy: "it should be an array of objects, one per row, or hold one object per line",
    });
  }
  const found = /in (?:record\/value|line) (\d+): (.*?)\.?\s*$/m.exec(message);
  if (found) {
    // DuckDB counts the bracket as well, and lines from 2.
    const place = Number(found[1]) - 1;
    return new InputError({
      code: "wrong-format",
      found: `${format === "array" ? "Row" : "Line"} ${place} of ${source} is not JSON: ${found[2]}`,
      where: { source, row: place },
    });
  }
  return unreadableTable(source, error);
}
