import { type Cell, InputError, type Table } from "psilon";
import { literalPath, withDatabase } from "./duckdb.js";
import { checkRoom, PLACE, refuseBeyondRoom } from "./room.js";

/** A value with its colon, less than whose text is kept. */
const VALUE = /:\s*(?:"(?:[^"\\]|\\.)*"|[^",}\]\s]+)/g;

/**
 * A table from a JSON array of objects; a name that an object lacks is missing there. DuckDB cuts the array into objects,
 * and each is parsed here, so that a cell keeps the type it was written with and names that differ in case stay apart.
 */
export async function readJson(path: string, source: string): Promise<Table> {
  await checkRoom(path, source, (text) => text.match(VALUE) ?? []);
  const columns = new Map<string, Cell[]>();
  let rowCount = 0;
  await withDatabase(async (database) => {
    try {
      const chunks = (await database.stream(query(path))).yieldRowsJs();
      for await (const rows of chunks as AsyncIterable<[string, string[]][]>) {
        for (const [text, keys] of rows) {
          const where = `Row ${rowCount + 1} of ${source}`;
          checkKeys(keys, where);
          for (const [name, value] of Object.entries(parseRow(text, where))) {
            const cells = columns.get(name) ?? [];
            columns.set(name, cells);
            fillTo(cells, rowCount);
            cells.push(cellFrom(value, name, where));
          }
          rowCount++;
        }
        // Rows that have no names in common make more cells than the file has values.
        refuseBeyondRoom(source, columns.size * rowCount * PLACE);
      }
    } catch (error) {
      throw error instanceof InputError ? error : unreadable(source, error as Error);
    }
  });
  if (rowCount === 0)
    throw new InputError(`The array in ${source} is empty; it should hold objects, one per row.`);
  for (const cells of columns.values()) fillTo(cells, rowCount);
  return { source, names: [...columns.keys()], columns: [...columns.values()], rowCount, firstRow: 1 };
}

function query(path: string): string {
  return `SELECT json::VARCHAR, json_keys(json)
    FROM read_json_objects(${literalPath(path)}, format = 'array', hive_partitioning = false)`;
}

/** Cells from the last that there is to that row are missing. */
function fillTo(cells: Cell[], row: number): void {
  while (cells.length < row) cells.push(null);
}

function checkKeys(keys: readonly string[], where: string): void {
  const known = new Set<string>();
  const repeated = keys.find((key) => known.size === known.add(key).size);
  if (repeated === undefined) return;
  throw new InputError(`${where} has two values named "${repeated}"; give every column a name of its own.`);
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
