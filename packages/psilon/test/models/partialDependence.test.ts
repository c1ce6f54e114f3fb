import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { type PartialDependence, partialDependence } from "../../src/models/partialDependence.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import type { EncodedColumn } from "../../src/preprocess/encoder.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { classes, handMade, layers, number, numeric } from "../certify/handMade.ts";
import { mixedTable, quick, refusal, withCells } from "../support/synthetic.ts";

const colour: EncodedColumn = {
  name: "colour",
  kind: "categorical",
  varies: true,
  missing: true,
  categories: ["blue", "red"],
};
const wet: EncodedColumn = { name: "wet", kind: "boolean", varies: true, missing: false };

// 1 + 2x − |x − u| + 4·red − 8·(colour is missing) + 16·(±1 for wet), in exact numbers.
const model = handMade(
  layers(
    [
      [
        [1, -1, 0, 0, 0, 0],
        [-1, 1, 0, 0, 0, 0],
        [1, 0, 0, 0, 0, 0],
        [-1, 0, 0, 0, 0, 0],
        [0, 0, 0, 1, 0, 0],
        [0, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0, -1],
      ],
      [0, 0, 0, 0, 0, 0, 0, 0],
    ],
    [[[-1, -1, 2, -2, 4, -8, 16, -16]], [1]],
  ),
  [numeric("x"), numeric("u"), colour, wet],
  number(),
);
const table = frameFrom({
  x: [0, 1, 2, 1],
  u: [1, 0, 3, 4],
  colour: ["red", null, "blue", "blue"],
  wet: [true, true, true, false],
});

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const curveOf = ({ points }: PartialDependence) => points.map(({ value, average }) => [value, ...average]);

