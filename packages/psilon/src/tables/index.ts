// Table of contents of "psilon/tables": tables of typed columns, how they are made from what a program has, how they are read from files, and parts of their rows.

export {
  type BooleanColumn,
  type CategoryColumn,
  type Column,
  type DateColumn,
  type NamedColumn,
  type NumberColumn,
  nameOfRow,
  type Origin,
  placeOfRow,
  type UnreadColumn,
  type Value,
} from "./column.js";
export type { CellOptions, Values, Vector } from "./columnFrom.js";
export { dateFromDays, showDate } from "./dates.js";
export type { BlobLike, ByteSource, ByteStream, FileInput } from "./files/bytes.js";
export type { FileOptions } from "./files/fileOptions.js";
export { findHeader, type Header, type HeaderOptions, unclosedQuote } from "./files/header.js";
export { type CsvOptions, readCsv } from "./files/readCsv.js";
export { readParquet } from "./files/readParquet.js";
export { knownEncoding, wideEncoding } from "./files/text.js";
export { columnFinder, type Frame } from "./frame.js";
export { type Columns, frameFrom, type Row } from "./frameFrom.js";
export { type RowSplitter, rowSplitter, type SplitColumns } from "./rowSplitter.js";
export { originAfter, sliceFrame } from "./sliceFrame.js";
export { holdout, kFolds, type Split, splitsFromTestRows } from "./splits.js";
export { type TextBuilder, textBuilder } from "./textColumn.js";
export { missingTexts, numberIn } from "./texts.js";
export { type TextOptions, typeText } from "./typeText.js";
export { textAt, valueAt } from "./values.js";
