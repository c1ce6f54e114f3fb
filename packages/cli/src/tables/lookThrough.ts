import type { DuckDBConnection } from "@duckdb/node-api";
import { missingTexts, type TextOptions } from "psilon";
import {
  likelyReading,
  numberReading,
  type Reading,
  type Test,
  textReading,
  typedReading,
} from "./readings.js";
import { type DeclaredKinds, type Plan, planByType } from "./readPlan.js";
import type { Relation, SourceColumn } from "./relation.js";

/** What running over all rows tells of a table. */
export interface Survey {
  readonly rowCount: number;
  /** Rows of each of the relation's files, in order. */
  readonly fileRows: readonly number[];
  /** One for each column of the relation. */
  readonly plans: readonly Plan[];
  /** Bytes that the different texts take, about, in as many rows as are kept together. */
  readonly bytes: number;
}

/** More columns than that in one statement take DuckDB longer to plan than to read. */
const TOGETHER = 250;

/** Cells and rows, at most, by which is guessed what columns of text hold. */
const GUESSED = { cells: 200_000, rows: 1000 };

/**
 * Runs over all rows inside of DuckDB, and decides by what is found how every column is read: text of which every cell is a number or a
 * date comes over as such, and never as a string. No more than `together` rows will be kept at a time.
 */
export async function lookThrough(
  connection: DuckDBConnection,
  relation: Relation,
  {
    kinds,
    readings,
    missing,
    together,
    signal,
  }: {
    readonly kinds: DeclaredKinds;
    readonly readings: Readonly<Record<string, string>>;
    readonly missing: readonly string[];
    readonly together: number;
    readonly signal: AbortSignal;
  },
): Promise<Survey> {
  const plans = new Map<SourceColumn, Plan>();
  const texts: SourceColumn[] = [];
  let pending: { column: SourceColumn; reading: Reading }[] = [];
  const commas = relation.decimalCommas ? "unknown" : "thousands";
  const textOf = (name: string): TextOptions =>
    Object.hasOwn(readings, name) ? { commas, missing, reading: readings[name] } : { commas, missing };
  for (const column of relation.columns) {
    const declared = Object.hasOwn(kinds, column.name) ? kinds[column.name] : undefined;
    const plan = planByType(column, declared, missing);
    if (plan !== undefined) pending.push({ column, reading: typedReading(plan) });
    else if (Object.hasOwn(readings, column.name))
      pending.push({ column, reading: textReading(column, textOf(column.name)) });
    else if (declared === "numeric" && !relation.decimalCommas)
      pending.push({ column, reading: numberReading(column, missing, textOf(column.name)) });
    else texts.push(column);
  }
  if (texts.length > 0) {
    const cells = await firstCells(connection, relation, texts, missing);
    texts.forEach((column, i) => {
      pending.push({ column, reading: likelyReading(column, cells[i], missing, textOf(column.name)) });
    });
  }

  let fileRows: readonly number[] | undefined;
  let bytes = 0;
  while (pending.length > 0 || fileRows === undefined) {
    const next: typeof pending = [];
    const tested = pending.filter(({ reading }) => fileRows === undefined || reading.tests.length > 0);
    for (const part of tested.length === 0 ? [[]] : parts(tested)) {
      signal.throwIfAborted();
      const found = await runTests(connection, relation, part);
      fileRows ??= found.fileRows;
      const rowCount = fileRows.reduce((sum, rows) => sum + rows, 0);
      part.forEach(({ column, reading }, i) => {
        const decided = reading.decide(found.values[i], Math.min(rowCount, together));
        if ("next" in decided) next.push({ column, reading: decided.next });
        else {
          plans.set(column, decided.plan);
          bytes += decided.bytes;
        }
      });
    }
    pending = next;
  }
  return {
    rowCount: fileRows.reduce((sum, rows) => sum + rows, 0),
    fileRows,
    plans: relation.columns.map((column) => plans.get(column) as Plan),
    bytes,
  };
}

function* parts<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += TOGETHER) yield items.slice(from, from + TOGETHER);
}

/** The first cells of each column, trimmed, that are not missing. */
async function firstCells(
  connection: DuckDBConnection,
  relation: Relation,
  columns: readonly SourceColumn[],
  missing: readonly string[],
): Promise<string[][]> {
  const tokens = new Set([...missingTexts, ...missing.map((token) => token.trim())]);
  const rows = Math.min(GUESSED.rows, Math.ceil(GUESSED.cells / columns.length));
  const reader = await connection.runAndReadAll(
    `SELECT ${columns.map(({ sql }) => sql).join(", ")} FROM ${relation.from(columns)} LIMIT ${rows}`,
  );
  const found = reader.getColumns() as (string | null)[][];
  // Of no rows there are no columns either.
  return columns.map((_, i) =>
    (found[i] ?? []).flatMap((cell) => (cell === null || tokens.has(cell.trim()) ? [] : [cell.trim()])),
  );
}

async function runTests(
  connection: DuckDBConnection,
  relation: Relation,
  part: readonly { column: SourceColumn; reading: Reading }[],
) {
  const tests = part.flatMap(({ reading }) => reading.tests);
  const columns = part.flatMap(({ column, reading }) => (reading.tests.length > 0 ? [column] : []));
  const file = relation.files === undefined ? "NULL" : "filename";
  const reader = await connection.runAndReadAll(
    `SELECT ${[file, "count(*)", ...tests.map(({ sql }) => sql)].join(", ")}
    FROM ${relation.from(columns)} ${relation.files === undefined ? "" : "GROUP BY filename"}`,
  );
  const rows = reader.getRows();
  const fileRows = relation.files?.map(({ path }) =>
    Number(rows.find(([name]) => name === path)?.[1] ?? 0),
  ) ?? [Number(rows[0][1])];
  const merged = tests.map((test, i) =>
    merge(
      test,
      rows.map((row) => row[i + 2]),
    ),
  );
  const values = part.map(({ reading }) => merged.splice(0, reading.tests.length));
  return { fileRows, values };
}

function merge({ merge: how }: Test, values: readonly unknown[]): unknown {
  switch (how) {
    // Of no rows nothing is known, which refutes nothing.
    case "and":
      return values.every((value) => value !== false);
    case "or":
      return values.some((value) => value === true);
    case "max":
      return values.reduce<number>((most, value) => Math.max(most, Number(value ?? 0)), 0);
    case "sum":
      return values.reduce<number>((sum, value) => sum + Number(value ?? 0), 0);
  }
}
