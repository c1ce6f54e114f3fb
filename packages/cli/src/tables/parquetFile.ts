import { InputError } from "psilon";
import { identifier, literalPath, literalPaths, openDatabase, unreadableTable } from "./database.js";
import type { NamedFile } from "./delimited.js";
import type { Relation, SourceColumn } from "./relation.js";

/** What no column is called. */
const FILE = "\u{f8ff}file";

/** A Parquet file, or several that have one schema. */
export async function parquetRelation(files: readonly NamedFile[], source: string): Promise<Relation> {
  const paths = files.map(({ path }) => path);
  const database = await openDatabase(paths);
  try {
    let first: readonly SourceColumn[] | undefined;
    for (const file of files) {
      const reader = await database.connection
        .runAndReadAll(
          `DESCRIBE SELECT * FROM read_parquet(${literalPath(file.path)}, hive_partitioning = false)`,
        )
        .catch((error: Error) => {
          throw unreadable(file.source, error);
        });
      const columns = reader.getRows().map(([name, type]) => ({
        name: String(name),
        sql: identifier(String(name)),
        type: String(type),
      }));
      if (first === undefined) first = columns;
      else checkAlike(columns, first, file.source, files[0].source);
    }
    const several = files.length > 1;
    // Columns are called by their places, so that no name of theirs hides the file's.
    const file = several ? `, filename = '${FILE}'` : "";
    const columns = (first ?? []).map((column, i) => ({ ...column, sql: `c${i}` }));
    const names = [...columns.map(({ sql }) => sql), ...(several ? ["filename"] : [])].join(", ");
    return {
      source,
      firstRow: 1,
      ...(several && { files }),
      paths,
      columns,
      from: () => `read_parquet(${literalPaths(paths)}, hive_partitioning = false${file}) AS t(${names})`,
      decimalCommas: false,
      unreadable: (error) => unreadable(source, error),
      noRows: { found: `There are no rows in ${source}`, remedy: "it should hold some" },
    };
  } finally {
    database.close();
  }
}

function checkAlike(
  columns: readonly SourceColumn[],
  first: readonly SourceColumn[],
  source: string,
  firstSource: string,
): void {
  const place = first.findIndex(({ name, type }, i) => columns[i]?.name !== name || columns[i].type !== type);
  if (place < 0 && columns.length === first.length) return;
  const shown = (column: SourceColumn | undefined) =>
    column === undefined ? "no more columns" : `"${column.name}" of the type ${column.type}`;
  const at = place < 0 ? first.length : place;
  throw new InputError({
    code: "unlike-files",
    found: `The file ${source} has as its column ${at + 1} ${shown(columns[at])}, but ${firstSource} has ${shown(first[at])}`,
    where: { source },
    remedy: "files that are read as one table need the same columns in the same order",
  });
}

function unreadable(source: string, error: Error): InputError {
  if (!/magic bytes|too small to be a Parquet/i.test(error.message)) return unreadableTable(source, error);
  return new InputError({
    code: "damaged-file",
    found: `The file ${source} is not a Parquet file, or is cut off`,
    where: { source },
    remedy: "write it again",
  });
}
