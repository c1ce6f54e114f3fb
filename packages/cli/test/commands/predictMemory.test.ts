import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { frameFrom, saveModel, trainModel } from "psilon";
import { beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";

const folder = temporaryFolder();
const cwd = folder.path;
const preload = new URL("../support/peakMemory.mjs", import.meta.url).href;

/** Numbers of a row, besides a text. */
const COLUMNS = 30;
const [FEW, MANY] = [20_000, 200_000];

/** Megabytes that ten times the rows may take more, by which buffers fill up: about 140 were seen, and 360 to 720 with all rows held at once. */
const ROOM = 240;

beforeAll(async () => {
  const columns = Array.from({ length: COLUMNS }, (_, j) => [
    `x${j}`,
    [0, 0.3, 0.5, 1].map((x) => x + j / 9),
  ]);
  const table = { ...Object.fromEntries(columns), y: [0, 1, 2, 3] };
  const model = await trainModel(frameFrom(table), "y", {
    preset: "fast",
    lambda: 1e-3,
    epochs: 1,
    width: 4,
  });
  writeFileSync(join(cwd, "m.st"), saveModel(model));
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const values = columns.map(([name], j) => `(hash(i * ${COLUMNS} + ${j}) % 1000000) / 1e6 AS ${name}`);
  for (const rows of [FEW, MANY]) {
    for (const kind of ["csv", "parquet"]) {
      await connection.run(
        `COPY (SELECT 'row number ' || i AS name, ${values.join(", ")} FROM range(${rows}) t(i)) TO '${join(cwd, `${rows}.${kind}`)}' (FORMAT ${kind})`,
      );
    }
  }
});

/** Megabytes that a prediction of so many rows takes at most. */
async function peak(rows: number, from: string, to: string): Promise<number> {
  // Newer Nodes let what is young grow four times as large before they sweep it.
  const env = { NODE_OPTIONS: `--import=${preload} --max-semi-space-size=16`, PEAK: join(cwd, "peak") };
  const argv = ["predict", "m.st", `${rows}.${from}`, "--keep", "all", "--out", `out.${to}`];
  const { code, stderr } = await psilon(argv, { cwd, env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return Number(readFileSync(env.PEAK, "utf8"));
}

it.each([
  ["csv", "parquet"],
  ["parquet", "csv"],
])("predict reads %s and writes %s in memory that does not grow with the rows", async (from, to) => {
  const few = await peak(FEW, from, to);
  const many = await peak(MANY, from, to);
  expect(many - few).toBeLessThan(ROOM);
});
