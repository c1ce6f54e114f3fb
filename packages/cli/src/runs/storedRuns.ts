import type { DuckDBConnection } from "@duckdb/node-api";
import type { Direction } from "../sweeps/objective.js";
import { loadDuckDB } from "../tables/duckdb.js";
import { readRuns, writeRuns } from "./database.js";
import { killedRuns, markKilled } from "./killed.js";
import { readValue } from "./settings.js";
import type { Status } from "./status.js";

/** A run as it stands in the database. */
export interface StoredRun {
  readonly id: string;
  readonly command: string;
  readonly status: Status;
  readonly reason: string | null;
  readonly begun: Date;
  readonly ended: Date | null;
  readonly seconds: number | null;
  readonly parent: string | null;
  readonly number: number | null;
  readonly best: number | null;
  readonly data: string;
  readonly dataHash: string;
  readonly test: string | null;
  readonly testHash: string | null;
  readonly target: string;
  readonly line: string | null;
  readonly seed: number;
  readonly model: string | null;
  readonly modelHash: string | null;
  readonly psilon: string | null;
  readonly node: string | null;
  readonly platform: string | null;
  readonly arch: string | null;
  readonly processor: string | null;
  readonly cores: number | null;
  readonly backend: string | null;
  readonly threads: number | null;
  readonly host: string | null;
  readonly pid: number | null;
  /** What the best of its parts is told by. */
  readonly objectives: readonly StoredObjective[];
  readonly settings: readonly StoredSetting[];
  readonly metrics: readonly StoredMetric[];
  readonly bounds: readonly StoredBound[];
}

export interface StoredObjective extends Direction {
  readonly metric: string;
}

/** Values are null where there is none. */
export interface StoredSetting {
  readonly name: string;
  readonly given: unknown;
  readonly used: unknown;
}

export interface StoredMetric {
  readonly predictor: string;
  readonly part: string;
  readonly split: number | null;
  readonly metric: string;
  readonly value: number | null;
  readonly stderr: number | null;
}

export interface StoredBound {
  readonly split: number | null;
  readonly name: string;
  readonly norm: string;
  readonly value: number;
  readonly units: string;
}

export interface StoredEpoch {
  readonly run: string;
  readonly curve: string;
  readonly metric: string;
  readonly epoch: number;
  readonly value: number | null;
}

/** What is known of a table that was learned from or tested on. */
export interface Dataset {
  readonly hash: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly kind: string }[];
}

/** Looks at a database without a right to write it; with one, runs that were killed are marked so. */
export async function lookAtRuns<T>(
  path: string,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const killed = await readRuns(path, killedRuns);
  if (killed.length > 0) await writeRuns(path, markKilled, 0).catch(() => {});
  return readRuns(path, use);
}

const RUNS = `SELECT * EXCLUDE (identity, process) RENAME (data_hash AS "dataHash", test_hash AS "testHash", model_hash AS "modelHash")
  FROM runs WHERE id`;

interface TextSetting {
  readonly name: string;
  readonly given: string | null;
  readonly used: string | null;
}

/** The runs of these ids, in this order. */
export async function storedRuns(connection: DuckDBConnection, ids: readonly string[]): Promise<StoredRun[]> {
  type Row = Omit<StoredRun, "objectives" | "settings" | "metrics" | "bounds"> & { readonly seed: bigint };
  const rows = await rowsOf<Row>(connection, RUNS, ids);
  const killed = new Map((await killedRuns(connection)).map(({ id, reason }) => [id, reason]));
  const [objectives, settings, metrics, bounds] = [
    byRun(
      await rowsOf<StoredObjective & OfRun>(
        connection,
        "SELECT * EXCLUDE place FROM objectives WHERE run",
        ids,
      ),
    ),
    byRun(await rowsOf<TextSetting & OfRun>(connection, "SELECT * FROM settings WHERE run", ids)),
    byRun(await rowsOf<StoredMetric & OfRun>(connection, "SELECT * FROM metrics WHERE run", ids)),
    byRun(await rowsOf<StoredBound & OfRun>(connection, "SELECT * FROM bounds WHERE run", ids)),
  ];
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = found.get(id) as Row;
    const reason = killed.get(id);
    return {
      ...row,
      ...(reason !== undefined && { status: "killed", reason }),
      seed: Number(row.seed),
      objectives: objectives.get(id) ?? [],
      settings: (settings.get(id) ?? []).map(({ name, given, used }) => ({
        name,
        given: readValue(given),
        used: readValue(used),
      })),
      metrics: metrics.get(id) ?? [],
      bounds: bounds.get(id) ?? [],
    };
  });
}

