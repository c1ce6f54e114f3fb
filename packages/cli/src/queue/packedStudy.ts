import { type Column, checkOptions, type Frame, InputError, type TrainOptions } from "psilon";
import { bytesOf } from "../bytes.js";
import { FOREIGN, type Study } from "../sweeps/study.js";
import { fieldsOf, listIn, refuse, textIn, wholeIn } from "./untrusted.js";

/**
 * A study as bytes: "psilon study 1\n", the header's length, the header as JSON, and behind it the arrays' bytes, each from a multiple of 8 on: a
 * column after the other, then the rows' weights. Numbers are little-endian, as every processor has them that Node runs on but for IBM's mainframes.
 */
const MAGIC = new TextEncoder().encode("psilon study 1\n\0");
const HEADER_AT = MAGIC.length + 8;

/** What is accepted at most: bytes in all and of the header; columns. */
export const LIMITS = { bytes: 2 ** 30, header: 2 ** 27, columns: 100_000 } as const;

const SOURCE = "packed study";

interface Header {
  readonly target: readonly string[];
  readonly folds: number;
  /** Without the rows' weights. */
  readonly options: Study["options"];
  readonly isWeighted: boolean;
  readonly rowCount: number;
  readonly missing?: readonly string[];
  /** The frame's, then others that columns have. */
  readonly origins: readonly Frame["origin"][];
  readonly columns: readonly ColumnHeader[];
}

interface ColumnHeader {
  readonly kind: Column["kind"];
  readonly name: string;
  /** Its place among the origins. */
  readonly origin: number;
  readonly reading?: string;
  readonly dictionary?: readonly string[];
  readonly reason?: string;
}

