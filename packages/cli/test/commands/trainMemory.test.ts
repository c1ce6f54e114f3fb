import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";

const folder = temporaryFolder();
const cwd = folder.path;
const preload = new URL("../support/peakBefore.mjs", import.meta.url).href;

/** Uniform from 0 to 1, to four digits: another number in every column of every row. */
const uniform = (column: number) => `(hash(i * 1000 + ${column}) % 10000) / 10000.0`;

const numbers = (count: number) => Array.from({ length: count }, (_, j) => `${uniform(j)} AS x${j}`);

const categories = (...counts: readonly number[]) =>
  counts.map((count, k) => `'c' || floor(${count} * ${uniform(100 + k)})::INT AS k${k}`);

/** Of the rows of a table, the share that is learned from as well, to see what more of them take. */
const FEW = 0.1;

const TABLES = {
  mixed: { rows: 200_000, columns: [...numbers(15), ...categories(4, 8, 12, 20, 200)] },
  many: { rows: 260_000, columns: [...numbers(3), ...categories(900)] },
};

beforeAll(async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  for (const [name, { rows, columns }] of Object.entries(TABLES)) {
    for (const kind of ["csv", "parquet"]) {
      for (const [prefix, count] of [
        ["", rows],
        ["few-", FEW * rows],
      ]) {
        await connection.run(
          `COPY (SELECT * EXCLUDE i, x0 + x1 * x2 + length(k0) AS y FROM (SELECT i, ${columns.join(", ")} FROM range(${count}) t(i)))
          TO '${join(cwd, `${prefix}${name}.${kind}`)}' (FORMAT ${kind})`,
        );
      }
    }
  }
});

/** Megabytes that learning from a table takes at most, until it comes to the linear model, which takes as much of fewer rows. */
async function peak(table: string): Promise<number> {
  // Newer Nodes let what is young grow four times as large before they sweep it.
  const env = {
    NODE_OPTIONS: `--import=${preload} --max-semi-space-size=16`,
    BEFORE: "Fitting a linear model",
    PEAK: join(cwd, "peak"),
  };
  const settings = ["--preset", "fast", "--epochs", "1", "--lambda", "1e-4", "--threads", "1"];
  const argv = ["train", table, "--target", "y", ...settings, "--out", "m.safetensors"];
  const { stderr } = await psilon(argv, { cwd, env });
  expect(stderr).toBe("Training the model\n");
  return Number(readFileSync(env.PEAK, "utf8"));
}

// Megabytes more at most than for a tenth of the rows, which take 185 to 235 by what Node and DuckDB take themselves. With a JavaScript value for
// every cell mixed.csv takes 241 more and mixed.parquet 232; with a dense matrix of categories many.csv takes thousands.
it.each([
  ["mixed", "csv", 160],
  ["mixed", "parquet", 140],
  ["many", "csv", 120],
] as const)(
  "train takes little more memory than the columns of a large table (%s.%s)",
  async (name, kind, most) => {
    const few = await peak(`few-${name}.${kind}`);
    expect((await peak(`${name}.${kind}`)) - few).toBeLessThan(most);
  },
);
