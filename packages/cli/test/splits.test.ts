import { type BaselineRunner, type Frame, frameFrom, inferSchema, runBaselineJob, trainModel } from "psilon";
import { describe, expect, it } from "vitest";
import { scoreBaselines } from "../src/baselines.js";
import { foldRows, givenRows, holdoutRows } from "../src/splits.js";

const count = 200;
/** One row in twenty is rare, all of them at the end. */
const table = frameFrom({
  x: Array.from({ length: count }, (_, i) => i),
  y: Array.from({ length: count }, (_, i) => (i < 190 ? "common" : "rare")),
});
const aimOf = (of: Frame, seed: number) => ({
  target: ["y"],
  schema: inferSchema(of, { target: "y" }),
  options: { seed },
});
const rareIn = (rows: Int32Array) => rows.filter((row) => row >= 190).length;

describe("test rows", () => {
  it("have the classes' shares, of a fifth as of folds", () => {
    for (let seed = 0; seed < 10; seed++) {
      const { train, test } = holdoutRows(table, aimOf(table, seed), 0.2);
      expect([rareIn(test), rareIn(train), test.length]).toEqual([2, 8, 40]);
      for (const fold of foldRows(table, aimOf(table, seed), 5)) expect(rareIn(fold.test)).toBe(2);
    }
  });

  it("that are given must have one with a target, and leave one to train on", () => {
    const half = frameFrom({ x: [1, 2, 3, 4, 5, 6], y: [1, 2, 3, null, null, null] });
    const aim = aimOf(half, 0);
    expect(() =>
      givenRows(half, aim, [
        [0, 3],
        [3, 4],
      ]),
    ).toThrow(
      "Split 2 tests no row of the given columns that has a value to predict (y); fill one in, or give it other test rows.",
    );
    expect(() => givenRows(half, aim, [[0, 1, 2]])).toThrow("Split 1 trains on no row");
    expect(givenRows(half, aim, [[0, 3]])).toHaveLength(1);
  });
});

it("what a model must beat knows the train part alone, in one table as in two", async () => {
  const line = (rows: number, offset: number) =>
    frameFrom({
      x: Array.from({ length: rows }, (_, i) => i % 20),
      y: Array.from({ length: rows }, (_, i) => (i % 20) + (i < 40 ? 0 : offset)),
    });
  const [train, test] = [
    Int32Array.from({ length: 40 }, (_, i) => i),
    Int32Array.from({ length: 20 }, (_, i) => 40 + i),
  ];
  const both = line(60, 1000);
  const options = { lambda: 1e-3, width: 4, epochs: 2, preset: "fast", backend: "wasm" } as const;
  const model = await trainModel(both, "y", { ...options, rows: train });
  const run: BaselineRunner = (jobs) => Promise.all(jobs.map((job) => runBaselineJob(job)));
  const { signal } = new AbortController();
  const parts = [
    { train: { frame: both, rows: train }, test: { frame: both, rows: test } },
    {
      train: { frame: line(40, 0), rows: train },
      test: { frame: both, rows: test },
    },
  ];
  for (const part of parts) {
    const { constant, linear } = await scoreBaselines(model, part.train, part.test, { run, signal });
    expect(constant).toMatchObject({ mae: expect.closeTo(1000, 6) });
    expect(linear).toMatchObject({ mae: expect.closeTo(1000, 3) });
  }
});
