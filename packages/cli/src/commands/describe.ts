import type { Command } from "commander";
import { describeFrame, holdoutRows, inferSchema, type Warning, warningsOf } from "psilon";
import { collect, jsonOption } from "../arguments.js";
import { columnNamed } from "../data/columnNames.js";
import type { Io } from "../io.js";
import { createProgress } from "../progress.js";
import { addReadingOptions, addSampleOption, type ReadingFlags, readOptions } from "../readingOptions.js";
import { descriptionText } from "../render/description.js";
import { readFrame } from "../tables/readFrame.js";
import { copiesNote, noteOf } from "../warnings.js";

interface Flags extends ReadingFlags {
  readonly target?: readonly string[];
  readonly sample?: number;
  readonly json?: true;
}

/** As `train` sets aside. */
const HOLDOUT = 0.2;

export function addDescribe(program: Command, io: Io): void {
  const command = program
    .command("describe <data>")
    .description(
      "Show what every column of a table is, what training would leave out, and what to look at first.",
    )
    .option("--target <column>", "the column to predict; repeat it for several numeric ones", collect)
    .addOption(jsonOption())
    .addHelpText(
      "before",
      `Examples:
  psilon describe houses.csv
  psilon describe houses.csv --target price
  psilon describe 'sales/*.parquet' --target amount --json
`,
    )
    .action((data: string, flags: Flags) => describe(data, flags, io));
  addSampleOption(addReadingOptions(command));
}

async function describe(data: string, flags: Flags, io: Io): Promise<void> {
  const progress = createProgress(io);
  try {
    const sample = flags.sample === undefined ? undefined : { rows: flags.sample, seed: 0 };
    const frame = await readFrame(data, io, {
      ...readOptions(flags, io),
      sample,
      onProgress: progress.reading,
    });
    progress.stop();
    const names = frame.columns.map(({ name }) => name);
    const target = (flags.target ?? []).map((name) => columnNamed(names, name));
    const schema = inferSchema(frame, { target: target.length > 0 ? target : undefined });
    const warnings: readonly Warning[] = warningsOf(frame, schema);
    const split = target.length > 0 ? holdoutRows(frame, target, { kinds: schema }, HOLDOUT) : undefined;
    const copies = split ? copiesNote(frame, { schema }, split) : null;
    const notes = [...warnings.map(noteOf), ...(copies === null ? [] : [copies])];
    const columns = describeFrame(frame, schema);
    const result = { data: frame.origin.source, rows: schema.rows, task: schema.task ?? null, columns };
    io.stdout.write(
      flags.json ? `${JSON.stringify({ ...result, warnings, notes })}\n` : descriptionText(result, notes),
    );
  } finally {
    progress.stop();
  }
}
