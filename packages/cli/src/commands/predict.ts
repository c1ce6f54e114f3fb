import type { Command } from "commander";
import {
  createBackend,
  type Frame,
  InputError,
  type Predictions,
  predictTable,
  type TabularModel,
} from "psilon";
import { jsonOption, spreadsheetOption } from "../arguments.js";
import { csvLine, inPieces, spreadsheetLine } from "../data/csv.js";
import { readModel } from "../data/modelFile.js";
import type { Io } from "../io.js";
import { openOutput } from "../output.js";
import { addReadingOptions, type ReadingFlags, readOptionsFor } from "../readingOptions.js";
import { count } from "../render/text.js";
import { readFrame } from "../tables/readFrame.js";
import { type Unseen, unseenOption, withUnseen } from "../unseen.js";

interface Flags extends ReadingFlags {
  readonly out?: string;
  readonly spreadsheet?: true;
  readonly unseen: Unseen;
  readonly json?: true;
}

export function addPredict(program: Command, io: Io): void {
  const command = program
    .command("predict <model> <data>")
    .description("Predict every row of a table; classes come with their probabilities.")
    .option("--out <file>", "where to write the predictions, as CSV (default: standard output)")
    .addOption(spreadsheetOption())
    .addOption(unseenOption())
    .addOption(jsonOption())
    .addHelpText(
      "before",
      `Examples:
  psilon predict model.safetensors new.csv --out predictions.csv
  cat new.csv | psilon predict model.safetensors -
`,
    )
    .action((model: string, data: string, flags: Flags) => predict(model, data, flags, io));
  addReadingOptions(command);
}

async function predict(path: string, data: string, flags: Flags, io: Io): Promise<void> {
  if (flags.spreadsheet && flags.json && flags.out === undefined) {
    throw new InputError({
      code: "conflicting-arguments",
      found: "The option --spreadsheet is about CSV, which --json prints none of",
      remedy: "name a file for it with --out, or leave one of them out",
    });
  }
  const model = withUnseen(await readModel(path), flags.unseen);
  const output = flags.out === undefined ? null : await openOutput("--out", flags.out, [path, data]);
  const frame = await readFrame(data, io, readOptionsFor(model.schema, flags));
  const predictions = predictTable(await createBackend(), model, frame);
  for (const note of predictions.notes) io.stderr.write(`note: ${note}\n`);
  const csv = () => inPieces(csvLines(predictions, model, flags.spreadsheet ? spreadsheetLine : csvLine));
  if (output) await output.write(csv());
  if (flags.json) {
    const result = { ...toJson(predictions, model), ...(output && { out: output.path }) };
    io.stdout.write(`${asJson(result, frame)}\n`);
  } else if (output) {
    io.stdout.write(`Wrote ${count(frame.rowCount, "prediction")} to ${output.path}.\n`);
  } else {
    await io.printData(csv());
  }
}

function* csvLines(predictions: Predictions, model: TabularModel, line: typeof csvLine): Generator<string> {
  if (predictions.task === "regression") {
    const { targets, values } = predictions;
    yield line(targets);
    for (let i = 0; i < values.length; i += targets.length) {
      yield line(Array.from(values.subarray(i, i + targets.length), String));
    }
  } else {
    const { classes, labels, probabilities } = predictions;
    yield line([targetName(model), ...classes.map((name) => `probability_${name}`)]);
    for (const [i, label] of labels.entries()) {
      const shares = probabilities.subarray(i * classes.length, (i + 1) * classes.length);
      yield line([classes[label], ...Array.from(shares, String)]);
    }
  }
}

/** Throws InputError where one string does not hold it. */
function asJson(result: object, { origin: { source }, rowCount }: Frame): string {
  try {
    return JSON.stringify(result);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError({
      code: "out-of-memory",
      found: `The predictions of the ${count(rowCount, "row")} of ${source} are too long for one JSON text`,
      where: { source },
      remedy: "leave out --json for CSV, which has no limit, or predict a part of the rows at a time",
    });
  }
}

/** `predictions`: one value per row, or one object per row for several targets. */
function toJson(predictions: Predictions, model: TabularModel): object {
  const { task, notes } = predictions;
  if (predictions.task === "classification") {
    const { classes, labels, probabilities } = predictions;
    return {
      task,
      target: targetName(model),
      classes,
      predictions: Array.from(labels, (label) => classes[label]),
      probabilities: Array.from(labels, (_, i) =>
        Array.from(probabilities.subarray(i * classes.length, (i + 1) * classes.length)),
      ),
      notes,
    };
  }
  const { targets, values } = predictions;
  const rows = Array.from({ length: values.length / targets.length }, (_, i) =>
    Object.fromEntries(targets.map((name, k) => [name, values[i * targets.length + k]])),
  );
  return {
    task,
    target: targets.length === 1 ? targets[0] : targets,
    predictions: targets.length === 1 ? Array.from(values) : rows,
    notes,
  };
}

function targetName({ target }: TabularModel): string {
  return target.task === "regression" ? target.names.join(", ") : target.name;
}
