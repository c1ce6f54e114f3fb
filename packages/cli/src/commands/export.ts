import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { exportPlan, InputError, sqlDialects } from "psilon";
import { addRequired, jsonOption } from "../arguments.js";
import { bytesOf } from "../bytes.js";
import { readModel } from "../data/modelFile.js";
import { type ExportedFile, type FormatFlags, type FormatName, formats } from "../exports/formats.js";
import type { Io } from "../io.js";
import { type Output, openOutput } from "../output.js";
import { exportText } from "../render/export.js";
import { isSameSource } from "../sources.js";

interface Flags extends FormatFlags {
  readonly to: FormatName;
  readonly json?: true;
}

export function addExport(program: Command, io: Io): void {
  const names = Object.keys(formats) as FormatName[];
  const command = program
    .command("export <model>")
    .description(
      "Write a model in another language: the table's columns go in, predictions in its units come out.",
    );
  const what = names.map((name) => `${name}: ${formats[name].what}`).join("; ");
  addRequired(command, new Option("--to <format>", what).choices(names));
  addRequired(command, new Option("--out <file>", "where to write it"))
    .addOption(
      new Option("--dialect <name>", "of --to sql: whose SQL it is (default: duckdb)").choices(sqlDialects),
    )
    .option("--table <name>", "of --to sql: the name of the table whose rows are predicted (default: rows)")
    .option("--certify", "of --to js: the module also says what each column can do at most")
    .addOption(jsonOption())
    .addHelpText(
      "before",
      `Examples:
  psilon export price.safetensors --to onnx --out price.onnx
  psilon export price.safetensors --to js --out price.js --certify
  psilon export price.safetensors --to python --out price.py
  psilon export price.safetensors --to safetensors --out copy.safetensors
  psilon export price.safetensors --to sql --dialect postgres --table houses --out price.sql
`,
    )
    .action((model: string, flags: Flags) => exportModel(model, flags, io));
}

async function exportModel(path: string, flags: Flags, io: Io): Promise<void> {
  checkFlags(flags);
  const model = await readModel(path);
  const { columns, unread } = exportPlan(model);
  // All of them are known to be writable before the first is written.
  const opened: (ExportedFile & { readonly output: Output })[] = [];
  for (const file of formats[flags.to].write(model, flags)) {
    const target = besides(flags.out, file.ending);
    if (file.isModel && (await isSameSource(target, path))) continue;
    if (file.isModel) await checkReplaced(target, file.contents);
    if (opened.some(({ output }) => output.path === target)) {
      throw new InputError({
        code: "conflicting-arguments",
        found: `The file "${target}" would be both what --out names and what belongs beside it`,
        remedy: "give the one that --out names another ending",
      });
    }
    opened.push({ ...file, output: await openOutput("--out", target, [path]) });
  }
  for (const { contents, note, output } of opened) {
    await output.write(contents);
    if (note) io.stderr.write(`note: ${note}\n`);
  }
  const summary = {
    model: path,
    format: flags.to,
    files: opened.map(({ contents, output }) => ({ file: output.path, bytes: Buffer.byteLength(contents) })),
    columns: columns.map(({ name }) => name),
    unread,
  };
  io.stdout.write(flags.json ? `${JSON.stringify(summary)}\n` : exportText(summary));
}

/** Throws InputError for an option that the format does not know. */
function checkFlags(flags: Flags): void {
  const own = Object.values(formats).flatMap(({ options }) => options);
  const known = formats[flags.to].options;
  const stranger = own.find((name) => flags[name] !== undefined && !known.includes(name));
  if (stranger === undefined) return;
  throw new InputError({
    code: "conflicting-arguments",
    found: `The option --${stranger} means nothing to the format ${flags.to}`,
    remedy: "leave it out",
  });
}

/** Throws InputError where a model that nobody named would be lost. */
async function checkReplaced(target: string, contents: string | Uint8Array): Promise<void> {
  const there = await readFile(target).catch(() => null);
  if (there === null || there.equals(bytesOf(Buffer.from(contents)))) return;
  throw new InputError({
    code: "unwritable",
    found: `The file "${target}", which belongs beside what --out names, holds something else`,
    where: { source: target },
    remedy: "move it, or give what --out names another name",
  });
}

/** The path with another ending. */
const besides = (path: string, ending?: string): string =>
  ending === undefined ? path : path.replace(/\.[^./\\]+$/, "") + ending;
