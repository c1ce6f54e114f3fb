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

const TABLES = {
  mixed: { rows: 200_000, columns: [...numbers(15), ...categories(4, 8, 12, 20, 200)] },
  many: { rows: 260_000, columns: [...numbers(3), ...categories(900)] },
};

beforeAll(async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  for (const [name, { rows, columns }] of Object.entries(TABLES)) {
    for (const kind of ["csv", "parquet"]) {
      await connection.run(
        `COPY (SELECT * EXCLUDE i, x0 + x1 * x2 + length(k0) AS y FROM (SELECT i, ${columns.join(", ")} FROM range(${rows}) t(i)))
        TO '${join(cwd, `${name}.${kind}`)}' (FORMAT ${kind})`,
      );
    }
  }
});

// Megabytes at most, Node's own and DuckDB's among them; seen were 280, 260 and 250. With a dense matrix of categories mixed.csv took 990 and
// many.csv 3,770, and with a JavaScript value for every cell mixed.csv 410 and mixed.parquet 380.
it.each([
  ["mixed", "csv", 345],
  ["mixed", "parquet", 320],
  ["many", "csv", 330],
] as const)(
  "train takes little more memory than the columns of a large table (%s.%s)",
  async (name, kind, most) => {
    // The linear model comes last, takes as much of fewer rows, and longer than all else.
    const env = {
      NODE_OPTIONS: `--import=${preload}`,
      BEFORE: "Fitting a linear model",
      PEAK: join(cwd, "peak"),
    };
    const settings = ["--preset", "fast", "--epochs", "1", "--lambda", "1e-4", "--threads", "1"];
    const argv = ["train", `${name}.${kind}`, "--target", "y", ...settings, "--out", "m.safetensors"];
    const { stderr } = await psilon(argv, { cwd, env });
    expect(stderr).toBe("Training the model\n");
    const peak = Number(readFileSync(env.PEAK, "utf8"));
    expect(peak).toBeLessThan(most);
  },
);
