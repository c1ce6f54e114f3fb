import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { permutationImportance } from "../../src/models/permutationImportance.ts";
import { scoreTable } from "../../src/models/predictTable.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { classes, handMade, layers, number, numeric } from "../certify/handMade.ts";
import { mixedTable, quick, refusal } from "../support/synthetic.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const n = 400;
const draws = (step: number) => Array.from({ length: n }, (_, i) => ((i * step) % n) / n - 0.5);
const [a, b, c] = [draws(37), draws(161), draws(243)];
/** 4a + b, which is what the model says. */
const linear = handMade(layers([[[4, 1, 0]], [0]]), [numeric("a"), numeric("b"), numeric("c")], number());
const table = frameFrom({ a, b, c, y: a.map((value, i) => 4 * value + b[i]) });

describe("permutation importance", () => {
  test("of numbers is by how much R² falls: for independent columns of a linear model, twice their share of the variance", async () => {
    const found = await permutationImportance(backend, linear, table, { repeats: 20, seed: 3 });
    expect(found).toMatchObject({ metric: "r2", rows: n, repeats: 20 });
    expect(found.score).toBeCloseTo(1, 12);
    expect(found.columns.map(({ column }) => column)).toEqual(["a", "b", "c"]);
    // Shuffled, a column is off by twice its variance on average.
    const [first, second, third] = found.columns;
    expect(first.mean).toBeGreaterThan((2 * 16) / 17 - 0.05);
    expect(first.mean).toBeLessThan((2 * 16) / 17 + 0.05);
    expect(second.mean).toBeGreaterThan(2 / 17 - 0.01);
    expect(second.mean).toBeLessThan(2 / 17 + 0.01);
    expect(third).toEqual({
      column: "c",
      mean: 0,
      std: 0,
      interval: [0, 0],
      perRepeat: new Array(20).fill(0),
    });
  });

  test("has mean and standard deviation over the repeats, over n as in scikit-learn", async () => {
    const { columns } = await permutationImportance(backend, linear, table);
    for (const { mean, std, perRepeat } of columns) {
      expect(perRepeat).toHaveLength(5);
      const average = perRepeat.reduce((sum, drop) => sum + drop) / 5;
      expect(mean).toBeCloseTo(average, 14);
      const squares = perRepeat.reduce((sum, drop) => sum + (drop - average) ** 2, 0);
      expect(std).toBeCloseTo(Math.sqrt(squares / 5), 14);
    }
    expect(columns[0].std).toBeGreaterThan(0);
  });

  test("of two rows is one of two scores, that of the table or of the values exchanged", async () => {
    const told = handMade(layers([[[1]], [0]]), [numeric("x")], classes("minus", "plus"));
    const two = frameFrom({ x: [-1, 1], class: ["minus", "plus"] });
    const { metric, score, columns } = await permutationImportance(backend, told, two, { repeats: 30 });
    expect([metric, score]).toEqual(["accuracy", 1]);
    expect(new Set(columns[0].perRepeat)).toEqual(new Set([0, 1]));
    expect(columns[0].mean).toBeCloseTo(columns[0].perRepeat.reduce((sum, drop) => sum + drop) / 30, 12);
  });

  test("is the same for the same seed, another for another, and a column's own whichever others there are", async () => {
    const of = async (seed: number) =>
      (await permutationImportance(backend, linear, table, { seed })).columns;
    expect(await of(1)).toEqual(await of(1));
    expect(await of(1)).not.toEqual(await of(2));
    const alone = handMade(layers([[[1]], [0]]), [numeric("b")], number());
    const y = frameFrom({ b, y: b });
    const both = handMade(layers([[[0, 1]], [0]]), [numeric("a"), numeric("b")], number());
    const [first] = (await permutationImportance(backend, alone, y)).columns;
    const [second] = (await permutationImportance(backend, both, frameFrom({ a, b, y: b }))).columns;
    expect(second).toEqual(first);
  });

  test("scores the rows that have the target, or those asked for", async () => {
    const gaps = frameFrom({ a, b, c, y: a.map((value, i) => (i < 100 ? null : 4 * value + b[i])) });
    expect((await permutationImportance(backend, linear, gaps)).rows).toBe(300);
    const rows = Int32Array.from({ length: 50 }, (_, i) => 100 + 2 * i);
    const found = await permutationImportance(backend, linear, gaps, { rows });
    expect(found.rows).toBe(50);
    const scores = scoreTable(backend, linear, gaps, rows);
    expect(found.score).toBe("r2" in scores ? scores.r2 : null);
  });

  test("tells the columns of every kind that a trained model learned from apart from one that says nothing, and shuffles a date with its parts", async () => {
    const mixed = mixedTable(200, ["sign"]);
    const noise = frameFrom({
      noise: Array.from({ length: 200 }, (_, i) => Math.sin(i * i)),
      when: Array.from({ length: 200 }, (_, i) => new Date(Date.UTC(2024, 0, 1, 5 * i))),
    });
    const frame = { ...mixed, columns: [...mixed.columns, ...noise.columns] };
    const model = await trainModel(frame, "sign", { ...quick, lambda: 1e-2 });
    expect(model.encoder.columns.length).toBeGreaterThan(6);
    const { columns, score } = await permutationImportance(backend, model, frame);
    expect(score).toBeGreaterThan(0.8);
    const names = columns.map(({ column }) => column);
    expect([...names].sort()).toEqual(["colour", "length", "noise", "weight", "wet", "when"]);
    expect(names[0]).toBe("length");
    const drops = Object.fromEntries(columns.map(({ column, mean }) => [column, mean]));
    for (const real of ["length", "wet", "colour"]) expect(drops[real]).toBeGreaterThan(drops.noise);
    expect(columns.map(({ mean }) => mean)).toEqual(columns.map(({ mean }) => mean).sort((x, y) => y - x));
  });

  test("says how far it is, and ends with the signal's reason", async () => {
    const steps: number[][] = [];
    await permutationImportance(backend, linear, table, {
      repeats: 2,
      onProgress: (done, total) => steps.push([done, total]),
    });
    expect(steps).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(permutationImportance(backend, linear, table, { signal })).rejects.toThrow("enough");
  });

  test("is refused without the target, and for options that mean nothing", async () => {
    const of = (options: object, frame = table) => permutationImportance(backend, linear, frame, options);
    expect(await refusal(() => of({}, frameFrom({ a, b, c })))).toMatch('There is no column "y"');
    expect(await refusal(() => of({ repeats: 0 }))).toBe(
      "The number of repeats is a whole number from 1 to 1000, but 0 was given.",
    );
    expect(await refusal(() => of({ seed: -1 }))).toMatch("The seed is a whole number");
    expect(await refusal(() => of({ repeat: 1 }))).toMatch('There is no option "repeat"');
  });
});
