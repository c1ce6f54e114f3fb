import { describe, expect, test } from "vitest";
import { writtenOut } from "../../src/preprocess/inputs.ts";
import type { Schema } from "../../src/preprocess/kinds.ts";
import { dataAt, prepare, truthAt, type WeightOptions } from "../../src/preprocess/prepare.ts";
import { fitPreprocessing } from "../../src/preprocess/preprocessing.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import { moments } from "../../src/preprocess/statistics.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { asFile } from "../support/csv.ts";
import { refusal } from "../support/synthetic.ts";

const table = asFile(
  frameFrom({
    x: [1, 2, 3, 4, 5, 6, 7, 8],
    y: [10, 20, 30, 50, 80, 130, 210, 340],
    z: [1, -1, 1, -1, 3, -3, 3, -3],
    class: ["a", "b", "a", "b", "a", "b", "a", "a"],
  }),
);
const without = (...names: string[]): Frame => ({
  ...table,
  columns: table.columns.filter(({ name }) => !names.includes(name)),
});
const numbers = without("class");
const kinds = without("y", "z");
const numberSchema = inferSchema(numbers, { target: ["y", "z"], task: "regression" });
const classSchema = inferSchema(kinds, { target: "class" });
const rows = Int32Array.of(6, 0, 3, 4);
/** The rows by what was learned from them, or from others. */
const prepared = (frame: Frame, schema: Schema, options: WeightOptions = {}, learnFrom = rows) =>
  prepare(fitPreprocessing(frame, learnFrom, schema), frame, rows, options);

describe("Some rows as numbers", () => {
  test("are scaled as they themselves, or the places to learn from, tell", () => {
    for (const [learnFrom, known] of [
      [rows, [7, 1, 4, 5]],
      [Int32Array.of(0, 4, 3), [1, 5, 4]],
      [Int32Array.of(1, 2, 7), [2, 3, 8]],
    ] as const) {
      const own = prepared(numbers, numberSchema, {}, learnFrom);
      const { mean, std } = moments(Float64Array.from(known));
      expect(own.inputCount).toBe(1);
      [7, 1, 4, 5].forEach((x, i) => {
        expect(writtenOut(own.inputs)[i]).toBeCloseTo((x - mean) / std, 5);
      });
      if (own.target.task !== "regression") throw new Error("expected numbers");
      const { centers, scales } = own.target;
      const truth = [210, 3, 10, 1, 50, -1, 80, 3];
      expect([...own.truth]).toEqual(truth);
      truth.forEach((value, at) => {
        expect(own.targets[at]).toBeCloseTo((value - centers[at % 2]) / scales[at % 2], 5);
      });
      expect(own.weights).toBeNull();
    }
  });

  test("are taken at places, each with its inputs, targets and truth", () => {
    const own = prepared(numbers, numberSchema, { sampleWeights: [1, 2, 3, 4, 5, 6, 7, 8] });
    const places = Int32Array.of(3, 1);
    const data = dataAt(own, places);
    expect(data.rows).toBe(2);
    const inputs = writtenOut(own.inputs);
    expect([...writtenOut(data.inputs)]).toEqual([inputs[3], inputs[1]]);
    expect([...data.targets]).toEqual([...own.targets.subarray(6, 8), ...own.targets.subarray(2, 4)]);
    expect([...truthAt(own, places)]).toEqual([80, 3, 10, 1]);
    // Weights 5 and 1, with a mean of 1.
    expect(data.weights![0]).toBeCloseTo(5 / 3, 6);
    expect(data.weights![1]).toBeCloseTo(1 / 3, 6);
    expect(dataAt(prepared(numbers, numberSchema), places).weights).toBeNull();
    const classed = prepared(kinds, classSchema);
    expect([...classed.truth]).toEqual([0, 0, 1, 0]);
    expect([...classed.targets]).toEqual([0, 0, 1, 0]);
    expect([...truthAt(classed, Int32Array.of(2, 0))]).toEqual([1, 0]);
  });

  test("that all weigh nothing in their part keep their weights of 0", () => {
    const own = prepared(numbers, numberSchema, { sampleWeights: [0, 1, 1, 1, 0, 1, 1, 1] });
    expect([...dataAt(own, Int32Array.of(1, 3)).weights!]).toEqual([0, 0]);
  });

  test("have weights of their own row and class, with a mean of 1", () => {
    const ratios = (given: object, schema = classSchema, from = kinds) => {
      const { weights } = prepared(from, schema, given);
      expect(moments(Float64Array.from(weights!)).mean).toBeCloseTo(1, 6);
      return Array.from(weights!, (weight) => weight / weights![1]);
    };
    const closeTo = (found: number[], expected: number[]) =>
      found.forEach((one, i) => {
        expect(one).toBeCloseTo(expected[i], 5);
      });
    const sampleWeights = [1, 2, 3, 4, 5, 6, 7, 8];
    closeTo(ratios({ sampleWeights }), [7, 1, 4, 5]);
    closeTo(ratios({ sampleWeights }, numberSchema, numbers), [7, 1, 4, 5]);
    closeTo(ratios({ classWeights: { b: 3 } }), [1, 1, 3, 1]);
    closeTo(ratios({ classWeights: { a: 2 }, sampleWeights }), [7, 1, 2, 5]);
    closeTo(ratios({ classWeights: "balanced" }), [1, 1, 3, 1]);
  });

  test("are refused weights that do not fit, with the row's own number", async () => {
    const refused = (given: object, schema = numberSchema, from = numbers) =>
      refusal(() => prepared(from, schema, given));
    expect(await refused({ classWeights: "balanced" })).toMatch(/use sample weights instead/);
    expect(await refused({ sampleWeights: [1, 2, 3] })).toBe(
      "There are 3 sample weights for the 8 rows of data.csv; give one per row.",
    );
    expect(await refused({ sampleWeights: [1, 1, 1, -1, 1, 1, 1, 1] })).toMatch(/row 5 of data.csv is -1/);
    expect(await refused({ classWeights: { c: 1 } }, classSchema, kinds)).toMatch(
      /"c", which does not exist/,
    );
  });
});
