import type { Command } from "commander";
import { createBackend, createTablePredictor, InputError, type PredictedRows, withInterval } from "psilon";
import { collect, jsonOption, number, spreadsheetOption } from "../arguments.js";
import { csvLine, inPieces, spreadsheetLine } from "../data/csv.js";
import { readModel } from "../data/modelFile.js";
import type { Io } from "../io.js";
import { openOutput } from "../output.js";
import { predictionColumns, predictionsJson } from "../predictions.js";
import { createProgress } from "../progress.js";
import { addReadingOptions, type ReadingFlags, readOptionsFor } from "../readingOptions.js";
import { count } from "../render/text.js";
import { readFrames } from "../tables/readFrame.js";
import { createScratch } from "../tables/scratch.js";
import { type WrittenRows, writeParquet } from "../tables/writeParquet.js";
import { type Unseen, unseenOption, withUnseen } from "../unseen.js";

interface Flags extends ReadingFlags {
  readonly out?: string;
  readonly keep?: readonly string[];
  readonly spreadsheet?: true;
  readonly interval?: number;
  readonly unseen: Unseen;
  readonly json?: true;
}

export function addPredict(program: Command, io: Io): void {
  const command = program
    .command("predict <model> <data>")
    .description("Predict every row of a table; classes come with their probabilities.")
    .option(
      "--out <file>",
      "where to write the predictions, as CSV, or as Parquet where its name ends in .parquet (default: CSV on standard output)",
    )
    .option(
      "--keep <columns>",
      'columns of the table to put before the predictions, as in id,name, or "all"; repeatable',
      collect,
    )
    .addOption(spreadsheetOption())
    .option(
      "--interval <share>",
      "an interval beside each number, to hold this share of new rows, as in 0.9 (default: as the model was trained)",
      number("--interval", "a number above 0 and below 1"),
    )
    .addOption(unseenOption())
    .addOption(jsonOption())
    .addHelpText(
      "before",
      `Examples:
  psilon predict model.safetensors new.csv --out predictions.csv
  psilon predict price.safetensors new.csv --interval 0.9
  psilon predict model.safetensors 'sales/*.parquet' --keep id,name --out predictions.parquet
  cat new.csv | psilon predict model.safetensors -
`,
    )
    .action((model: string, data: string, flags: Flags) => predict(model, data, flags, io));
  addReadingOptions(command);
}

async function predict(path: string, data: string, flags: Flags, io: Io): Promise<void> {
  const asParquet = flags.out !== undefined && /\.parquet$/i.test(flags.out);
  checkFlags(flags, asParquet);
  const read = withUnseen(await readModel(path), flags.unseen);
  const model = flags.interval === undefined ? read : withInterval(read, flags.interval);
  const output = flags.out === undefined ? null : await openOutput("--out", flags.out, [path, data]);
  const predictor = createTablePredictor(await createBackend(), model);
  // Lines that nobody watches tell nothing here, and a bar would stand between rows on one terminal.
  const isWatched = io.terminal.isTTY && (output !== null || flags.json || !io.printsOnTerminal);
  const progress = isWatched ? createProgress(io, "rows") : undefined;
  const collected: PredictedRows[] = [];
  let source = data;
  let rowCount = 0;
  let total = 0;
  const parts = async function* (): AsyncGenerator<WrittenRows> {
    const frames = readFrames(data, io, predictor.partRows, {
      ...readOptionsFor(model.schema, flags, io),
      keep: keepOf(flags, asParquet),
      onRowCount: (rows) => {
        total = rows;
      },
    });
    for await (const frame of frames) {
      const predicted = predictor.predict(frame);
      const columns = [...frame.kept, ...predictionColumns(predicted, model)];
      if (rowCount === 0) {
        source = frame.origin.source;
        checkNames(frame.kept.length, columns, source, asParquet);
      }
      if (flags.json) collected.push(predicted);
      rowCount += frame.rowCount;
      progress?.update("Predicting", rowCount, total);
      yield { columns, rowCount: frame.rowCount };
    }
  };
  const csv = () => csvPieces(parts(), flags.spreadsheet ? spreadsheetLine : csvLine);
  try {
    if (output && asParquet) await output.fill((to) => fillParquet(to, parts(), io));
    else if (output) await output.write(csv());
    else if (flags.json) for await (const _ of parts());
    else await io.printData(csv());
  } finally {
    progress?.stop();
  }
  const notes = predictor.notes();
  for (const note of notes) io.stderr.write(`note: ${note}\n`);
  if (flags.json) {
    const text = asJson(
      () => ({ ...predictionsJson(collected, model, notes), ...(output && { out: output.path }) }),
      source,
      rowCount,
    );
    io.stdout.write(`${text}\n`);
  } else if (output) {
    io.stdout.write(`Wrote ${count(rowCount, "prediction")} to ${output.path}.\n`);
  }
}