/** Bytes for a study, from which `unpackStudy` reads the same. Throws InputError for one that is too large. */
export function packStudy({ frame, target, options, folds }: Study): Uint8Array {
  const { sampleWeights, ...plain } = options;
  const origins = [...new Set([frame.origin, ...frame.columns.map(({ origin }) => origin)])];
  const header: Header = {
    target,
    folds,
    options: plain,
    isWeighted: sampleWeights !== undefined,
    rowCount: frame.rowCount,
    ...(frame.missing && { missing: frame.missing }),
    origins,
    columns: frame.columns.map(({ kind, name, origin, reading, ...column }) => ({
      kind,
      name,
      origin: origins.indexOf(origin),
      ...(reading !== undefined && { reading }),
      ...("dictionary" in column && { dictionary: column.dictionary }),
      ...("reason" in column && { reason: column.reason }),
    })),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const arrays = frame.columns.flatMap((column) => arrayOf(column) ?? []);
  if (sampleWeights !== undefined) arrays.push(Float64Array.from(sampleWeights));
  const length = arrays.reduce((sum, { byteLength }) => aligned(sum) + byteLength, HEADER_AT + text.length);
  if (length > LIMITS.bytes || text.length > LIMITS.header) {
    throw new InputError({
      code: "unsuitable",
      found: `The table takes ${Math.ceil(length / 2 ** 20)} MiB, its texts and names ${Math.ceil(text.length / 2 ** 20)}, and a queue carries at most ${LIMITS.bytes / 2 ** 20} and ${LIMITS.header / 2 ** 20}`,
      where: { source: frame.origin.source },
      remedy: "leave columns out, draw rows with --sample, or run the sweep on this machine",
    });
  }
  const bytes = new Uint8Array(length);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(MAGIC.length, text.length, true);
  bytes.set(text, HEADER_AT);
  let at = HEADER_AT + text.length;
  for (const array of arrays) {
    at = aligned(at);
    bytes.set(bytesOf(array), at);
    at += array.byteLength;
  }
  return bytes;
}

function arrayOf(column: Column): Float64Array | Int32Array | Int8Array | null {
  if (column.kind === "unread") return null;
  return column.kind === "categories" ? column.codes : column.values;
}

const aligned = (at: number): number => 8 * Math.ceil(at / 8);

/** Reads a study from bytes that anyone may have written; its arrays are views of them. Throws InputError for what is none, and nothing else. */
export function unpackStudy(given: Uint8Array): Study {
  if (given.length > LIMITS.bytes) refuse(SOURCE, `it has more than ${LIMITS.bytes} bytes`);
  if (given.length < HEADER_AT || MAGIC.some((byte, i) => given[i] !== byte))
    refuse(SOURCE, "it does not begin as one");
  // The arrays' places are multiples of 8 in the whole buffer as well.
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(MAGIC.length, true);
  if (view.getUint32(MAGIC.length + 4, true) !== 0 || length > LIMITS.header)
    refuse(SOURCE, `its header has more than ${LIMITS.header} bytes`);
  if (length > bytes.length - HEADER_AT) refuse(SOURCE, "it ends within its header");
  const { columns, origins, ...header } = readHeader(
    bytes.slice(HEADER_AT, HEADER_AT + length),
    bytes.length,
  );

  let at = HEADER_AT + length;
  const take = <T>(
    Kind: new (buffer: ArrayBufferLike, at: number, length: number) => T,
    width: number,
  ): T => {
    at = aligned(at);
    if (header.rowCount * width > bytes.length - at) refuse(SOURCE, "it ends within its rows");
    const array = new Kind(bytes.buffer, bytes.byteOffset + at, header.rowCount);
    at += header.rowCount * width;
    return array;
  };
  const read = ({ kind, name, origin, reading, dictionary = [], reason = "" }: ColumnHeader): Column => {
    const named = { name, origin: origins[origin], ...(reading !== undefined && { reading }) };
    switch (kind) {
      case "numbers":
        return { ...named, kind, values: take(Float64Array, 8) };
      case "dates":
        return { ...named, kind, values: datesOnly(name, take(Float64Array, 8)) };
      case "categories":
        return { ...named, kind, codes: within(name, take(Int32Array, 4), dictionary.length), dictionary };
      case "booleans":
        return { ...named, kind, values: within(name, take(Int8Array, 1), 2) };
      case "unread":
        return { ...named, kind, reason };
    }
  };
  const frame: Frame = {
    origin: origins[0],
    columns: columns.map(read),
    rowCount: header.rowCount,
    ...(header.missing && { missing: header.missing }),
  };
  const sampleWeights = header.isWeighted ? { sampleWeights: take(Float64Array, 8) } : {};
  if (at !== bytes.length) refuse(SOURCE, "there is more behind its rows");
  return {
    frame,
    target: header.target,
    options: { ...header.options, ...sampleWeights },
    folds: header.folds,
  };
}

/** Every row takes a byte at least, so that there are no more than `most`. */
function readHeader(bytes: Uint8Array, most: number): Header {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    refuse(SOURCE, "its header is not JSON");
  }
  const header = fieldsOf(
    SOURCE,
    "header",
    value,
    ["target", "folds", "options", "isWeighted", "rowCount", "origins", "columns"],
    ["missing"],
  );
  const texts = (what: string, list: unknown, most: number) =>
    listIn(SOURCE, what, list, most).map((text) => textIn(SOURCE, what, text, LIMITS.header));
  const rowCount = wholeIn(SOURCE, "count of rows", header.rowCount, 0, most);
  const origins = listIn(SOURCE, "list of origins", header.origins, LIMITS.columns).map(originIn);
  if (origins.length === 0) refuse(SOURCE, "it does not say where its rows are from");
  if (typeof header.isWeighted !== "boolean") refuse(SOURCE, "it does not say whether its rows have weights");
  return {
    target: texts("target", header.target, LIMITS.columns),
    folds: wholeIn(SOURCE, "number of folds", header.folds, 2, 1000),
    options: optionsOf(header.options),
    isWeighted: header.isWeighted,
    rowCount,
    ...(header.missing !== undefined && { missing: texts("missing texts", header.missing, LIMITS.columns) }),
    origins,
    columns: listIn(SOURCE, "list of columns", header.columns, LIMITS.columns).map((column) =>
      columnIn(column, origins.length),
    ),
  };
}

