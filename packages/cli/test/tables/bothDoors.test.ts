import { openAsBlob, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Column, type Frame, readCsv, readParquet } from "psilon";
import { beforeAll, describe, expect, test } from "vitest";
import { readFrame } from "../../src/tables/readFrame.js";
import { temporaryFolder } from "../support/folder.js";

const shared = fileURLToPath(new URL("../../../../../shared/data/", import.meta.url));
const samples = fileURLToPath(new URL("../../../../node_modules/vega-datasets/data/", import.meta.url));
const pathsIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => /\.[ct]sv$/.test(name))
    .map((name) => folder + name);

/** By DuckDB, as the command line reads it. */
const readByCommand = (path: string): Promise<Frame> =>
  readFrame(path, { stdin: Readable.from([]), signal: new AbortController().signal });

/** What both have to agree on; the order in which a dictionary holds its texts is no part of it. */
const contents = (columns: readonly Column[]) =>
  columns.map((column) => {
    const { name, kind } = column;
    if (kind === "unread") return { name, kind };
    if (kind !== "categories") return { name, kind, values: column.values };
    return { name, kind, values: Array.from(column.codes, (code) => column.dictionary[code] ?? null) };
  });

function expectSame(read: Frame, byCommand: Frame): void {
  expect(read.rowCount).toBe(byCommand.rowCount);
  expect(read.origin.firstRow).toBe(byCommand.origin.firstRow);
  const [ours, theirs] = [contents(read.columns), contents(byCommand.columns)];
  expect(ours.map(({ name, kind }) => `${name}: ${kind}`)).toEqual(
    theirs.map(({ name, kind }) => `${name}: ${kind}`),
  );
  for (const [i, column] of ours.entries()) expect(column).toEqual(theirs[i]);
}

describe("The library and the command line read the same columns, kinds and values", () => {
  test.each([...pathsIn(shared), ...pathsIn(samples)].map((path) => [basename(path), path]))(
    "of %s",
    async (name, path) => {
      expectSame(await readCsv(await openAsBlob(path), { source: name }), await readByCommand(path));
    },
  );
});

describe("The library and the command line read the same types of a Parquet file", () => {
  const folder = temporaryFolder();
  const path = (codec: string) => join(folder.path, `${codec}.parquet`);
  const codecs = ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"];
  beforeAll(async () => {
    const database = await DuckDBInstance.create();
    const connection = await database.connect();
    try {
      for (const codec of codecs) {
        await connection.run(`COPY (SELECT
          CASE WHEN i % 7 <> 0 THEN i % 100 END::TINYINT AS small, (i * 3000000000)::BIGINT AS large, i::UINTEGER + 4000000000 AS unsigned,
          9007199254740993 + i AS "too large", (i / 7)::FLOAT AS float, i / 7 AS double,
          CASE WHEN i % 5 <> 0 THEN i * 1.1 END::DECIMAL(9, 2) AS decimal, (i * 12345.678)::DECIMAL(18, 3) AS long,
          (i * 1234567.8901)::DECIMAL(38, 4) AS longest, i % 3 = 0 AS truth,
          DATE '2024-02-29' + i::INTEGER AS day, TIMESTAMP '1969-12-31 23:00:00.123456' + INTERVAL (i) MINUTE AS moment,
          (TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND)::TIMESTAMP_NS AS nanoseconds,
          (TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND)::TIMESTAMP_MS AS milliseconds,
          TIMESTAMPTZ '2024-01-01 00:00:00+02' + INTERVAL (i) HOUR AS zoned,
          TIME '00:00:00.25' + INTERVAL (i) MINUTE AS "time",
          CASE WHEN i % 4 <> 0 THEN 'word ' || (i % 3) END AS words, (i % 10)::VARCHAR || ',5' AS commas, ' $' || i || '.50 ' AS dollars,
          'NA' AS none, (['low', 'high'][1 + i % 2])::ENUM ('low', 'high') AS level, uuid() AS id, [i] AS list, {a: i} AS struct,
          'abc'::BLOB AS bytes, '{}'::JSON AS json
          FROM range(300) AS t(i)) TO '${path(codec)}' (FORMAT parquet, COMPRESSION ${codec}, ROW_GROUP_SIZE 128)`);
      }
    } finally {
      connection.closeSync();
      database.closeSync();
    }
  });

  test.each(codecs)("compressed by %s", async (codec) => {
    expectSame(await readParquet(await openAsBlob(path(codec))), await readByCommand(path(codec)));
  });

  test("and say alike where 64-bit floats do not keep all digits", async () => {
    const readingsOf = ({ columns }: Frame) =>
      columns.flatMap(({ name, reading }) => (reading === undefined ? [] : [{ name, reading }]));
    const readings = readingsOf(await readParquet(await openAsBlob(path("snappy"))));
    expect(readings.map(({ name }) => name)).toContain("too large");
    expect(readings).toEqual(readingsOf(await readByCommand(path("snappy"))));
  });
});
