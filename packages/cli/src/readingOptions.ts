import type { Command } from "commander";
import { InputError, type Schema } from "psilon";
import { collect, whole } from "./arguments.js";
import type { Io } from "./io.js";
import type { ReadOptions } from "./tables/readFrame.js";

/** How a table is read, as Commander hands it over. */
export interface ReadingFlags {
  readonly encoding?: string;
  readonly skip?: string;
  readonly header: boolean;
  readonly missing?: readonly string[];
}

/** What every command that reads a table takes. */
export function addReadingOptions(command: Command): Command {
  return command
    .option(
      "--missing <texts>",
      "what stands for a missing value as well, as in -,unknown,-999; repeatable",
      collect,
    )
    .option("--encoding <name>", "of a text file, such as latin1 (default: found out)")
    .option("--skip <lines>", "lines above a text file's header, or what they begin with, such as #")
    .option(
      "--no-header",
      "the first line of a text file holds values: columns are called column 1, column 2, …",
    );
}

/** Draws rows of a table too large to be learned from whole. */
export function addSampleOption(command: Command): Command {
  return command.option(
    "--sample <n>",
    "rows to draw by the seed, the others are left out (default: all)",
    whole("--sample", 1, 2 ** 31 - 1),
  );
}

/** What reading takes for granted is said on standard error. */
export function readOptions(
  { encoding, skip, header, missing = [] }: ReadingFlags,
  { stderr }: Pick<Io, "stderr">,
): ReadOptions {
  return {
    onNote: (note) => stderr.write(`note: ${note}\n`),
    encoding,
    skip: skip === undefined ? undefined : linesToSkip(skip),
    header,
    missing: missing.flatMap((text) => text.split(",")).map((text) => text.trim()),
  };
}

/** A number of lines, or what they begin with. Throws InputError for other numbers. */
function linesToSkip(text: string): number | string {
  if (/^\d+$/.test(text)) return Number(text);
  if (text.trim() !== "" && Number.isNaN(Number(text))) return text;
  throw new InputError({
    code: "out-of-range",
    found: `The option --skip takes a number of lines, or what the lines to skip begin with, such as #, but "${text}" was given`,
    value: text,
  });
}

/** A table that goes with another is read as that was, and only what is not left out, the targets among it. */
export function readOptionsFor(schema: Schema, flags: ReadingFlags, io: Pick<Io, "stderr">): ReadOptions {
  const read = schema.columns.filter(({ role }) => role !== "ignored");
  const said = readOptions(flags, io);
  return {
    ...said,
    missing: [...(schema.missing ?? []), ...(said.missing ?? [])],
    isWhole: true,
    only: read.map(({ name }) => name),
    kinds: Object.fromEntries(read.map(({ name, kind }) => [name, kind])),
    readings: Object.fromEntries(
      read.flatMap(({ name, reading }) => (reading === undefined ? [] : [[name, reading]])),
    ),
  };
}
