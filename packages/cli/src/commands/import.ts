import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { type ImportOptions, InputError, importOnnx, saveModel } from "psilon";
import { addRequired, collect, jsonOption } from "../arguments.js";
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
  const read = [path, ...(columns === undefined ? [] : [columns]), ...(like === undefined ? [] : [like])];
  const output = await openOutput("--out", flags.out, read);
  const bytes = await readBytes("ONNX file", path);
  const said = columns === undefined ? {} : await readColumns(columns);
  const table = like === undefined ? undefined : await readFrame(like, io, readOptions(flags, io));
  const model = importOnnx(bytes, {
    ...said,
    source: path,
    ...(table && { like: table }),
    ...(target && { target }),
    ...(classes && { classes: namesIn(classes) }),
  });
  await output.write(saveModel(model));
  io.stdout.write(
    flags.json
      ? `${JSON.stringify({ out: output.path, target: model.target, columns: model.schema.columns, record: model.record })}\n`
      : importText(model, output.path),
  );
}

const readBytes = (what: string, path: string): Promise<Uint8Array> =>
  readFile(path).then(
    (bytes) => Uint8Array.from(bytes),
    (error: NodeJS.ErrnoException) => {
      throw readProblem(what, path, error);
    },
  );

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
