import type { Command } from "commander";
import type { Schema } from "psilon";
import { collect, whole } from "./arguments.js";
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
    "rows to draw at random and leave the others out",
    whole("--sample", 1, 2 ** 31 - 1),
  );
}

export function readOptions({ encoding, skip, header, missing = [] }: ReadingFlags): ReadOptions {
  return {
    encoding,
    skip: skip !== undefined && /^\d+$/.test(skip) ? Number(skip) : skip,
    header,
    missing: missing.flatMap((text) => text.split(",")).map((text) => text.trim()),
  };
}

/** A table that goes with another is read as that was, and only what is not left out, the targets among it. */
export function readOptionsFor(schema: Schema, flags: ReadingFlags): ReadOptions {
  const read = schema.columns.filter(({ role }) => role !== "ignored");
  return {
    ...readOptions(flags),
    only: read.map(({ name }) => name),
    kinds: Object.fromEntries(read.map(({ name, kind }) => [name, kind])),
    readings: Object.fromEntries(
      read.flatMap(({ name, reading }) => (reading === undefined ? [] : [[name, reading]])),
    ),
  };
}
