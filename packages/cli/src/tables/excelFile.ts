import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { InputError } from "psilon";
import { csvLine, inPieces } from "../data/csv.js";
import { chosenOf } from "./chosenOf.js";
import { delimitedRelation, type NamedFile } from "./delimited.js";
import { nothingIn } from "./header.js";
import type { Relation } from "./relation.js";
import type { Scratch } from "./scratch.js";

type Cell = string | number | boolean | Date | null;

/** A sheet of an Excel file, written down as text. Its first row that is not blank names the columns. */
export async function excelRelation(
  file: NamedFile,
  sheet: string | undefined,
  scratch: Scratch,
): Promise<Relation> {
  const { default: readSheets } = await import("read-excel-file/node");
  const sheets = await readSheets(await readFile(file.path), { trim: false }).catch((error: Error) => {
    throw new InputError({
      code: "unreadable",
      found: `The spreadsheet ${file.source} cannot be read (${error.message})`,
      where: { source: file.source },
      remedy: "save it again as .xlsx, or as CSV",
    });
  });
  const name = chosenOf(
    sheets.map((one) => one.sheet),
    sheet,
    file.source,
    "spreadsheet",
  );
  const rows = sheets.find((one) => one.sheet === name)?.data as unknown as readonly (readonly Cell[])[];
  const source = sheet === undefined ? file.source : `${file.source}::${sheet}`;
  const header = rows.findIndex((row) => row.some((cell) => cell !== null));
  if (header < 0) throw nothingIn(source);
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const lines = function* () {
    for (const row of rows.slice(header))
      yield csvLine(Array.from({ length: width }, (_, i) => textOf(row[i])));
  };
  const path = await scratch.keep("table", Readable.from(inPieces(lines())), [], (error) => {
    throw error;
  });
  const relation = await delimitedRelation([{ path, source }], source, ".csv", scratch, {});
  return { ...relation, firstRow: header + 2 };
}

function textOf(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  return cell instanceof Date ? cell.toISOString() : String(cell);
}
