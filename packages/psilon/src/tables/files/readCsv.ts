import { aFunction, aText, type Kind, trueOrFalse } from "../../arguments.js";
import { InputError } from "../../errors.js";
import { checkGiven } from "../../names.js";
import type { Column } from "../column.js";
import type { Frame } from "../frame.js";
import { type ByteSource, bytesOf, type FileInput, nameOf } from "./bytes.js";
import { type CellGatherer, cellGatherer } from "./cells.js";
import { type FileOptions, fileOptionKinds } from "./fileOptions.js";
import { findHeader, type HeaderOptions } from "./header.js";
import { LONGEST_ROW, loadParser, recordsOf } from "./records.js";
import { encodingOf, piecesOf } from "./text.js";

export interface CsvOptions extends FileOptions, HeaderOptions {
  /** As TextDecoder names it. Default: found out. */
  readonly encoding?: string | undefined;
  /** Is told, in a sentence, what was assumed. */
  readonly onNote?: ((note: string) => void) | undefined;
}

const optionKinds = {
  ...fileOptionKinds,
  delimiter: aText,
  skip: {
    name: "a number of lines, or the text that they begin with,",
    is: (value) => typeof value === "string" || (Number.isInteger(value) && Number(value) >= 0),
  },
  header: trueOrFalse,
  encoding: aText,
  onNote: aFunction,
} satisfies Record<keyof CsvOptions, Kind>;

/** Rows by which is guessed what columns hold. */
const GLANCE = 1000;

/**
 * Reads comma-separated text or the like (RFC 4180; tabs, semicolons and bars are found out) into typed columns: a text, or a file's bytes,
 * such as the File that a page was given. The text passes by in pieces. A stream is gathered first, since
 * a column whose later cells are not what the first ones were is read a second time.
 *
 * Throws InputError for whatever is not a table, naming the row, and where the optional peer `papaparse` is not installed.
 */
export async function readCsv(input: string | FileInput, options: CsvOptions = {}): Promise<Frame> {
  checkGiven(options, optionKinds);
  const source =
    options.source ?? nameOf(input, typeof input === "string" ? "the given text" : "the given file");
  checkDelimiter(options.delimiter);
  const bytes = typeof input === "string" ? input : await bytesOf(input);
  const NewParser = await loadParser();
  const encoding = await encodingOf(bytes, source, options);
  const header = findHeader(await headOf(bytes, encoding), source, options);
  const isNamed = options.header ?? true;
  const origin = { source, firstRow: isNamed ? 2 : 1 };
  const {
    commas = header.delimiter === "," ? "thousands" : "unknown",
    missing = [],
    readings = {},
  } = options;
  const gatherers = () =>
    header.names.map((name) => {
      const reading = Object.hasOwn(readings, name) ? readings[name] : undefined;
      return cellGatherer(name, origin, {
        commas,
        reading,
        missing,
        asText: options.asText?.has(name) === true,
      });
    });
  /** Gathers some columns, and counts the rows. */
  const gather = async (wanted: readonly (CellGatherer | undefined)[], settles: boolean): Promise<number> => {
    let rowCount = 0;
    const pieces = piecesOf(bytes, encoding);
    for await (const rows of recordsOf(pieces, NewParser, source, header, isNamed)) {
      rowCount += rows.length;
      for (const [place, gatherer] of wanted.entries()) {
        gatherer?.take(rows, place);
        if (settles && rowCount >= GLANCE) gatherer?.settle();
      }
    }
    return rowCount;
  };

  const first = gatherers();
  const rowCount = await gather(first, true);
  if (rowCount === 0) throw noRows(source, isNamed ? header.names.length : undefined);
  const columns = first.map((gatherer) => gatherer.column());
  if (columns.includes(undefined)) {
    const again = gatherers().map((gatherer, i) => (columns[i] === undefined ? gatherer : undefined));
    await gather(again, false);
    for (const [i, gatherer] of again.entries()) columns[i] ??= gatherer?.column();
  }
  return {
    origin,
    columns: columns as Column[],
    rowCount,
    ...(options.missing?.length && { missing: options.missing }),
  };
}

/** Enough of the text to hold its header. */
async function headOf(input: string | ByteSource, encoding: string): Promise<string> {
  let head = "";
  for await (const piece of piecesOf(input, encoding)) {
    head += piece;
    if (head.length > LONGEST_ROW) break;
  }
  return head;
}

function checkDelimiter(delimiter: string | undefined): void {
  if (delimiter === undefined || /^[^\r\n"\ufeff]$/.test(delimiter)) return;
  throw new InputError({
    code: "unknown-choice",
    found: `The delimiter is ${JSON.stringify(delimiter)}`,
    value: delimiter,
    remedy: "it must be one letter that neither ends a line nor quotes, such as a comma",
  });
}

function noRows(source: string, columns: number | undefined): InputError {
  const found = `There are no rows in ${source}`;
  return new InputError({
    code: "no-rows",
    found:
      columns === undefined
        ? found
        : `${found}, only a header that names ${columns} ${columns === 1 ? "column" : "columns"}`,
    where: { source },
    remedy: columns === undefined ? "it should hold a table" : "add rows below it",
  });
}
