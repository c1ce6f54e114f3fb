import type { DuckDBConnection, DuckDBValue, DuckDBVector } from "@duckdb/node-api";
import {
  type CategoryColumn,
  type Column,
  InputError,
  missingTexts,
  type Origin,
  type TextOptions,
  typeText,
} from "psilon";
import type { KeepPlan, KeptColumn } from "./keep.js";
import { MOST_TEXTS, tooMany } from "./readings.js";
import type { Plan } from "./readPlan.js";
import type { Relation } from "./relation.js";

/** Rows of a table, column by column. */
export interface Rows {
  readonly columns: readonly Column[];
  readonly kept: readonly KeptColumn[];
  readonly rowCount: number;
}

/** Takes the values of one column as DuckDB hands them over. */
interface Writer<C = Column> {
  /** The vector's values at `places`, or from `from` on, become those of `count` rows. */
  take(vector: DuckDBVector, places: Int32Array | undefined, from: number, count: number): void;
  /** What was taken. */
  column(): C;
}

/**
 * The relation's rows as typed columns, `together` at a time but for the last ones. Of `chosen`, ascending places of rows, only these.
 * `onRows` hears how many rows have been run over.
 */
export async function* readColumns(
  connection: DuckDBConnection,
  relation: Relation,
  plans: readonly Plan[],
  options: {
    /** Of the rows after so many. */
    readonly originAfter: (rows: number) => Origin;
    readonly together: number;
    /** As many as the relation has. */
    readonly rowCount: number;
    readonly missing: readonly string[];
    readonly chosen?: Float64Array | undefined;
    /** Columns to be handed over as they stand, besides. */
    readonly keep: readonly KeepPlan[];
    readonly signal: AbortSignal;
    readonly onRows: (rows: number) => void;
  },
): AsyncGenerator<Rows> {
  const { chosen, together, signal, keep } = options;
  const read = plans.filter((plan) => plan.kind !== "unread");
  // Without a column there are rows all the same.
  const values = [...read, ...keep].map(({ sql }) => sql).join(", ") || "NULL";
  const columns = new Set([...read, ...keep].map(({ column }) => column));
  const stream = await connection.stream(`SELECT ${values} FROM ${relation.from([...columns])}`);
  const missing = new Set([...missingTexts, ...options.missing.map((token) => token.trim())]);
  let before = 0;
  let kept = 0;
  const start = () => plans.map((plan) => writerOf(plan, options.originAfter(before), together, missing));
  let writers = start();
  let keepers = keep.map(keeperOf);
  const rows = (): Rows => ({
    columns: writers.map((writer) => writer.column()),
    kept: keepers.map((keeper) => keeper.column()),
    rowCount: kept,
  });
  let done = 0;
  let next = 0;
  for (;;) {
    const chunk = await stream.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    signal.throwIfAborted();
    const places = chosen && placesBelow(chosen, next, done, chunk.rowCount);
    options.onRows(done + chunk.rowCount);
    const available = places?.length ?? chunk.rowCount;
    for (let from = 0; from < available; ) {
      const count = Math.min(together - kept, available - from);
      let vector = 0;
      for (const [i, writer] of writers.entries()) {
        if (plans[i].kind !== "unread") writer.take(chunk.getColumnVector(vector++), places, from, count);
      }
      for (const keeper of keepers) keeper.take(chunk.getColumnVector(vector++), places, from, count);
      kept += count;
      from += count;
      if (kept < together) continue;
      yield rows();
      before += kept;
      kept = 0;
      writers = start();
      keepers = keep.map(keeperOf);
    }
    next += places?.length ?? 0;
    done += chunk.rowCount;
  }
  signal.throwIfAborted();
  // DuckDB ends a stream without an error where it is stopped.
  if (done !== options.rowCount) {
    throw new InputError({
      code: "unreadable",
      found: `Reading ${relation.source} ended after ${done} rows, where ${options.rowCount} were found before`,
      where: { source: relation.source },
      remedy: "the file changed meanwhile, or memory ran out, so try again",
    });
  }
  if (kept > 0) yield rows();
}

/** The chosen rows, from the one at `next` on, that are among the `count` after `done`, as places among these. */
function placesBelow(chosen: Float64Array, next: number, done: number, count: number): Int32Array {
  let end = next;
  while (end < chosen.length && chosen[end] < done + count) end++;
  return Int32Array.from(chosen.subarray(next, end), (row) => row - done);
}

function writerOf(plan: Plan, origin: Origin, room: number, missing: ReadonlySet<string>): Writer {
  const named = { name: plan.column.name, origin };
  if (plan.kind === "unread") {
    return { take() {}, column: () => ({ ...named, kind: "unread", reason: plan.reason }) };
  }
  const noted = plan.reading === undefined ? named : { ...named, reading: plan.reading };
  switch (plan.kind) {
    case "numbers":
    case "dates": {
      const { kind } = plan;
      return numbersWriter(new Float64Array(room), (values) => ({ ...noted, kind, values }));
    }
    case "booleans":
      return numbersWriter(new Int8Array(room), (values) => ({ ...noted, kind: "booleans", values }));
    case "categories":
      return textWriter(room, missing, (codes, dictionary) =>
        dictionary === undefined
          ? { ...named, kind: "unread", reason: tooMany(plan.column).reason }
          : typed({ ...noted, kind: "categories", codes, dictionary }, plan.texts),
      );
  }
}

function keeperOf({ column, type }: KeepPlan): Writer<KeptColumn> {
  const values: DuckDBValue[] = [];
  return {
    take(vector, places, from, count) {
      for (let i = from; i < from + count; i++) values.push(vector.getItem(places ? places[i] : i));
    },
    column: () => ({ name: column.name, type, values }),
  };
}

/** Text that is no other kind's to begin with is what all of it says. */
const typed = (column: CategoryColumn, texts: TextOptions | undefined): Column =>
  texts === undefined ? column : typeText(column, texts);

function numbersWriter<A extends Float64Array | Int8Array>(values: A, column: (values: A) => Column): Writer {
  let to = 0;
  return {
    take(vector, places, from, count) {
      for (let i = from; i < from + count; i++)
        values[to++] = vector.getItem(places ? places[i] : i) as number;
    },
    column: () => column((to === values.length ? values : values.slice(0, to)) as A),
  };
}

/** A text gets its code where it is first seen, trimmed; of too many there is no dictionary. */
function textWriter(
  room: number,
  missing: ReadonlySet<string>,
  column: (codes: Int32Array, dictionary: readonly string[] | undefined) => Column,
): Writer {
  const codes = new Int32Array(room);
  const dictionary: string[] = [];
  /** Codes of texts as they stand, and of trimmed ones. */
  const known = new Map<string | null, number>([[null, -1]]);
  let isKept = true;
  let to = 0;
  const codeOf = (text: string): number => {
    const trimmed = text.trim();
    let code = missing.has(trimmed) ? -1 : known.get(trimmed);
    if (code === undefined) {
      code = dictionary.length;
      dictionary.push(trimmed);
      known.set(trimmed, code);
    }
    known.set(text, code);
    return code;
  };
  return {
    take(vector, places, from, count) {
      for (let i = from; i < from + count && isKept; i++) {
        const text = vector.getItem(places ? places[i] : i) as string | null;
        codes[to++] = known.get(text) ?? codeOf(text as string);
      }
      if (dictionary.length <= MOST_TEXTS) return;
      isKept = false;
      dictionary.length = 0;
      known.clear();
    },
    column: () => column(to === room ? codes : codes.slice(0, to), isKept ? dictionary : undefined),
  };
}
