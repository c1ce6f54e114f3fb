import { type Command, Option } from "commander";
import {
  checkQuestion,
  InputError,
  rowsWithTarget,
  type TabularModel,
  type Tolerance,
  targetNames,
} from "psilon";
import { anyForInfinity } from "../anyForInfinity.js";
import { addRequired, collect, jsonOption, toleranceOf, whole } from "../arguments.js";
import { commandLine } from "../commandLine.js";
import { readModel } from "../data/modelFile.js";
import type { Io } from "../io.js";
import { defaultThreads } from "../jobs.js";
import { modelColumns } from "../modelColumns.js";
import { monotoneColumns, monotoneIn } from "../monotoneColumns.js";
import { parseAlone } from "../moves.js";
import { openOutput } from "../output.js";
import { createProgress } from "../progress.js";
import { addReadingOptions, type ReadingFlags, readOptionsFor } from "../readingOptions.js";
import { count, facts, thousands } from "../render/text.js";
import { gatherFacts } from "../report/facts/facts.js";
import { reportPage } from "../report/page.js";
import { readFrame } from "../tables/readFrame.js";
import { chooseRows } from "../tables/sample.js";
import { type Unseen, unseenOption, withUnseen } from "../unseen.js";

interface Flags extends ReadingFlags {
  readonly data: string;
  readonly out: string;
  readonly monotone?: readonly string[];
  readonly fair?: readonly string[];
  readonly tolerance?: Tolerance;
  readonly date?: string;
  readonly unseen: Unseen;
  readonly seed: number;
  readonly threads: number;
  readonly json?: true;
}

export function addReport(program: Command, io: Io): void {
  const command = program
    .command("report <model>")
    .description(
      "Write all that is known of a model as one page that needs nothing else: data, scores, what columns do, what is proven, how to reproduce it.",
    );
  const data = new Option("--data <data>", "a table with the target, best one that the model has not seen");
  addRequired(command, data);
  addRequired(command, new Option("--out <file>", "where to write the page, as HTML"))
    .option(
      "--monotone <column=sign>",
      "columns of which to prove that predictions never fall (+) or rise (-) when they grow, as in income=+,debt=-; besides those that the model was trained so; repeatable",
      collect,
    )
    .option(
      "--fair <columns>",
      "columns to change alone, to any category or by an amount, as in sex,age=5: for which rows do predictions stay? Repeatable",
      collect,
    )
    .option(
      "--tolerance <t>",
      "how far a predicted number may move where it is to stay: in the target's units, or by a factor of 1.05 as in 5%",
      toleranceOf,
    )
    .option("--date <text>", "the date to put on it (default: none)")
    .addOption(unseenOption())
    .option(
      "--seed <n>",
      "draws the rows to certify, resamples and shuffles",
      whole("--seed", 0, 2 ** 32 - 1),
      0,
    )
    .option("--threads <n>", "rows to certify at a time", whole("--threads", 1, 1024), defaultThreads())
    .addOption(jsonOption())
    .addHelpText(
      "before",
      `Examples:
  psilon report price.safetensors --data test.csv --out report.html --tolerance 5%
  psilon report credit.safetensors --data test.csv --out report.html --fair sex,age=5 --monotone income=+
  psilon report credit.safetensors --data test.csv --out report.html --date 2025-06-30 --json
`,
    )
    .addHelpText(
      "after",
      `
The same model, table and options give the same bytes with the same version. What is proven is about at most 200
rows, drawn by the seed, of large networks fewer.
--json prints what the page says as one JSON object as well.`,
    )
    .action((model: string, flags: Flags, own: Command) => report(model, flags, commandLine(own), io));
  addReadingOptions(command);
}

async function report(path: string, flags: Flags, command: string, io: Io): Promise<void> {
  const { data, seed, threads, json, date = null } = flags;
  const { signal } = io;
  const model = withUnseen(await readModel(path), flags.unseen);
  const columns = modelColumns(model);
  const fair = parseAlone(flags.fair ?? [], columns);
  const { monotone: trained = {} } = model.record;
  const asked = Object.entries(monotoneIn(columns, monotoneColumns(flags.monotone ?? [])));
  // A direction that is asked for stands beside the other one that the model was trained for.
  const others = asked.filter(([name, sign]) => !Object.hasOwn(trained, name) || trained[name] !== sign);
  const monotone = [trained, Object.fromEntries(others)];
  checkTolerance(model, flags, Object.keys(fair));
  for (const [column, move] of Object.entries(fair))
    checkQuestion(model, { moves: { move: { [column]: move } }, tolerance: flags.tolerance });
  const output = await openOutput("--out", flags.out, [path, data]);
  const progress = createProgress(io, "rows");
  try {
    const frame = await readFrame(data, io, readOptionsFor(model.schema, flags, io));
    const labelled = rowsWithTarget(frame, targetNames(model.target));
    const drawn = drawnFrom(labelled, model, seed);
    const found = await gatherFacts({ model: path, data, date, command }, model, frame, {
      ...{ labelled, drawn, tolerance: flags.tolerance, fair, monotone, seed, threads, signal },
      onProgress: progress.update,
    });
    progress.stop();
    // What was cut short is no report.
    signal.throwIfAborted();
    await output.write(await reportPage(found));
    io.stdout.write(
      json
        ? `${JSON.stringify(found, anyForInfinity)}\n`
        : `${facts([
            ["report", output.path],
            ["about", `${path} on ${count(labelled.length, "row")} of ${data}`],
            ["certified", `${thousands(drawn.length)} of them`],
          ])}\n`,
    );
  } finally {
    progress.stop();
  }
}

/** Throws InputError for a tolerance of classes, and where columns are to be changed and predicted numbers have none. */
function checkTolerance(model: TabularModel, { tolerance }: Flags, fair: readonly string[]): void {
  if (tolerance !== undefined) checkQuestion(model, { tolerance });
  else if (fair.length > 0 && model.target.task === "regression") {
    throw new InputError({
      code: "missing-argument",
      found: `The option --fair asks whether predictions stay when "${fair[0]}" changes, but not how near to be the same`,
      remedy: "say with --tolerance how far a predicted number may move, such as 5%",
    });
  }
}

/** Rows to certify: of large networks fewer, whose weights times rows are some seconds' work, but so many that shares of them mean something. */
const ROWS = { most: 200, least: 20, weights: 2e7 };

function drawnFrom(labelled: Int32Array, { record }: TabularModel, seed: number): Int32Array {
  const affordable = Math.max(ROWS.least, Math.min(ROWS.most, Math.floor(ROWS.weights / record.parameters)));
  const count = Math.min(labelled.length, affordable);
  return Int32Array.from(chooseRows(labelled.length, count, seed), (place) => labelled[place]);
}