describe("partial dependence", () => {
  // What the other columns add on average.
  const byColour = (4 - 8) / 4;
  const byWet = (16 + 16 + 16 - 16) / 4;
  const byX = (u: readonly number[], x: number) => 2 * x - u.reduce((sum, v) => sum + Math.abs(x - v), 0) / 4;

  test("of a number is the mean over the rows with it in all of them, at each number of the table", async () => {
    const found = await partialDependence(backend, model, table, "x");
    expect(found).toMatchObject({ column: "x", kind: "numeric", outputs: ["y"], rows: 4 });
    expect(curveOf(found)).toEqual([0, 1, 2].map((x) => [x, 1 + byX([1, 0, 3, 4], x) + byColour + byWet]));
  });

  test("of categories has each of the table in their order, and what is missing last", async () => {
    const rest = 1 + (2 * (0 + 1 + 2 + 1) - (1 + 1 + 1 + 3)) / 4 + byWet;
    const found = await partialDependence(backend, model, table, "colour");
    expect(found.kind).toBe("categorical");
    expect(curveOf(found)).toEqual([
      ["blue", rest],
      ["red", rest + 4],
      [null, rest - 8],
    ]);
  });

  test("of truths has false before true", async () => {
    const found = await partialDependence(backend, model, table, "wet");
    expect(found.kind).toBe("boolean");
    const [[first, dry], [second, soaked]] = curveOf(found);
    expect([first, second]).toEqual([false, true]);
    expect(Number(soaked) - Number(dry)).toBe(32);
  });

  test("is averaged over the rows that are asked for, which say as well what stands there", async () => {
    const some = await partialDependence(backend, model, table, "x", { rows: Int32Array.of(1, 2) });
    expect(some.rows).toBe(2);
    expect(curveOf(some)).toEqual([1, 2].map((x) => [x, 1 + 2 * x - (x + 3 - x) / 2 - 4 + 16]));
  });

  test("of classes is the mean probability of each", async () => {
    const told = handMade(
      layers([
        [[1], [0], [-1]],
        [0, 0, 0],
      ]),
      [numeric("x")],
      classes("a", "b", "c"),
    );
    const values = frameFrom({ x: [-1, 0, 2] });
    const found = await partialDependence(backend, told, values, "x");
    expect(found.outputs).toEqual(["a", "b", "c"]);
    for (const { value, average } of found.points) {
      const shares = [Number(value), 0, -Number(value)].map(Math.exp);
      const total = shares.reduce((sum, share) => sum + share);
      average.forEach((share, k) => {
        expect(share).toBeCloseTo(shares[k] / total, 6);
      });
    }
    const two = handMade(layers([[[1]], [0]]), [numeric("x")], classes("a", "b"));
    const [{ average }] = (await partialDependence(backend, two, values, "x")).points;
    expect(average[1]).toBeCloseTo(1 / (1 + Math.E), 6);
    expect(average[0] + average[1]).toBeCloseTo(1, 12);
  });

  test("of many numbers is told at equal distances between the 5 % and the 95 % quantile", async () => {
    const line = handMade(layers([[[1]], [0]]), [numeric("x")], number());
    const many = frameFrom({ x: Array.from({ length: 201 }, (_, i) => i / 8) });
    const found = await partialDependence(backend, line, many, "x", { resolution: 10 });
    expect(found.points).toHaveLength(10);
    found.points.forEach(({ value, average: [mean] }, i) => {
      expect(value).toBeCloseTo(1.25 + (22.5 / 9) * i, 12);
      expect(mean).toBeCloseTo(Number(value), 5);
    });
    const whole = frameFrom({ x: Array.from({ length: 201 }, (_, i) => i) });
    const rounded = await partialDependence(backend, line, whole, "x", { resolution: 8 });
    expect(rounded.points.map(({ value }) => value)).toEqual([10, 36, 61, 87, 113, 139, 164, 190]);
    const uneven = await partialDependence(backend, line, frameFrom({ x: [0, 1, 10, 1] }), "x", {
      resolution: 3,
    });
    expect(uneven.points.map(({ value }) => value)).toEqual([0, 1, 10]);
    const tailed = frameFrom({ x: Array.from({ length: 400 }, (_, i) => (i < 9 ? 100 + i : i % 4)) });
    const once = await partialDependence(backend, line, tailed, "x", { resolution: 8 });
    expect(once.points.map(({ value }) => value)).toEqual([0, 1, 2, 3]);
  });

  test("of numbers that are mostly one is told from the least to the greatest", async () => {
    const line = handMade(layers([[[1]], [0]]), [numeric("x")], number());
    const spikes = frameFrom({ x: Array.from({ length: 200 }, (_, i) => (i < 4 ? (i + 1) / 2 : 0)) });
    const found = await partialDependence(backend, line, spikes, "x", { resolution: 3 });
    expect(found.points.map(({ value }) => value)).toEqual([0, 1, 2]);
  });

  test("of a date goes with its weekday, and is told at whole days", async () => {
    const elapsed = numeric("when", { date: { column: "when", part: "elapsed" }, mean: 19723 });
    const weekday: EncodedColumn = {
      name: "weekday of when",
      kind: "categorical",
      varies: true,
      missing: false,
      categories: ["Monday", "Sunday"],
      date: { column: "when", part: "weekday" },
    };
    // Days since 2024 began, and 1,000 more on Sundays.
    const dated = handMade(layers([[[1, 0, 1000]], [0]]), [elapsed, weekday], number());
    const days = Array.from({ length: 141 }, (_, i) => new Date(Date.UTC(2024, 0, 1 + i)));
    const frame = frameFrom({ when: days });
    const first = Int32Array.from({ length: 14 }, (_, i) => i);
    const found = await partialDependence(backend, dated, frame, "when", { rows: first });
    expect(found.kind).toBe("date");
    expect(curveOf(found)).toEqual(
      days.slice(0, 14).map((day, i) => [day, i + (day.getUTCDay() === 0 ? 1000 : 0)]),
    );
    const whole = await partialDependence(backend, dated, frame, "when", { resolution: 4 });
    expect(whole.points.map(({ value }) => value)).toEqual([7, 49, 91, 133].map((i) => days[i]));
    const hours = frameFrom({ when: Array.from({ length: 3 }, (_, i) => new Date(3_600_000 * i)) });
    const between = await partialDependence(backend, dated, hours, "when", { resolution: 2 });
    expect(between.points.map(({ value }) => Number(value))).toEqual([0.1, 1.9].map((h) => 3_600_000 * h));
  });

  test("of a trained model is the mean of what predictTable says", async () => {
    const frame = mixedTable(60, ["kind"]);
    const trained = await trainModel(frame, "kind", { ...quick, epochs: 10 });
    const { points } = await partialDependence(backend, trained, frame, "colour");
    for (const { value, average } of points) {
      const changed = withCells(frame, (cell, _, name) => (name === "colour" ? value : cell));
      const predicted = predictTable(backend, trained, changed);
      if (predicted.task !== "classification") throw new Error("expected classes");
      average.forEach((mean, k) => {
        const own = predicted.probabilities.filter((_, i) => i % 3 === k);
        expect(mean).toBeCloseTo(own.reduce((sum, share) => sum + share) / 60, 12);
      });
    }
  });

  test("is refused for a column that the model does not read, no rows, and options that mean nothing", async () => {
    expect(await refusal(() => partialDependence(backend, model, table, "color"))).toBe(
      'The model reads no column "color"; did you mean "colour"?',
    );
    expect(
      await refusal(() => partialDependence(backend, model, table, "x", { rows: new Int32Array() })),
    ).toBe("There are no rows of the given columns to average predictions over.");
    expect(await refusal(() => partialDependence(backend, model, table, "x", { resolution: 1 }))).toBe(
      "The resolution is a whole number from 2 to 10000, but 1 was given.",
    );
    const slip = { resolutions: 3 } as object;
    expect(await refusal(() => partialDependence(backend, model, table, "x", slip))).toMatch(
      'There is no option "resolutions"',
    );
  });

  test("ends with the signal's reason", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(partialDependence(backend, model, table, "x", { signal })).rejects.toThrow("enough");
  });
});
