import { extname } from "node:path";
import { InputError } from "psilon";
import { unspelled } from "../optionNames.js";
import { identifier, literalPath, openDatabase } from "../tables/database.js";
import { settingsOfRun } from "./figures.js";
import { append, type Cell } from "./insert.js";
import { TABLES } from "./schema.js";
import { written } from "./settings.js";
import type { StoredMetric, StoredRun } from "./storedRuns.js";

/** How DuckDB writes each kind of file, by the ending of its name. */
const FORMATS: Readonly<Record<string, string>> = {
  ".parquet": "FORMAT parquet",
  ".csv": "FORMAT csv, HEADER",
  ".json": "FORMAT json, ARRAY",
};

/** Throws InputError for a name that is of none of the kinds of files. */
export function exportFormat(path: string): string {
  const format = FORMATS[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  throw new InputError({
    code: "wrong-type",
    found: `The option --out takes the name of a file that ends in ${Object.keys(FORMATS).join(", ")}, but "${path}" was given`,
    value: path,
  });
}

interface ExportedColumn {
  readonly name: string;
  readonly type: string;
  readonly of: (run: StoredRun) => Cell;
}

/** Writes runs as one table, a row each, to a file that is there. */
export async function exportRuns(runs: readonly StoredRun[], path: string, format: string): Promise<void> {
  const columns = exportedColumns(runs);
  const database = await openDatabase([path]);
  try {
    const { connection } = database;
    const declared = columns.map(({ name, type }) => `${identifier(name)} ${type}`);
    await connection.run(`CREATE TABLE runs (${declared.join(", ")})`);
    await append(
      connection,
      "runs",
      runs.map((run) => columns.map(({ of }) => of(run))),
    );
    await connection.run(`COPY runs TO ${literalPath(path)} (${format}, USE_TMP_FILE false)`);
  } finally {
    database.close();
  }
}

/** Those of the table of runs, then their settings, then what they came to over all splits. */
function exportedColumns(runs: readonly StoredRun[]): ExportedColumn[] {
  const { identity: _, process: __, ...own } = TABLES.runs;
  const facts = Object.entries(own).map(([name, type]) => ({
    name,
    type: type.split(" ", 1)[0],
    of: (run: StoredRun): Cell => {
      const value = (run as unknown as Readonly<Record<string, Cell>>)[unspelled(name.replace("_", "-"))];
      return name === "seed" ? BigInt(value as number) : value;
    },
  }));
  const options = [...new Set(runs.flatMap((run) => [...settingsOfRun(run).keys()]))];
  const settings = options.map((name) => {
    const settingOf = (run: StoredRun) => settingsOfRun(run).get(name) ?? null;
    const isNumber = runs.every((run) => settingOf(run) === null || typeof settingOf(run) === "number");
    return {
      name: `settings.${name}`,
      type: isNumber ? "DOUBLE" : "VARCHAR",
      of: (run: StoredRun) => (isNumber ? (settingOf(run) as number | null) : written(settingOf(run))),
    };
  });
  const nameOf = ({ predictor, part, metric }: StoredMetric) =>
    `metrics.${part}.${predictor === "network" ? "" : `${predictor}.`}${metric}`;
  const over = ({ metrics }: StoredRun) => metrics.filter(({ split }) => split === null);
  const metrics = [...new Set(runs.flatMap((run) => over(run).map(nameOf)))].map((name) => ({
    name,
    type: "DOUBLE",
    of: (run: StoredRun) => over(run).find((row) => nameOf(row) === name)?.value ?? null,
  }));
  return [...facts, ...settings, ...metrics];
}
