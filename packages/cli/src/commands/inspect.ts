import type { Command } from "commander";
import {
  type Backend,
  createBackend,
  type Frame,
  guaranteeOf,
  InputError,
  inspectModel,
  type PartialDependence,
  partialDependence,
  permutationImportance,
  rowsWithTarget,
  type TabularModel,
  targetNames,
} from "psilon";
import { collect, jsonOption, whole } from "../arguments.js";
import { readModel } from "../data/modelFile.js";
import type { Io } from "../io.js";
import { modelColumns } from "../modelColumns.js";
import { parseColumns } from "../moves.js";
import { createProgress } from "../progress.js";
import { addReadingOptions, type ReadingFlags, readOptionsFor } from "../readingOptions.js";
import type { TableFindings } from "../render/columns.js";
import { guaranteeJson } from "../render/guarantee.js";
import { inspectionText } from "../render/inspection.js";
import { partialDependenceText } from "../render/partialDependence.js";
import { readFrame } from "../tables/readFrame.js";

interface Flags extends ReadingFlags {
  readonly data?: string;
  readonly partial?: readonly string[];
  readonly repeats?: number;
  readonly seed?: number;
  readonly json?: true;
}

export function addInspect(program: Command, io: Io): void {
  const command = program
    .command("inspect <model>")
    .description(
      "Show a model's layers, lengths, bounds and sparsity, and how far each column can move a prediction at most; with --data, which columns matter.",
    )
    .option(
      "--data <data>",
      "a table with the target, to tell how much its score rests on each column, what each does on average, and what is certified of the rows",
    )
    .option(
      "--partial <columns>",
      "instead, the mean prediction for each value of these columns over the rows of --data, which need no target, as in age,sex; repeatable",
      collect,
    )
    .option("--repeats <n>", "times that each column is shuffled (default: 5)", whole("--repeats", 1, 1000))
    .option("--seed <n>", "shuffles the columns (default: 0)", whole("--seed", 0, Number.MAX_SAFE_INTEGER))
    .addOption(jsonOption())
    .addHelpText(
      "before",
      `Examples:
  psilon inspect model.safetensors
  psilon inspect model.safetensors --data test.csv
  psilon inspect model.safetensors --data houses.csv --partial area,district --json
`,
    )
    .action((model: string, flags: Flags) => {
      checkFlags(flags);
      return flags.partial ? showPartial(model, flags, io) : inspect(model, flags, io);
    });
  addReadingOptions(command);
}

/** Throws InputError for options that mean nothing beside the others. */
function checkFlags({ data, partial, repeats, seed }: Flags): void {
  const given = Object.entries({ partial, repeats, seed }).filter(([, value]) => value !== undefined);
  if (data === undefined && given.length > 0) {
    throw new InputError({
      code: "missing-argument",
      found: `The option --${given[0][0]} is about the rows of a table, but none is named`,
      remedy: "name one with --data, or leave the option out",
    });
  }
  if (partial && given.length > 1) {
    throw new InputError({
      code: "conflicting-arguments",
      found: `The option --${given[1][0]} shuffles columns, which --partial does not`,
      remedy: "leave one of them out",
    });
  }
}

async function inspect(path: string, flags: Flags, io: Io): Promise<void> {
  const model = await readModel(path);
  const report = inspectModel(model);
  const onTable = flags.data === undefined ? null : await lookAtTable(model, flags, io);
  const { target, record } = model;
  const { importance, dependences, guarantee } = onTable ?? {};
  const found = onTable && {
    importance,
    partialDependence: dependences,
    guarantee: guaranteeJson(guarantee ?? null),
  };
  io.stdout.write(
    flags.json
      ? `${JSON.stringify({ model: path, target, ...report, ...found, record })}\n`
      : inspectionText(path, model, report, onTable),
  );
}

async function lookAtTable(model: TabularModel, flags: Flags, io: Io): Promise<TableFindings> {
  const { repeats, seed } = flags;
  const { signal } = io;
  const frame = await readTable(model, flags, io);
  const backend = await createBackend();
  const progress = createProgress(io, "rows");
  try {
    const found = await permutationImportance(backend, model, frame, {
      repeats,
      seed,
      onProgress: (done, total) =>
        progress.update("Shuffling columns", done * frame.rowCount, total * frame.rowCount),
      signal,
    });
    const rows = rowsWithTarget(frame, targetNames(model.target));
    const columns = found.columns.map(({ column }) => column);
    return {
      importance: { data: frame.origin.source, ...found },
      dependences: await dependencesOf(backend, model, frame, columns, io, evenly(rows)),
      guarantee: await guaranteeOf(backend, model, frame, { rows, signal }),
    };
  } finally {
    progress.stop();
  }
}

/** Rows that are averaged over for each value of every column, which may be as many as there are categories. */
const AVERAGED = 1000;

const evenly = (rows: Int32Array): Int32Array => {
  const step = Math.ceil(rows.length / AVERAGED);
  return rows.filter((_, i) => i % step === 0);
};

/** What the model predicts on average for each value of these columns. */
async function dependencesOf(
  backend: Backend,
  model: TabularModel,
  frame: Frame,
  columns: readonly string[],
  { signal }: Io,
  rows?: Int32Array,
): Promise<PartialDependence[]> {
  const found: PartialDependence[] = [];
  for (const column of columns) {
    found.push(await partialDependence(backend, model, frame, column, { rows, signal }));
  }
  return found;
}

async function showPartial(path: string, flags: Flags, io: Io): Promise<void> {
  const model = await readModel(path);
  const columns = parseColumns(flags.partial ?? [], modelColumns(model));
  const frame = await readTable(model, flags, io);
  const curves = await dependencesOf(await createBackend(), model, frame, columns, io);
  const { source } = frame.origin;
  io.stdout.write(
    flags.json
      ? `${JSON.stringify({ model: path, data: source, partialDependence: curves })}\n`
      : partialDependenceText(source, curves),
  );
}

const readTable = ({ schema }: TabularModel, flags: Flags, io: Io) =>
  readFrame(flags.data ?? "", io, readOptionsFor(schema, flags, io));