const KINDS = ["numbers", "categories", "booleans", "dates", "unread"] as const;

function columnIn(value: unknown, origins: number): ColumnHeader {
  const column = fieldsOf(
    SOURCE,
    "column",
    value,
    ["kind", "name", "origin"],
    ["reading", "dictionary", "reason"],
  );
  const kind = KINDS.find((known) => known === column.kind);
  if (kind === undefined) refuse(SOURCE, "a column is of no kind that there is");
  const { reading, dictionary, reason } = column;
  if (
    (dictionary !== undefined) !== (kind === "categories") ||
    (reason !== undefined) !== (kind === "unread")
  )
    refuse(SOURCE, "a column has what belongs to another kind");
  const read = {
    kind,
    name: textIn(SOURCE, "column's name", column.name, LIMITS.header),
    origin: wholeIn(SOURCE, "column's origin", column.origin, 0, origins - 1),
    ...(reading !== undefined && {
      reading: textIn(SOURCE, "column's reading", reading, LIMITS.header),
    }),
  };
  if (reason !== undefined)
    return { ...read, reason: textIn(SOURCE, "reason for leaving a column out", reason, LIMITS.header) };
  if (dictionary === undefined) return read;
  const texts = listIn(SOURCE, "dictionary", dictionary, LIMITS.header).map((text) =>
    textIn(SOURCE, "category", text, LIMITS.header),
  );
  if (new Set(texts).size < texts.length) refuse(SOURCE, "a dictionary has a text twice");
  return { ...read, dictionary: texts };
}

function originIn(value: unknown): Frame["origin"] {
  const place = (what: string, of: Readonly<Record<"source" | "firstRow", unknown>>) => ({
    source: textIn(SOURCE, `${what}'s name`, of.source, LIMITS.header),
    firstRow: wholeIn(SOURCE, `${what}'s first row`, of.firstRow, 0, Number.MAX_SAFE_INTEGER),
  });
  const origin = fieldsOf(SOURCE, "origin", value, ["source", "firstRow"], ["files"]);
  if (origin.files === undefined) return place("origin", origin);
  const files = listIn(SOURCE, "list of files", origin.files, LIMITS.columns).map((one) => {
    const file = fieldsOf(SOURCE, "file", one, ["source", "firstRow", "rows"]);
    return {
      ...place("file", file),
      rows: wholeIn(SOURCE, "count of a file's rows", file.rows, 0, Number.MAX_SAFE_INTEGER),
    };
  });
  return { ...place("origin", origin), files };
}

/** Weights of rows travel among the numbers. */
const ELSEWHERE = [...FOREIGN, "sampleWeights"];

function optionsOf(value: unknown): Study["options"] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    refuse(SOURCE, "its options are no object");
  const foreign = ELSEWHERE.find((name) => Object.hasOwn(value, name));
  if (foreign !== undefined) refuse(SOURCE, `its options have "${foreign}"`);
  try {
    checkOptions(value as TrainOptions);
  } catch (error) {
    if (error instanceof InputError) throw error;
    refuse(SOURCE, "a value among its options is of no kind that there is");
  }
  return value as Study["options"];
}

function within<Codes extends Int32Array | Int8Array>(name: string, codes: Codes, count: number): Codes {
  for (let row = 0; row < codes.length; row++) {
    if (!(codes[row] >= -1 && codes[row] < count))
      refuse(SOURCE, `the column "${name}" has a code that stands for nothing`);
  }
  return codes;
}

/** Milliseconds from 1970 to the ends of what dates there are. */
const LAST_DATE = 8.64e15;

function datesOnly(name: string, dates: Float64Array): Float64Array {
  for (let row = 0; row < dates.length; row++) {
    if (Math.abs(dates[row]) > LAST_DATE) refuse(SOURCE, `the column "${name}" has a date that there is not`);
  }
  return dates;
}
