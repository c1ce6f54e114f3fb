// The tables of largeTables.js. Every cell is a hash of a seed, its row and its column, so that a table is the same however many threads
// make it.
import { DuckDBInstance } from "@duckdb/node-api";

const SEED = 7;

/** Uniform in (0, 1), another number for every `stream`; of several values together DuckDB's hashes depend on one another. */
const uniform = (stream) =>
  `((hash(${SEED * 10 ** 15} + i * 1000 + ${stream}) >> 11) + 0.5) / 9007199254740992`;

const normal = (stream) =>
  `sqrt(-2 * ln(${uniform(2 * stream)})) * cos(2 * pi() * ${uniform(2 * stream + 1)})`;

/** Few of `count` categories are frequent, most are rare. */
const category = (stream, count) =>
  `'c' || floor(${uniform(2 * stream)} * ${uniform(2 * stream + 1)} * ${count})::INT`;

const numbers = (count) => Array.from({ length: count }, (_, j) => `round(${normal(j)}, 5) AS x${j + 1}`);

const categories = (...counts) => counts.map((count, k) => `${category(100 + k, count)} AS k${k + 1}`);

const noise = normal(200);

const mixed = {
  columns: [...numbers(15), ...categories(4, 8, 12, 20, 50)],
  y: `3 * x1 + 2 * x2 * x2 - x3 * x4 + 2 * sin(2 * x5) + abs(x6) + length(k5) / 2
    + CASE WHEN k1 = 'c0' THEN 2 ELSE 0 END + x15 / 2 + ${noise}`,
};

const thousands = (n) => n.toLocaleString("en-US");

/** `kinds`: of file. `model`: the table that what predicts was learned from. */
export const TABLES = [
  {
    name: "million",
    job: "train",
    rows: 1_000_000,
    ...mixed,
    kinds: ["csv", "parquet"],
    title: (rows) => `${thousands(rows)} × 15 numbers, 5 categories`,
  },
  {
    name: "two-million",
    job: "train",
    rows: 2_000_000,
    columns: numbers(10),
    y: `3 * x1 + 2 * x2 * x2 - x3 * x4 + 2 * sin(2 * x5) + ${noise}`,
    kinds: ["csv", "parquet"],
    title: (rows) => `${thousands(rows)} × 10 numbers`,
  },
  {
    name: "many-categories",
    job: "train",
    rows: 1_300_000,
    columns: [...numbers(3).map((sql) => sql.replace(", 5)", ", 1)")), ...categories(900)],
    y: `x1 + hash(k1) % 100 / 20.0 + x2 * x3 + ${noise}`,
    kinds: ["csv"],
    title: (rows) => `${thousands(rows)} × 3 numbers, one column of 900 categories`,
  },
  {
    name: "ten-million",
    job: "predict",
    model: "million",
    rows: 10_000_000,
    ...mixed,
    kinds: ["csv", "parquet"],
    title: (rows) => `${thousands(rows)} × 15 numbers, 5 categories`,
  },
];

/** Writes the first rows of a table to a file. */
export async function makeTable({ columns, y }, rows, file) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const format = file.endsWith(".csv") ? "HEADER" : "FORMAT parquet";
  await connection.run(
    `COPY (SELECT * EXCLUDE i, round(${y}, 5) AS y FROM (SELECT i, ${columns.join(", ")} FROM range(${rows}) t(i)))
    TO '${file.replaceAll("'", "''")}' (${format})`,
  );
  connection.closeSync();
  instance.closeSync();
}
