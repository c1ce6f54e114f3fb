import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type Column, type Frame, InputError } from "psilon";
import { expect } from "vitest";
import { type ReadOptions, readFrame } from "../../src/tables/readFrame.js";
import { temporaryFolder } from "./folder.js";

/** A column's cells as a person would write them down: numbers, texts, booleans, dates, null where missing; or why it was left out. */
export function cellsOf(column: Column): readonly unknown[] | string {
  switch (column.kind) {
    case "numbers":
      return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
    case "dates":
      return Array.from(column.values, (value) =>
        Number.isNaN(value) ? null : new Date(value).toISOString(),
      );
    case "booleans":
      return Array.from(column.values, (value) => (value < 0 ? null : value === 1));
    case "categories":
      return Array.from(column.codes, (code) => (code < 0 ? null : column.dictionary[code]));
    case "unread":
      return column.reason;
  }
}

/** What a frame holds, by the names of its columns in order. */
export const cellsByName = (frame: Frame) =>
  frame.columns.map((column) => [column.name, cellsOf(column)] as const);

/** Reading tables of a temporary folder, of which nothing may be left elsewhere. */
export function frameReader() {
  const folder = temporaryFolder();
  const { signal } = new AbortController();
  const read = (source: string, options: ReadOptions = {}, stdin: string | Uint8Array = "") =>
    readFrame(source, { stdin: Readable.from([stdin]), signal }, options);
  const readFile = (name: string, contents: string | Uint8Array, options: ReadOptions = {}) =>
    read(folder.write(name, contents), options);
  return {
    folder,
    read,
    readFile,
    /** The message with which reading is refused, the folder's path left out. */
    async refusal(reading: Promise<Frame>): Promise<string> {
      const error = await reading.then(
        () => expect.fail("was read"),
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(InputError);
      return (error as Error).message.replaceAll(`${folder.path}/`, "");
    },
    path: (name: string) => join(folder.path, name),
    names: () => readdirSync(folder.path),
  };
}
