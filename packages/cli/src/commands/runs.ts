import { existsSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type Command, Option } from "commander";
import { InputError } from "psilon";
import { addRequired, jsonOption, whole } from "../arguments.js";
import type { Io } from "../io.js";
import { openOutput } from "../output.js";
import { openPlot } from "../plot.js";
import { runCharts } from "../render/runCharts.js";
import { differences, runComparison } from "../render/runComparison.js";
import { runDetails } from "../render/runDetails.js";
import { type ListedRun, partsText, runsText } from "../render/runs.js";
import { sweepCharts } from "../render/sweepCharts.js";
import { count } from "../render/text.js";
import { writeRuns } from "../runs/database.js";
import { exportFormat, exportRuns } from "../runs/exportRuns.js";
import { findRuns } from "../runs/findRuns.js";
import { listRuns, type RunFilter } from "../runs/listRuns.js";
import { progressOf } from "../runs/progress.js";
import { bestParts, searchedSweep } from "../runs/ranking.js";
import { RUNS } from "../runs/recordOptions.js";
import { removeRuns } from "../runs/removeRuns.js";
import { statuses } from "../runs/status.js";
import {
  datasetsOf,
  lookAtRuns,
  partsOf,
  type StoredRun,
  storedEpochs,
  storedRuns,
  wholeRuns,
} from "../runs/storedRuns.js";

interface Flags {
  readonly runs?: string;
  readonly json?: true;
}

export function addRuns(program: Command, io: Io): void {
  const runs = program
    .command("runs")
    .description(
      "List, show, compare, draw, export and remove what train, evaluate, compare and sweep recorded.",
    )
    .addHelpText(
      "before",
      `Examples:
  psilon runs list --status done
  psilon runs show k3f9
  psilon runs compare k3f9 x0qa 7bzm
  psilon runs plot k3f9 x0qa --out curves.svg
  psilon runs export --out runs.parquet
  psilon runs rm k3f9
`,
    );
  const add = (usage: string, description: string) =>
    runs
      .command(usage)
      .description(description)
      .option("--runs <file>", `the database of runs (default: ${RUNS})`)
      .addOption(jsonOption());
  add("list", "List runs, the newest first.")
    .addOption(new Option("--status <status>", "only those that are so").choices([...statuses]))
    .addOption(
      new Option("--command <name>", "only those of this command").choices([
        ...["train", "evaluate", "compare", "sweep"],
      ]),
    )
    .option("--of <id>", "the parts of this one: trials of a sweep, entries of a comparison")
    .option("--limit <n>", "how many to show at most", whole("--limit", 1, 1_000_000), 20)
    .action((flags: ListFlags) => list(flags, io));
  add(
    "show <id>",
    "Show all that is known of a run, by the beginning of its id, and the best of its parts.",
  ).action((id: string, flags: Flags) => show(id, flags, io));
  add("compare <ids...>", "Show what runs differ in, and side by side what they came to.").action(
    (ids: readonly string[], flags: Flags) => compare(ids, flags, io),
  );
  const plotted = add(
    "plot <ids...>",
    "Draw a sweep by its settings; runs by epoch where that is known, else what they came to.",
  );
  addRequired(
    plotted,
    new Option("--out <file.svg>", "where to draw; the Vega-Lite chart stays beside it, as .vl.json"),
  ).action((ids: readonly string[], flags: OutFlags) => plot(ids, flags, io));
  const exported = add("export [ids...]", "Write runs, all or these, with their parts, as one table.");
  addRequired(exported, new Option("--out <file>", "where to write: a .parquet, .csv or .json file")).action(
    (ids: readonly string[], flags: OutFlags) => write(ids, flags, io),
  );
  add("rm [ids...]", "Remove runs with their parts; files of models stay.")
    .option("--all", "remove all that do not run")
    .action((ids: readonly string[], flags: Flags & { readonly all?: true }) => remove(ids, flags, io));
}

interface ListFlags extends Flags {
  readonly status?: RunFilter["status"];
  readonly command?: string;
  readonly of?: string;
  readonly limit: number;
}

interface OutFlags extends Flags {
  readonly out: string;
}

async function list({ runs, json, of, limit, status, command }: ListFlags, io: Io): Promise<void> {
  if (runs === undefined && !existsSync(RUNS)) {
    const text = `No runs are recorded in "${RUNS}" yet: psilon train, evaluate, compare and sweep record theirs.\n`;
    io.stdout.write(json ? `${JSON.stringify({ runs: [], more: 0 })}\n` : text);
    return;
  }
  const path = runs ?? RUNS;
  const listed = await lookAtRuns(path, async (connection) => {
    const [parent] = of === undefined ? [] : await findRuns(connection, path, [of]);
    const { runs, more } = await listRuns(connection, { status, command, parent }, limit);
    const [whole] = parent === undefined ? [] : await storedRuns(connection, [parent]);
    return { runs: await withProgress(connection, runs), more, whole };
  });
  const { whole, ...found } = listed;
  const text =
    whole === undefined || found.runs.length === 0
      ? runsText(found.runs, found.more)
      : partsText(whole, found.runs, found.more);
  io.stdout.write(json ? `${JSON.stringify(found)}\n` : text);
}