/** The same, parts with the settings that all parts of their run have. */
export async function wholeRuns(connection: DuckDBConnection, ids: readonly string[]): Promise<StoredRun[]> {
  const runs = await storedRuns(connection, ids);
  const parents = [...new Set(runs.flatMap(({ parent }) => parent ?? []))];
  const above = new Map((await storedRuns(connection, parents)).map((run) => [run.id, run]));
  return runs.map((run) => {
    const own = new Set(run.settings.map(({ name }) => name));
    const common = (above.get(run.parent ?? "")?.settings ?? []).filter(
      ({ name }) => !own.has(name) && !OF_SEARCH.has(name),
    );
    return { ...run, settings: [...run.settings, ...common] };
  });
}

/** Settings of a run that are none of its parts'. */
const OF_SEARCH: ReadonlySet<string> = new Set(["space", "search", "trials", "metric", "over"]);

/** What is known of the epochs of runs. */
export function storedEpochs(connection: DuckDBConnection, ids: readonly string[]): Promise<StoredEpoch[]> {
  return rowsOf<StoredEpoch>(connection, "SELECT * FROM epochs WHERE run", ids);
}

/** The ids of the parts of runs, in their order. */
export async function partsOf(connection: DuckDBConnection, ids: readonly string[]): Promise<string[]> {
  const parts = await rowsOf<{ id: string; parent: string; number: number }>(
    connection,
    "SELECT id, parent, number FROM runs WHERE parent",
    ids,
  );
  const place = ({ parent }: { readonly parent: string }) => ids.indexOf(parent);
  return parts.sort((a, b) => place(a) - place(b) || a.number - b.number).map(({ id }) => id);
}

interface OfRun {
  readonly run: string;
}

function byRun<Row extends OfRun>(rows: readonly Row[]): Map<string, Omit<Row, "run">[]> {
  const found = new Map<string, Omit<Row, "run">[]>();
  for (const { run, ...row } of rows) {
    const own = found.get(run);
    if (own) own.push(row);
    else found.set(run, [row]);
  }
  return found;
}

/** Rows in the order in which they were written; `asked` ends in the column that is to be one of `ids`. */
async function rowsOf<Row>(
  connection: DuckDBConnection,
  asked: string,
  ids: readonly string[],
): Promise<Row[]> {
  const { LIST, listValue, VARCHAR } = await loadDuckDB();
  const read = await connection.runAndReadAll(
    `${asked} IN (SELECT unnest($1)) ORDER BY rowid`,
    [listValue([...ids])],
    [LIST(VARCHAR)],
  );
  return read.getRowObjectsJS() as unknown as Row[];
}

/** What is known of the tables that a run learned from and was tested on. */
export async function datasetsOf(
  connection: DuckDBConnection,
  { dataHash, testHash }: StoredRun,
): Promise<readonly Dataset[]> {
  const hashes = [dataHash, ...(testHash === null ? [] : [testHash])];
  const datasets = await rowsOf<{ readonly hash: string; readonly rows: bigint }>(
    connection,
    "SELECT * FROM datasets WHERE hash",
    hashes,
  );
  const columns = await rowsOf<{ readonly hash: string; readonly name: string; readonly kind: string }>(
    connection,
    "SELECT hash, name, kind FROM dataset_columns WHERE hash",
    hashes,
  );
  return datasets.map(({ hash, rows }) => ({
    hash,
    rows: Number(rows),
    columns: columns.filter((column) => column.hash === hash).map(({ name, kind }) => ({ name, kind })),
  }));
}
