import type { Compressors, FileMetaData, parquetScan } from "hyparquet";
import { InputError } from "../../errors.js";
import { checkGiven } from "../../names.js";
import type { Column } from "../column.js";
import type { Frame } from "../frame.js";
import { type ByteSource, bytesOf, type FileInput, nameOf } from "./bytes.js";
import { type FileOptions, fileOptionKinds } from "./fileOptions.js";
import { parquetGatherer } from "./parquetColumn.js";
import { asStored, planOf } from "./parquetType.js";
import { loadPeer } from "./peer.js";

type Hyparquet = { readonly parquetScan: typeof parquetScan };

/** Moments as milliseconds, without a Date for each. */
const PARSERS = {
  timestampFromMilliseconds: Number,
  timestampFromMicroseconds: (micros: bigint) => Number(micros) / 1000,
  timestampFromNanoseconds: (nanos: bigint) => Number(nanos / 1000n) / 1000,
  dateFromDays: (days: number) => days * 86_400_000,
};

/**
 * Reads a Parquet file into typed columns, without a pass through text but where a column holds texts: a column of a row group at a time,
 * so that little is held beside the columns. `input`: the file's bytes, or what reads parts of them, such as a page's File.
 *
 * Throws InputError for whatever is not such a file, and where an optional peer is not installed: `hyparquet`, and `hyparquet-compressors` for
 * what is compressed otherwise than by Snappy.
 */
export async function readParquet(input: FileInput, options: FileOptions = {}): Promise<Frame> {
  checkGiven(options, fileOptionKinds);
  const source = options.source ?? nameOf(input, "the given file");
  const file = await bytesOf(input);
  const hyparquet = await loadPeer(
    () => import("hyparquet"),
    "hyparquet",
    "Reading Parquet needs the reader hyparquet, which is not installed",
  );
  const metadata = await hyparquet.parquetMetadataAsync(file).catch((error: Error) => {
    throw damaged(source, error);
  });
  const rowCount = Number(metadata.num_rows);
  if (rowCount === 0) {
    throw new InputError({
      code: "no-rows",
      found: `There are no rows in ${source}`,
      where: { source },
      remedy: "it should hold some",
    });
  }
  const compressors = await compressorsOf(metadata);
  const stored = { ...metadata, schema: metadata.schema.map(asStored) };
  const origin = { source, firstRow: 1 };
  const { missing = [], readings = {} } = options;
  const columns: Column[] = [];
  for (const tree of hyparquet.parquetSchema(metadata).children) {
    const { name } = tree.element;
    const plan = planOf(tree);
    if (plan.kind === "unread") {
      columns.push({ kind: "unread", name, origin, reason: plan.reason });
      continue;
    }
    const reading = Object.hasOwn(readings, name) ? readings[name] : undefined;
    const gatherer = parquetGatherer(name, origin, rowCount, plan, {
      ...(options.commas && { commas: options.commas }),
      reading,
      missing,
      asText: options.asText?.has(name) === true,
    });
    try {
      for await (const values of valuesOf(hyparquet, file, stored, compressors, name)) gatherer.take(values);
    } catch (error) {
      throw damaged(source, error as Error, name);
    }
    columns.push(gatherer.column());
  }
  return { origin, columns, rowCount, ...(missing?.length && { missing }) };
}

/** A column's values, row group by row group; a scan of its own, since one keeps what it read. */
async function* valuesOf(
  { parquetScan }: Hyparquet,
  file: ByteSource,
  metadata: FileMetaData,
  compressors: Compressors | undefined,
  column: string,
) {
  const scan = await parquetScan({
    file,
    metadata,
    columns: [column],
    parsers: PARSERS,
    utf8: false,
    ...(compressors && { compressors }),
  });
  for (const range of scan.ranges) yield await scan.readColumn({ column, ...range });
}

/** Decompressors where some column is compressed by what hyparquet cannot read itself. */
async function compressorsOf({ row_groups: groups }: FileMetaData): Promise<Compressors | undefined> {
  const codecs = new Set(groups.flatMap(({ columns }) => columns.map((chunk) => chunk.meta_data?.codec)));
  for (const codec of ["UNCOMPRESSED", "SNAPPY", undefined] as const) codecs.delete(codec);
  if (codecs.size === 0) return undefined;
  const found = `Reading Parquet that is compressed by ${[...codecs].join(" and ")} needs the decompressors of hyparquet, which are not installed`;
  const { compressors } = await loadPeer(
    () => import("hyparquet-compressors"),
    "hyparquet-compressors",
    found,
  );
  return compressors;
}

function damaged(source: string, error: Error, column?: string): InputError {
  if (column === undefined) {
    return new InputError({
      code: "wrong-format",
      found: `The file ${source} is not a Parquet file, or is cut off`,
      where: { source },
      remedy: "write it again",
    });
  }
  return new InputError({
    code: "damaged-file",
    found: `Column "${column}" of ${source} cannot be read (${error.message.replace(/\.$/, "")})`,
    where: { source, column },
    remedy: "write the file again",
  });
}