/** How far each has come that is made of parts. */
function withProgress(connection: DuckDBConnection, runs: readonly StoredRun[]): Promise<ListedRun[]> {
  return Promise.all(runs.map(async (run) => ({ ...run, progress: await progressOf(connection, run) })));
}

async function show(name: string, { runs: path = RUNS, json }: Flags, io: Io): Promise<void> {
  const { run, datasets, epochs, parts, progress } = await lookAtRuns(path, async (connection) => {
    const ids = await findRuns(connection, path, [name]);
    const [run] = await wholeRuns(connection, ids);
    return {
      run,
      datasets: await datasetsOf(connection, run),
      epochs: await storedEpochs(connection, ids),
      parts: await storedRuns(connection, await partsOf(connection, ids)),
      progress: await progressOf(connection, run),
    };
  });
  io.stdout.write(
    json
      ? `${JSON.stringify({ ...run, progress, datasets, epochs, parts })}\n`
      : runDetails(run, datasets, progress, bestParts(run, parts)),
  );
}

async function compare(names: readonly string[], { runs: path = RUNS, json }: Flags, io: Io): Promise<void> {
  const runs = await lookAtRuns(path, async (connection) =>
    wholeRuns(connection, await findRuns(connection, path, names)),
  );
  if (runs.length < 2) {
    throw new InputError({
      code: "missing-argument",
      found: "Only one run was named to compare",
      remedy: "name two or more",
    });
  }
  const differing = Object.fromEntries(differences(runs));
  io.stdout.write(json ? `${JSON.stringify({ runs, differing })}\n` : runComparison(runs));
}

async function plot(
  names: readonly string[],
  { runs: path = RUNS, out, json }: OutFlags,
  io: Io,
): Promise<void> {
  const picture = await openPlot(out, [path], "--out");
  const { sweep, runs, epochs } = await lookAtRuns(path, async (connection) => {
    const ids = await findRuns(connection, path, names);
    const parts = await partsOf(connection, ids);
    const found = await storedRuns(connection, [...ids, ...parts]);
    // What is made of parts came to nothing of its own.
    const drawn = found.filter(({ metrics }) => metrics.length > 0);
    const [first] = found;
    return {
      sweep: ids.length === 1 && first.command === "sweep" ? first : null,
      runs: drawn,
      epochs: await storedEpochs(
        connection,
        drawn.map(({ id }) => id),
      ),
    };
  });
  if (runs.length === 0) {
    throw new InputError({
      code: "unsuitable",
      found: `There is nothing to draw of ${names.join(", ")}, which came to no metrics`,
      remedy: "name runs that ended well",
    });
  }
  await picture.draw(sweep ? sweepCharts(searchedSweep(sweep, runs)) : runCharts(runs, epochs));
  tell({ runs: runs.map(({ id }) => id), out }, `drawn  ${out}`, json, io);
}

async function write(
  names: readonly string[],
  { runs: path = RUNS, out, json }: OutFlags,
  io: Io,
): Promise<void> {
  const format = exportFormat(out);
  const output = await openOutput("--out", out, [path]);
  const runs = await lookAtRuns(path, async (connection) => {
    if (names.length === 0) {
      const { runs: whole } = await listRuns(connection, {}, Number.MAX_SAFE_INTEGER);
      const ids = whole.map(({ id }) => id);
      return [...whole, ...(await wholeRuns(connection, await partsOf(connection, ids)))];
    }
    const ids = await findRuns(connection, path, names);
    return wholeRuns(connection, [...ids, ...(await partsOf(connection, ids))]);
  });
  await output.fill((file) => exportRuns(runs, file, format));
  tell({ runs: runs.length, out }, `saved  ${count(runs.length, "run")} in ${out}`, json, io);
}

async function remove(
  names: readonly string[],
  { runs: path = RUNS, all, json }: Flags & { readonly all?: true },
  io: Io,
): Promise<void> {
  if (all && names.length > 0) {
    throw new InputError({
      code: "conflicting-arguments",
      found: "The option --all removes all runs, but some were named",
      remedy: "leave one of them out",
    });
  }
  if (!all && names.length === 0) {
    throw new InputError({
      code: "missing-argument",
      found: "No run was named to remove",
      remedy: "name some by their ids, or give --all",
    });
  }
  // Nobody makes a database to remove from.
  await lookAtRuns(path, async () => {});
  const removed = await writeRuns(path, (connection) => removeRuns(connection, path, all ? "all" : names));
  tell({ removed }, `removed  ${count(removed.length, "run")}`, json, io);
}

const tell = (facts: object, text: string, json: true | undefined, io: Io) =>
  io.stdout.write(`${json ? JSON.stringify(facts) : text}\n`);
