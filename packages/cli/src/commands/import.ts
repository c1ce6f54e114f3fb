import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { columnsOf, type ImportOptions, InputError, importOnnx, saveModel, type TabularModel } from "psilon";
import { addRequired, collect, jsonOption } from "../arguments.js";
import { bytesOf } from "../bytes.js";
import { notOnnx } from "../data/notOnnx.js";
import { readProblem } from "../data/readProblem.js";
import type { Io } from "../io.js";
import { openOutput } from "../output.js";
import { addReadingOptions, type ReadingFlags, readOptions } from "../readingOptions.js";
import { importText } from "../render/importing.js";
import { readFrame } from "../tables/readFrame.js";

interface Flags extends ReadingFlags {
  readonly columns?: string;
  readonly like?: string;
  readonly target?: readonly string[];
  readonly classes?: readonly string[];
  readonly out: string;
  readonly json?: true;
}

export function addImport(program: Command, io: Io): void {
  const command = program
    .command("import <network>")
    .description("Make a model of a network in an ONNX file, which another program trained.")
    .option("--columns <file.json>", "the columns that its inputs are, in their order, and what it predicts")
    .option(
      "--like <data>",
      "instead, a table of the columns that it was trained on: those of numbers but for --target",
    )
    .option(
      "--target <column>",
      "what it predicts; repeat it for several numbers (default: what the network calls its output)",
      collect,
    )
    .option(
      "--classes <names>",
      "of a classifier its classes in the order of its outputs, as in no,yes; repeatable",
      collect,
    );
  addRequired(command, new Option("--out <file>", "where to save the model"))
    .addOption(jsonOption())
    .addHelpText(
      "before",
      `Examples:
  psilon import net.onnx --out model.safetensors
  psilon import net.onnx --like houses.csv --target price --out price.safetensors
  psilon import net.onnx --columns columns.json --out model.safetensors
`,
    )
    .addHelpText(
      "after",
      `
columns.json lists the columns, and says what is not in the network:
  { "columns": ["age", { "name": "smoker", "kind": "boolean" },
      { "name": "size", "kind": "categorical", "categories": ["S", "M"] }],
    "target": "ill", "classes": ["no", "yes"] }
A truth is 0 or 1 to the network, a category 1 in an input of its own. Outputs are logits of classes where the network
ends in Softmax or Sigmoid, or classes are named; else numbers.`,
    )
    .action((path: string, flags: Flags) => importNetwork(path, flags, io));
  addReadingOptions(command);
}

async function importNetwork(path: string, flags: Flags, io: Io): Promise<void> {
  const { columns, like, target, classes } = flags;
  if (columns !== undefined && like !== undefined) {
    throw new InputError({
      code: "conflicting-arguments",
      found: "The options --columns and --like both say what the network's inputs are",
      remedy: "give only one of them",
    });
  }
  if (like === undefined) checkReading(flags);
  const read = [path, ...(columns === undefined ? [] : [columns]), ...(like === undefined ? [] : [like])];
  const output = await openOutput("--out", flags.out, read);
  const bytes = await readBytes("ONNX file", path);
  const said = columns === undefined ? {} : await readColumns(columns);
  const table = like === undefined ? undefined : await readFrame(like, io, readOptions(flags, io));
  const model = imported(bytes, path, {
    ...said,
    ...(table && { like: table }),
    ...(target && { target }),
    ...(classes && { classes: namesIn(classes) }),
  });
  await output.write(saveModel(model));
  io.stdout.write(
    flags.json ? `${JSON.stringify(importJson(model, output.path))}\n` : importText(model, output.path),
  );
}

/** Throws InputError for how a table is to be read where there is none. */
function checkReading({ missing, encoding, skip, header }: Flags): void {
  const given = Object.entries({ missing, encoding, skip }).find(([, value]) => value !== undefined);
  const option = given ? `--${given[0]}` : header ? null : "--no-header";
  if (option === null) return;
  throw new InputError({
    code: "missing-argument",
    found: `The option ${option} is about the table that --like names, but none is named`,
    remedy: "name one, or leave the option out",
  });
}

/** The model. Throws InputError as `importOnnx` does, but for a file of another kind, which is called by its name. */
function imported(bytes: Uint8Array, source: string, options: ImportOptions): TabularModel {
  try {
    return importOnnx(bytes, { ...options, source });
  } catch (error) {
    throw (error instanceof InputError && notOnnx(bytes, source)) || error;
  }
}

/** What is known of the model; what nobody has measured is left out. */
function importJson({ record, schema, target, members }: TabularModel, out: string): object {
  return {
    out,
    imported: record.imported,
    target:
      target.task === "regression"
        ? { task: target.task, names: target.names }
        : { task: target.task, names: [target.name], classes: target.classes },
    columns: columnsOf(schema, "feature").map(({ name, kind }) => ({ name, kind })),
    units: members[0].network.layers.map(({ rows }) => rows),
    parameters: record.parameters,
    bounds: record.bounds,
  };
}

const readBytes = (what: string, path: string): Promise<Uint8Array> =>
  readFile(path).then(bytesOf, (error: NodeJS.ErrnoException) => {
    throw readProblem(what, path, error);
  });

/** Names given once or several times, with commas between them. */
const namesIn = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => text.split(",")).map((name) => name.trim());

/** What a JSON file says of the columns; its values are checked where they are used. */
async function readColumns(path: string): Promise<Pick<ImportOptions, "columns" | "target" | "classes">> {
  const refuse = (why: string) =>
    new InputError({
      code: "wrong-format",
      found: `The file "${path}" does not say what the columns are: ${why}`,
      where: { source: path },
      remedy: 'write as in { "columns": ["age", "income"], "target": "price" }',
    });
  const text = new TextDecoder().decode(await readBytes("file", path));
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch (error) {
    throw refuse(`it is not JSON (${(error as Error).message})`);
  }
  if (typeof said !== "object" || said === null || Array.isArray(said)) throw refuse("it is no JSON object");
  const stranger = Object.keys(said).find((name) => !["columns", "target", "classes"].includes(name));
  if (stranger !== undefined) throw refuse(`there is no part "${stranger}"`);
  return said;
}
