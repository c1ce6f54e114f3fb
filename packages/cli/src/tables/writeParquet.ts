import type { DuckDBValue } from "@duckdb/node-api";
import { firstLine, identifier, literalPath, literalPaths, openDatabase } from "./database.js";
import { loadDuckDB } from "./duckdb.js";
import type { Scratch } from "./scratch.js";

/** Some rows of a table that is written. */
export interface WrittenRows {
  readonly columns: readonly WrittenColumn[];
  readonly rowCount: number;
}

export interface WrittenColumn {
  readonly name: string;
  /** As SQL calls it. */
  readonly type: string;
  readonly values: ArrayLike<DuckDBValue>;
}

/** Cells that memory holds at a time, about; texts take some hundred bytes each while they are on their way. */
const CELLS = 2 ** 20;

/** Rows of a row group as DuckDB makes them, where they are not too many cells. */
const ROW_GROUP = 122_880;

/** Rows that DuckDB takes at once. */
const CHUNK = 2048;

/**
 * Writes rows that come part by part, all with the same columns, to a Parquet file that DuckDB may open at `path`. A part of the file after
 * the other is written to a place of its own, and all are put together in the end, so that memory holds one of them only.
 */
export async function writeParquet(
  path: string,
  parts: AsyncIterable<WrittenRows>,
  scratch: Scratch,
): Promise<void> {
  const pieces: string[] = [];
  let columns: readonly WrittenColumn[] = [];
  let piece: Piece | undefined;
  try {
    for await (const rows of parts) {
      if (piece === undefined) {
        columns = rows.columns;
        pieces.push(await scratch.path("table"));
        piece = await createPiece(pieces[pieces.length - 1], columns);
      }
      piece.append(rows);
      if (piece.rows() < groupRows(columns)) continue;
      await piece.write();
      piece = undefined;
    }
    await piece?.write();
    piece = undefined;
  } finally {
    piece?.close();
  }
  const database = await openDatabase([...pieces, path]);
  try {
    const named = columns.map(({ name }, i) => `c${i} AS ${identifier(name)}`).join(", ");
    await database.connection
      .run(
        `COPY (SELECT ${named} FROM read_parquet(${literalPaths(pieces)})) TO ${literalPath(path)} (FORMAT parquet, ROW_GROUP_SIZE ${groupRows(columns)}, USE_TMP_FILE false)`,
      )
      .catch((error) => {
        throw unwritten(error);
      });
  } finally {
    database.close();
  }
}

/** Whole chunks. */
const groupRows = ({ length }: readonly WrittenColumn[]): number =>
  Math.min(ROW_GROUP, CHUNK * Math.max(1, Math.floor(CELLS / CHUNK / length)));

interface Piece {
  rows(): number;
  append(rows: WrittenRows): void;
  /** Writes its file and closes it. */
  write(): Promise<void>;
  close(): void;
}

/** Rows in memory, of columns called by their places: DuckDB knows no upper and lower case. */
async function createPiece(path: string, columns: readonly WrittenColumn[]): Promise<Piece> {
  const { DuckDBDataChunk } = await loadDuckDB();
  const database = await openDatabase([path]);
  const { connection } = database;
  await connection.run(`CREATE TABLE piece (${columns.map(({ type }, i) => `c${i} ${type}`).join(", ")})`);
  const appender = await connection.createAppender("piece");
  const types = columns.map((_, i) => appender.columnType(i));
  let count = 0;
  return {
    rows: () => count,
    append({ columns: written, rowCount }) {
      for (let from = 0; from < rowCount; from += CHUNK) {
        const n = Math.min(CHUNK, rowCount - from);
        const chunk = DuckDBDataChunk.create(types, n);
        for (const [i, { values }] of written.entries()) {
          chunk.setColumnValues(
            i,
            Array.from({ length: n }, (_, row) => values[from + row]),
          );
        }
        appender.appendDataChunk(chunk);
      }
      count += rowCount;
    },
    async write() {
      try {
        appender.closeSync();
        await connection.run(`COPY piece TO ${literalPath(path)} (FORMAT parquet)`);
      } catch (error) {
        throw unwritten(error);
      } finally {
        database.close();
      }
    },
    close: () => database.close(),
  };
}

/** DuckDB's error as the system's that it is. */
function unwritten(error: unknown): NodeJS.ErrnoException {
  const message = firstLine((error as Error).message);
  return Object.assign(new Error(message), {
    syscall: "write",
    ...(/no space left/i.test(message) && { code: "ENOSPC" }),
  });
}
