import type { Command } from "commander";
import {
  constantTestScores,
  createBackend,
  estimateScores,
  rowsWithTarget,
  targetNames,
  testTable,
} from "psilon";
import { jsonOption, whole } from "../arguments.js";
import { readModel } from "../data/modelFile.js";
import type { Io } from "../io.js";
import { createProgress } from "../progress.js";
import { addReadingOptions, type ReadingFlags, readOptionsFor } from "../readingOptions.js";
import { type TestSummary, testText } from "../render/testing.js";
import { readFrame } from "../tables/readFrame.js";
import { type Unseen, unseenOption, withUnseen } from "../unseen.js";

interface Flags extends ReadingFlags {
  readonly unseen: Unseen;
  readonly seed: number;
  readonly json?: true;
}

export function addTest(program: Command, io: Io): void {
  const command = program
    .command("test <model> <data>")
    .description("Score a saved model on rows with the target, by every metric, with 95 % intervals.")
    .addOption(unseenOption())
    .option("--seed <n>", "draws the resamples of intervals", whole("--seed", 0, Number.MAX_SAFE_INTEGER), 0)
    .addOption(jsonOption())
    .addHelpText(
      "before",
      `Examples:
  psilon test model.safetensors test.csv
  psilon test model.safetensors 'sales/2025-*.parquet' --unseen zeros
  psilon test model.safetensors test.csv --json
`,
    )
    .addHelpText(
      "after",
      `
Rows without the target are left out. Intervals hold the score of this model on all rows like these in about 95 of 100
tables (percentile bootstrap over 1,000 resamples), if the rows are drawn independently; they do not tell how another
training would come out.
Exit codes are 0 when it is done, however good the model is, and otherwise those of every command (psilon --help).`,
    )
    .action((model: string, data: string, flags: Flags) => test(model, data, flags, io));
  addReadingOptions(command);
}

async function test(path: string, data: string, flags: Flags, io: Io): Promise<void> {
  const model = withUnseen(await readModel(path), flags.unseen);
  const frame = await readFrame(data, io, readOptionsFor(model.schema, flags, io));
  const labelled = rowsWithTarget(frame, targetNames(model.target));
  const tested = testTable(await createBackend(), model, frame, labelled);
  const { notes } = tested.predicted;
  for (const note of notes) io.stderr.write(`note: ${note}\n`);
  const rows = { read: frame.rowCount, tested: labelled.length };
  const progress = createProgress(io, "rows");
  try {
    const scores = await estimateScores(model, tested, {
      seed: flags.seed,
      onProgress: (done, total) =>
        progress.update("Drawing resamples", done * rows.tested, total * rows.tested),
      signal: io.signal,
    });
    progress.stop();
    const constant = constantTestScores(model, tested.truth);
    const summary: TestSummary = {
      data: frame.origin.source,
      model,
      rows,
      seed: flags.seed,
      scores,
      constant,
    };
    io.stdout.write(flags.json ? `${JSON.stringify(testJson(path, summary, notes))}\n` : testText(summary));
  } finally {
    progress.stop();
  }
}

function testJson(path: string, summary: TestSummary, notes: readonly string[]): object {
  const { data, model, rows, seed, scores, constant } = summary;
  const { task, ...found } = scores;
  return {
    task,
    model: path,
    data,
    target: targetNames(model.target),
    rows,
    intervals: { confidence: 0.95, resamples: 1000, seed },
    ...found,
    baselines: { constant: constant?.metrics ?? null, validation: model.record.validation },
    notes,
  };
}
