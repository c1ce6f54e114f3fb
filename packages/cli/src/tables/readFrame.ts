import type { Readable } from "node:stream";
import { type Frame, InputError, type Origin, originAfter } from "psilon";
import { columnNamed } from "../data/columnNames.js";
import { agreeOnReadings } from "./agreeOnReadings.js";
import { type Database, openDatabase } from "./database.js";
import type { TextOptions } from "./delimited.js";
import { type Keep, type KeptColumn, keepPlans } from "./keep.js";
import { lookThrough, type Survey } from "./lookThrough.js";
import { checkMemory, type Use } from "./memory.js";
import { readColumns } from "./readColumns.js";
import type { DeclaredKinds } from "./readPlan.js";
import type { Relation } from "./relation.js";
import { resolveSource } from "./resolveSource.js";
import { chooseRows } from "./sample.js";
import { createScratch } from "./scratch.js";

export interface ReadOptions extends TextOptions, Use {
  /** What columns are, as declared by the user: text of a "categorical" one is not parsed, one to "ignore" is not read. */
  readonly kinds?: DeclaredKinds | undefined;
  /** How cells of columns are to be read, as a frame before said of its own (`Column.reading`). */
  readonly readings?: Readonly<Record<string, string>> | undefined;
  /** Names of the columns to read, others come back without values. Default: all. */
  readonly only?: readonly string[] | undefined;
  /** What stands for a missing value besides the usual. */
  readonly missing?: readonly string[] | undefined;
  /** So many rows, drawn with the seed, where there are more. */
  readonly sample?: { readonly rows: number; readonly seed: number } | undefined;
  /** Columns to be handed over as they stand, besides. Default: none. */
  readonly keep?: Keep | undefined;
  /** Hears how many rows there will be, before the first of them. */
  readonly onRowCount?: ((rows: number) => void) | undefined;
  /** Hears how far reading has come, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface ReadInput {
  readonly stdin: Readable;
  readonly signal: AbortSignal;
}

/**
 * Reads a table into typed columns: a file, several of them, a table of a database, a query, `-` for standard input, or `sample:<name>`.
 *
 * Throws InputError, naming file and row, for whatever is not a table, and where it does not fit in memory.
 */
export async function readFrame(source: string, input: ReadInput, options: ReadOptions = {}): Promise<Frame> {
  for await (const { kept: _, ...frame } of frames(source, input, options)) return frame;
  throw new Error("A table without rows was not refused.");
}

/** Rows of a table, and columns of them as they stand. */
export interface PartFrame extends Frame {
  readonly kept: readonly KeptColumn[];
}

/** The same, `chunkRows` rows at a time, in memory that does not grow with the table. */
export function readFrames(
  source: string,
  input: ReadInput,
  chunkRows: number,
  options: ReadOptions = {},
): AsyncGenerator<PartFrame> {
  return frames(source, input, options, chunkRows);
}

async function* frames(
  source: string,
  input: ReadInput,
  options: ReadOptions,
  chunkRows?: number,
): AsyncGenerator<PartFrame> {
  const { signal } = input;
  const { missing = [], sample, onProgress = () => {} } = options;
  const scratch = createScratch(signal);
  let database: Database | undefined;
  try {
    const relation = await resolveSource(source, { stdin: input.stdin, scratch }, options);
    const keep = options.keep ? keepPlans(relation, options.keep) : [];
    database = await openDatabase(relation.paths);
    const { connection } = database;
    const interrupt = () => connection.interrupt();
    signal.addEventListener("abort", interrupt);
    try {
      signal.throwIfAborted();
      for (const statement of relation.setup ?? []) await connection.run(statement);
      const survey = await lookThrough(connection, relation, {
        kinds: kindsOf(relation, options),
        readings: options.readings ?? {},
        missing,
        signal,
        together: Math.min(chunkRows ?? Infinity, sample?.rows ?? Infinity),
      });
      await relation.check?.(connection);
      const { rowCount } = survey;
      if (rowCount === 0) {
        throw new InputError({
          code: "no-rows",
          where: { source: relation.source },
          ...relation.noRows,
        });
      }
      onProgress(LOOKED_THROUGH);
      const rows = Math.min(rowCount, sample?.rows ?? rowCount);
      const together = Math.min(rows, chunkRows ?? rows);
      checkMemory(relation.source, survey, together, options);
      const origin = originOf(relation, survey, rows);
      options.onRowCount?.(rows);
      let before = 0;
      const plans =
        together < rows ? await agreeOnReadings(connection, relation, survey.plans, missing) : survey.plans;
      const parts = readColumns(connection, relation, plans, {
        keep,
        originAfter: (before) => originAfter(origin, before),
        together,
        rowCount,
        missing,
        chosen: rows < rowCount && sample ? chooseRows(rowCount, rows, sample.seed) : undefined,
        signal,
        onRows: (done) => onProgress(LOOKED_THROUGH + (1 - LOOKED_THROUGH) * (done / rowCount)),
      });
      for await (const part of parts) {
        yield { origin: originAfter(origin, before), ...part, ...(missing.length > 0 && { missing }) };
        before += part.rowCount;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw isOfDuckDB(error) ? relation.unreadable(error) : error;
    } finally {
      signal.removeEventListener("abort", interrupt);
    }
  } finally {
    database?.close();
    scratch.remove();
  }
}

/** Whether DuckDB gave up; whatever else is thrown is a sentence already, or a fault of ours. */
const isOfDuckDB = (error: unknown): error is Error =>
  error instanceof Error && /^[A-Z][\w ]* Error: /.test(error.message);

/** Of the time that reading takes, the share of looking through, about. */
const LOOKED_THROUGH = 0.4;

/** What columns are declared to be, by the names that the table has for them; those that are not wanted are ignored. */
function kindsOf({ columns }: Relation, { kinds = {}, only }: ReadOptions): DeclaredKinds {
  const names = columns.map(({ name }) => name);
  const wanted = only && new Set(only);
  const ignored = wanted ? names.filter((name) => !wanted.has(name)) : [];
  return Object.fromEntries([
    ...Object.entries(kinds).map(([name, kind]) => [columnNamed(names, name), kind] as const),
    ...ignored.map((name) => [name, "ignore"] as const),
  ]);
}

function originOf(relation: Relation, { fileRows, rowCount }: Survey, rows: number): Origin {
  const { source, firstRow, files } = relation;
  // Its rows have no numbers of their own in the table they were drawn from.
  if (rows < rowCount) {
    return { source: `a sample of ${rows.toLocaleString("en-US")} rows of ${source}`, firstRow: 1 };
  }
  return files === undefined
    ? { source, firstRow }
    : {
        source,
        firstRow,
        files: files.map((file, i) => ({ source: file.source, firstRow, rows: fileRows[i] })),
      };
}
