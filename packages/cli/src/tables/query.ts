import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError } from "psilon";
import { literal, openDatabase } from "./database.js";
import { filesNamed } from "./glob.js";
import { parquetRelation } from "./parquetFile.js";
import type { Relation } from "./relation.js";
import type { Scratch } from "./scratch.js";

/** An argument that begins so is SQL, not the name of a file. */
export const isQuery = (source: string) => /^\s*(?:select|with|from)\s/i.test(source);

const RESULT = "the query's result";

/**
 * The result of one SELECT, kept in a file, since it is read more than once and a query need not give the same rows in the same order again.
 * DuckDB opens the files that the query names between quotes, and no others.
 */
export async function queryRelation(sql: string, scratch: Scratch): Promise<Relation> {
  const paths = await pathsIn(await parsed(sql));
  const kept = await scratch.path("query's result");
  const database = await openDatabase([...paths, kept]);
  try {
    // Its errors are shown with the query's own lines.
    (await database.connection.prepare(sql)).destroySync();
    // Behind a comment at its end.
    await database.connection.run(
      `COPY (${sql.replace(/;(?:\s|--[^\n]*(?:\n|$))*$/, "")}\n) TO ${literal(kept)} (FORMAT parquet)`,
    );
  } catch (error) {
    throw await notRun(error as Error);
  } finally {
    database.close();
  }
  return {
    ...(await parquetRelation([{ path: kept, source: RESULT }], RESULT)),
    noRows: { found: "The query gives no rows", remedy: "make its conditions wider" },
  };
}

/** What DuckDB's own parser makes of it. Throws InputError for all but one statement that only reads. */
async function parsed(sql: string): Promise<unknown> {
  const database = await openDatabase([]);
  try {
    const reader = await database.connection.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)", [sql]);
    const found = JSON.parse(String(reader.getRows()[0][0]));
    if (found.error) {
      throw found.error_type === "parser"
        ? refused(`The query is not SQL: ${found.error_message}`)
        : refused("The query does more than read", ONE_SELECT);
    }
    if (found.statements.length !== 1) {
      throw refused(`There are ${found.statements.length} statements in the query`, ONE_SELECT);
    }
    return found.statements[0];
  } finally {
    database.close();
  }
}

/** The paths that stand for tables in a statement, or that functions in their place are called with; patterns, and the files that match. */
async function pathsIn(statement: unknown): Promise<string[]> {
  const named = new Set<string>();
  const visit = (node: unknown, isArgument: boolean): void => {
    if (Array.isArray(node)) for (const item of node) visit(item, isArgument);
    if (node === null || typeof node !== "object" || Array.isArray(node)) return;
    const { type, table_name, function: called, value } = node as Record<string, unknown>;
    if (type === "BASE_TABLE") named.add(String(table_name));
    if (isArgument && type === "VALUE_CONSTANT") {
      const { value: text } = value as { value?: unknown };
      if (typeof text === "string") named.add(text);
    }
    const isCall = type === "TABLE_FUNCTION";
    for (const child of Object.values(node)) visit(child, isArgument || (isCall && child === called));
  };
  visit(statement, false);
  for (const path of named) {
    if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
      throw refused(`The query reads "${path}", but nothing is read from the network`, "download it first");
    }
  }
  const files = await Promise.all(
    [...named].map(async (path) =>
      /[*?[]/.test(path) ? [resolve(path), ...(await filesNamed(path))] : [resolve(path)],
    ),
  );
  return files.flat();
}

async function notRun({ message }: Error): Promise<InputError> {
  const [, path] = /^Permission Error: Cannot access file "(.*?)(?:\/\*\*.*)?"/.exec(message) ?? [];
  if (path === undefined) return refused(`The query cannot be run. ${message.trim()}`);
  const isThere = await stat(path).catch(() => undefined);
  return isThere
    ? refused(
        `The query reads "${path}", which it does not name between quotes after FROM or in a function there`,
        "only files that are named so are read",
      )
    : refused(`The query reads "${path}", but there is no such file`, "check its name and its folder");
}

const ONE_SELECT = "give one SELECT statement";

const refused = (found: string, remedy?: string) => new InputError({ code: "refused-query", found, remedy });
