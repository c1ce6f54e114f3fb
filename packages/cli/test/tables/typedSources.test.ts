import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { cellsByName, cellsOf, frameReader } from "../support/frames.js";

const { path, read, refusal, folder, names } = frameReader();

const floats = "read as 64-bit floats, which keep about 16 digits, and some of its numbers have more";
const nested = "it is nested, and a cell holds one number, text, date, true or false";

const TYPES = `SELECT * FROM (VALUES
  (1::TINYINT, 9007199254740993, 12.50::DECIMAL(9, 2), 0.12345678901234567891::DECIMAL(30, 20), 0.1::DOUBLE, true, DATE '2024-02-29',
   TIMESTAMP '2024-01-01 12:00:00.25', TIMESTAMPTZ '2024-01-01 12:00:00+02', 'a', ' 7 ', '2024-01-01', TIME '10:20:30',
   [1], {'a': 1}, 'x'::BLOB, 170141183460469231731687303715884105727),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (3, 4, 5.25, 1.5, 'nan', false, DATE 'infinity', NULL, NULL, 'b', '1e2', 'NA', NULL, [], NULL, NULL, 2))
  t("tiny", "big", "decimal", "long decimal", "double", "boolean", "date", "timestamp", "zoned", "text", "number text", "date text",
    "time", "list", "struct", "blob", "huge")`;

beforeAll(async () => {
  const instance = await DuckDBInstance.create(path("types.duckdb"));
  const connection = await instance.connect();
  const wide =
    'SELECT 1 AS "__proto__", 2 AS "constructor", 3 AS "it\'s", 4 AS "a ""b""", 5 AS "line\nend", 6 AS "😀", 7 AS "filename", 8 AS "c0"';
  for (const statement of [
    `CREATE TABLE types AS ${TYPES}`,
    `CREATE VIEW "a view" AS SELECT 1 AS x, 'red'::ENUM ('red', 'blue') AS e`,
    'CREATE SCHEMA other; CREATE TABLE other."my table" AS SELECT 5 AS x',
    "CREATE TABLE none (x INTEGER)",
    `COPY types TO '${path("types.parquet")}'`,
    `COPY (${wide}) TO '${path("odd.parquet")}'`,
    `COPY (${wide}) TO '${path("odd2.parquet")}'`,
    `COPY none TO '${path("none.parquet")}'`,
  ]) {
    await connection.run(statement);
  }
  connection.closeSync();
  instance.closeSync();
  folder.write("broken.parquet", "PAR1 and no more");
});

describe.each([
  ["a Parquet file", "types.parquet", 1.7014118346046923e38],
  ["a table of a DuckDB file", "types.duckdb::types", 1.7014118346046923e38],
])("%s", (_, name, huge) => {
  it("has columns of its own types, NULLs, decimals, dates and nested values among them", async () => {
    const frame = await read(path(name));
    expect(frame.origin).toEqual({ source: path(name), firstRow: 1 });
    expect(cellsByName(frame)).toEqual([
      ["tiny", [1, null, 3]],
      ["big", [2 ** 53, null, 4]],
      ["decimal", [12.5, null, 5.25]],
      ["long decimal", [0.12345678901234568, null, 1.5]],
      ["double", [0.1, null, null]],
      ["boolean", [true, null, false]],
      ["date", ["2024-02-29T00:00:00.000Z", null, null]],
      ["timestamp", ["2024-01-01T12:00:00.250Z", null, null]],
      ["zoned", ["2024-01-01T10:00:00.000Z", null, null]],
      ["text", ["a", null, "b"]],
      ["number text", [7, null, 100]],
      ["date text", ["2024-01-01T00:00:00.000Z", null, null]],
      ["time", ["10:20:30", null, null]],
      ["list", nested],
      ["struct", nested],
      ["blob", "it is of the type BLOB, which is neither a number nor text"],
      ["huge", [huge, null, 2]],
    ]);
    const noted = frame.columns.filter(({ reading }) => reading !== undefined);
    expect(noted.map(({ name, reading }) => [name, reading])).toEqual(
      (name.endsWith("parquet") ? ["big", "long decimal"] : ["big", "long decimal", "huge"]).map((name) => [
        name,
        floats,
      ]),
    );
  });

  it("has whole numbers as text, with all their digits, where they are declared categorical", async () => {
    const kinds = { big: "categorical", date: "categorical", "number text": "categorical" };
    const frame = await read(path(name), { kinds, only: Object.keys(kinds) });
    expect(cellsByName(frame).filter(([name]) => Object.hasOwn(kinds, name))).toEqual([
      ["big", ["9007199254740993", null, "4"]],
      ["date", ["2024-02-29", null, "infinity"]],
      ["number text", ["7", null, "1e2"]],
    ]);
  });

  it("has no value where the user's own token stands, be it a number", async () => {
    const only = ["tiny", "decimal", "text"];
    const frame = await read(path(name), { missing: ["1", "b", "5.25"], only });
    expect(frame.columns.filter((column) => only.includes(column.name)).map(cellsOf)).toEqual([
      [null, null, 3],
      [12.5, null, null],
      ["a", null, null],
    ]);
  });
});

it("columns of Parquet files may have any name, also in several files", async () => {
  const columns = ["__proto__", "constructor", "it's", 'a "b"', "line\nend", "😀", "filename", "c0"];
  expect(cellsByName(await read(path("odd.parquet")))).toEqual(columns.map((name, i) => [name, [i + 1]]));
  const both = await read(path("odd*.parquet"));
  expect(cellsByName(both)).toEqual(columns.map((name, i) => [name, [i + 1, i + 1]]));
  expect(both.origin.files).toEqual([
    { source: path("odd.parquet"), firstRow: 1, rows: 1 },
    { source: path("odd2.parquet"), firstRow: 1, rows: 1 },
  ]);
});

it("views, and tables of other schemas, are read as well", async () => {
  expect(cellsByName(await read(path("types.duckdb::a view")))).toEqual([
    ["x", [1]],
    ["e", ["red"]],
  ]);
  expect(cellsByName(await read(path("types.duckdb::other.my table")))).toEqual([["x", [5]]]);
});

it.each([
  [
    "a database of several tables without a name of one",
    "types.duckdb",
    `The database types.duckdb has the tables "a view", "none", "types", "other.my table"; name one, as in 'types.duckdb::a view'.`,
  ],
  [
    "a table that is not there",
    "types.duckdb::typs",
    'There is no table "typs" in types.duckdb; it has the tables "a view", "none", "types", "other.my table".',
  ],
  [
    "a table without rows",
    "types.duckdb::none",
    "There are no rows in types.duckdb::none; it should hold some.",
  ],
  ["a Parquet file without rows", "none.parquet", "There are no rows in none.parquet; it should hold some."],
  [
    "a file that is not Parquet",
    "broken.parquet",
    "The file broken.parquet is not a Parquet file, or is cut off; write it again.",
  ],
  [
    "a table in a file that is one",
    "types.parquet::x",
    'The file "types.parquet" is one table, without others in it; leave out "::x".',
  ],
])("%s is refused", async (_, source, sentence) => {
  expect(await refusal(read(path(source)))).toBe(sentence);
});

it("reading leaves nothing beside the files", () => {
  expect(names().sort()).toEqual([
    "broken.parquet",
    "none.parquet",
    "odd.parquet",
    "odd2.parquet",
    "types.duckdb",
    "types.parquet",
  ]);
});
