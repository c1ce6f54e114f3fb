import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { inferSchema } from "psilon";
import { expect, it } from "vitest";
import { readFrame } from "../../src/tables/readFrame.js";
import { rowName } from "../../src/tables/rowName.js";
import { temporaryFolder } from "../support/folder.js";

const folder = temporaryFolder();

it("names a row that begins beyond what a string can hold", async () => {
  const path = join(folder.path, "long.csv");
  const file = openSync(path, "w");
  writeSync(file, "a,y\n\n1,");
  // The file system keeps no zeros between.
  writeSync(file, "\n1,2\n3\n", 540_000_000);
  closeSync(file);
  expect(await rowName(path, { delimiter: ",", columns: 2, skip: 0 }, 5)).toEqual({
    row: 4,
    name: "Row 4 (line 5 of the file)",
  });
});

it.each([
  ["line ends of two characters", "\r\n"],
  ["line ends of one", "\n"],
])("counts alike wherever a piece of the file ends, with %s", async (_, end) => {
  const row = `"a${end}""b""",5"${end}${end}`;
  const rows = 150_000;
  const path = folder.write("pieces.csv", `\ufeff"x","y"${end}${row.repeat(rows)}1,2,3${end}`);
  // Each row has a blank line after it and a line end in quotes.
  expect(await rowName(path, { delimiter: ",", columns: 2, skip: 0 }, 2 * rows + 2)).toEqual({
    row: rows + 2,
    name: `Row ${rows + 2} (line ${3 * rows + 2} of the file)`,
  });
});

it("gives a row that cannot be read the number that one whose cell is wrong has", async () => {
  const lines = Array.from({ length: 30 }, (_, i) => `${i},${i}`);
  lines[17] = "";
  const read = (line: string) =>
    readFrame(folder.write("numbers.csv", `a,y\n${lines.with(20, line).join("\n")}\n`), {
      stdin: Readable.from([]),
      signal: new AbortController().signal,
    });
  await expect(read("20")).rejects.toThrow(/^Row 21 \(line 22 of the file\) of .*numbers\.csv has 1 value/);
  const frame = await read("2O,20");
  expect(() => inferSchema(frame)).toThrow('row 21 has "2O"');
});