function checkFlags({ spreadsheet, keep, json, out }: Flags, asParquet: boolean): void {
  const refuse = (found: string, remedy: string) =>
    new InputError({ code: "conflicting-arguments", found, remedy });
  if (json && out === undefined && (spreadsheet || keep)) {
    throw spreadsheet
      ? refuse(
          "The option --spreadsheet is about CSV, which --json prints none of",
          "name a file for it with --out, or leave one of them out",
        )
      : refuse(
          "The option --keep is about CSV and Parquet, which --json prints none of",
          "name a file for them with --out, or leave one of them out",
        );
  }
  if (spreadsheet && asParquet) {
    throw refuse(
      `The option --spreadsheet is about CSV, but "${out}" is to be a Parquet file`,
      "name a file that ends in .csv with --out, or leave it out",
    );
  }
}

function keepOf({ keep }: Flags, asParquet: boolean) {
  if (keep === undefined) return undefined;
  const columns = keep.length === 1 && keep[0] === "all" ? ("all" as const) : keep;
  return { columns, as: asParquet ? ("types" as const) : ("text" as const) };
}

/** Throws InputError where two columns would share a name, of which the first so many were kept; DuckDB knows no upper and lower case. */
function checkNames(kept: number, columns: WrittenRows["columns"], source: string, asParquet: boolean): void {
  const names = columns.map(({ name }) => (asParquet ? name.toLowerCase() : name));
  const place = names.findIndex((name, i) => names.indexOf(name) < i);
  if (place < 0) return;
  const [first, second] = [columns[names.indexOf(names[place])].name, columns[place].name];
  const where = { source, column: first };
  if (place < kept) {
    throw new InputError({
      code: "duplicate-column",
      found:
        first === second
          ? `The option --keep names the column "${first}" twice`
          : `The columns "${first}" and "${second}" of ${source} differ in upper and lower case alone, which a Parquet file cannot tell apart`,
      where,
      remedy: first === second ? "name it once" : "keep one of them, or write CSV",
    });
  }
  throw new InputError({
    code: "duplicate-column",
    found: `The column "${first}" of ${source} cannot be kept beside the predictions, of which a column is called "${second}"`,
    where,
    remedy: `name the columns to keep without it, as in --keep id,name, or give it another name by a query in place of the table, as in "SELECT * RENAME (${inSql(first)} AS ${inSql(`true_${first}`)}) FROM '<file>'"`,
  });
}

const inSql = (name: string) => (/^[a-z_]\w*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

async function fillParquet(path: string, parts: AsyncIterable<WrittenRows>, { signal }: Io): Promise<void> {
  const scratch = createScratch(signal);
  try {
    await writeParquet(path, parts, scratch);
  } finally {
    scratch.remove();
  }
}

async function* csvPieces(parts: AsyncIterable<WrittenRows>, line: typeof csvLine): AsyncGenerator<string> {
  let isFirst = true;
  for await (const part of parts) {
    if (isFirst) yield line(part.columns.map(({ name }) => name));
    isFirst = false;
    yield* inPieces(csvLines(part, line));
  }
}

function* csvLines({ columns, rowCount }: WrittenRows, line: typeof csvLine): Generator<string> {
  for (let row = 0; row < rowCount; row++) {
    yield line(columns.map(({ values }) => (values[row] === null ? "" : String(values[row]))));
  }
}

/** Throws InputError where one string, or memory, does not hold it. */
function asJson(result: () => object, source: string, rowCount: number): string {
  try {
    return JSON.stringify(result());
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError({
      code: "out-of-memory",
      found: `The predictions of the ${count(rowCount, "row")} of ${source} are too long for one JSON text`,
      where: { source },
      remedy:
        "leave out --json for CSV, or write Parquet with --out predictions.parquet; these have no limit",
    });
  }
}
