import { type Cell, InputError, type Table } from "psilon";
import { literalPath, withDatabase } from "./duckdb.js";

/**
 * A table from a JSON array of objects; a name that an object lacks is missing there. DuckDB cuts the array into objects,
 * and each is parsed here, so that a cell keeps the type it was written with and names that differ in case stay apart.
 */
export async function readJson(path: string, source: string): Promise<Table> {
  const rows = await withDatabase(async (database) => {
    const reader = await database
      .runAndReadAll(
        `SELECT json::VARCHAR, json_keys(json) FROM read_json_objects(${literalPath(path)}, format = 'array')`,
      )
      .catch((error: Error) => {
        throw unreadable(source, error);
      });
    return reader.getRowsJS() as [string, string[]][];
  });
  if (rows.length === 0)
    throw new InputError(`The array in ${source} is empty; it should hold objects, one per row.`);

  const columns = new Map<string, Cell[]>();
  rows.forEach(([text, keys], row) => {
    const where = `Row ${row + 1} of ${source}`;
    const repeated = keys.find((key, i) => keys.indexOf(key) !== i);
    if (repeated !== undefined) {
      throw new InputError(
        `${where} has two values named "${repeated}"; give every column a name of its own.`,
      );
    }
    for (const [name, value] of Object.entries(parseRow(text, where))) {
      const column = columns.get(name) ?? new Array<Cell>(rows.length).fill(null);
      columns.set(name, column);
      column[row] = cellFrom(value, name, where);
    }
  });
  return {
    source,
    names: [...columns.keys()],
    columns: [...columns.values()],
    rowCount: rows.length,
    firstRow: 1,
  };
}

function parseRow(text: string, where: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // DuckDB lets these through, as Python writes them.
    throw new InputError(
      `${where} is not JSON; NaN and Infinity, in particular, are not, and a missing value is null.`,
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new InputError(
    `${where} is ${text.length > 30 ? `${text.slice(0, 29)}…` : text}, but every row should be an object of column names and values.`,
  );
}

function cellFrom(value: unknown, name: string, where: string): Cell {
  if (typeof value === "object" && value !== null) {
    const found = Array.isArray(value) ? "an array" : "an object";
    throw new InputError(
      `${where} has ${found} in column "${name}", but a cell holds a number, text, true, false or null.`,
    );
  }
  return value as Cell;
}

function unreadable(source: string, error: Error): InputError {
  const { message } = error;
  if (message.includes("Expected top-level JSON array")) {
    return new InputError(
      `The JSON in ${source} is not an array; it should be an array of objects, one per row.`,
    );
  }
  const found = /in record\/value (\d+): (.*?)\.?\s*$/m.exec(message);
  if (found) {
    // DuckDB counts the bracket as well.
    return new InputError(`Row ${Number(found[1]) - 1} of ${source} is not JSON: ${found[2]}.`);
  }
  return new InputError(`The table in ${source} cannot be read: ${message.split("\n", 1)[0]}`);
}
