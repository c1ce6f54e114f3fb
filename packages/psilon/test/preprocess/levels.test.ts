import { describe, expect, test } from "vitest";
import { trainModel } from "../../src/models/trainModel.ts";
import { cellNumbers, cellOf } from "../../src/preprocess/cellNumbers.ts";
import { encode } from "../../src/preprocess/encode.ts";
import { encodedInputs } from "../../src/preprocess/encoder.ts";
import { type EncoderOptions, fitEncoder } from "../../src/preprocess/fitEncoder.ts";
import type { KindOverride } from "../../src/preprocess/kinds.ts";
import { ranksAt } from "../../src/preprocess/levels.ts";
import { inferSchema, type SchemaOptions } from "../../src/preprocess/schema.ts";
import { columnFrom } from "../../src/tables/columnFrom.ts";
import { allRows, type Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { encodedMatrix } from "../support/encodedMatrix.ts";
import { numberedFrom, quick, refusal } from "../support/synthetic.ts";

const LEVELS = ["S", "M", "L", "XL"];
const ordered: KindOverride = { ordered: LEVELS };
const sizes = (cells: readonly unknown[]): Frame =>
  numberedFrom(2, frameFrom({ size: cells, y: cells.map((_, i) => i) }));
const schemaOf = (frame: Frame, options: SchemaOptions = {}) =>
  inferSchema(frame, { target: "y", overrides: { size: ordered }, ...options });
const encoderOf = (frame: Frame, options: EncoderOptions = {}) =>
  fitEncoder(frame, allRows(frame), schemaOf(frame), options);

describe("A column that is declared to be ordered", () => {
  test("holds its levels in their order, however often each stands in the rows, or not at all", () => {
    const [size] = schemaOf(sizes(["L", "S", "L", null, " M "])).columns;
    expect(size).toMatchObject({ kind: "ordered", role: "feature", levels: LEVELS, counts: [1, 1, 2, 0] });
    expect(size.missing).toBe(1);
  });

  test("is constant where one level stands in all rows, and empty where none does", () => {
    expect(schemaOf(sizes(["M", "M"]), { target: undefined }).columns[0]).toMatchObject({
      kind: "constant",
      value: "M",
      role: "ignored",
    });
    expect(schemaOf(sizes([null, ""]), { target: undefined }).columns[0]).toMatchObject({ kind: "empty" });
  });

  test("may hold whatever can be a category", () => {
    const frame = frameFrom({ n: [10, 2, 30], truth: [true, false, true], day: ["10", "2.0", "x"] });
    const levels = { n: ["2", "10.0", "30"], truth: ["true", "false"], day: ["x", "2", "10"] };
    const ranks = frame.columns.map((column) => [
      ...ranksAt(column, allRows(frame), levels[column.name as keyof typeof levels]),
    ]);
    expect(ranks[0][0]).toBeNaN();
    expect(ranks.slice(1)).toEqual([
      [0, 1, 0],
      [2, 1, 0],
    ]);
    const { columns } = inferSchema(frame, { overrides: { n: { ordered: levels.n } } });
    // As cells name them.
    expect(columns[0]).toMatchObject({ levels: ["2", "10", "30"], counts: [1, 1, 1] });
  });

  test("is the same in a part of the rows by the schema of all", () => {
    const kinds = schemaOf(sizes(["L", "S", "M", "XL"]));
    const part = schemaOf(sizes(["L", "S", "M"]), { overrides: {}, kinds });
    expect(part.columns[0]).toMatchObject({ kind: "ordered", levels: LEVELS, counts: [1, 1, 1, 0] });
  });
});

describe("Levels", () => {
  const asked = (kind: unknown, column = "size", frame = sizes(["S", "M", "L"])) =>
    refusal(() => inferSchema(frame, { target: "y", overrides: { [column]: kind as KindOverride } }));

  test.each<[string, unknown, string]>([
    [
      "are two or more",
      { ordered: ["S"] },
      'The ordered category "size" has two levels or more, as texts, the least first, but ["S"] was given.',
    ],
    ["are texts", { ordered: [1, 2] }, "as texts, the least first, but [1,2] was given."],
    ["are a list", { ordered: "S<M" }, 'as texts, the least first, but "S<M" was given.'],
    ["are named once", { ordered: ["S", "M", " S"] }, 'The levels of "size" name "S" twice; name it once.'],
    ["are named once, as cells name them", { ordered: ["1", "1.0"] }, 'name "1" twice; name it once.'],
    [
      "are no marks of a missing value",
      { ordered: ["S", "NA"] },
      'The levels of "size" name "NA", which stands for a missing value; leave it out.',
    ],
    ["are not empty", { ordered: ["S", "", "L"] }, 'name "", which stands for a missing value'],
  ])("%s", async (_, kind, sentence) => {
    expect(await asked(kind)).toContain(sentence);
  });

  test("are no marks of a missing value that the table has", async () => {
    const frame = frameFrom({ size: ["S", "L"], y: [1, 2] }, { missing: ["none"] });
    expect(await asked({ ordered: ["none", "S", "L"] }, "size", frame)).toContain('name "none", which');
  });

  test("belong to a column that is there, and is not the target", async () => {
    expect(await asked(ordered, "sise")).toBe(
      'There is no column "sise" in the given rows; did you mean "size"?'.replace("rows", "columns"),
    );
    expect(await asked(ordered, "y")).toBe(
      'The target "y" of the given columns cannot be an ordered category, which is for columns to predict from; leave its order out to predict its levels as classes.',
    );
  });

  test("are all that rows to learn from may hold, besides nothing", async () => {
    const frame = sizes(["S", "M", null, "xl", "tiny"]);
    const sentence =
      'Column "size" of the given columns holds levels, but row 5 has "xl", which is none of them; did you mean "XL"?';
    expect(await refusal(() => schemaOf(frame))).toBe(sentence);
    const columns = { size: ordered };
    expect(await refusal(() => trainModel(frame, "y", { ...quick, columns }))).toBe(sentence);
    const schema = schemaOf(sizes(["S", "M", "L"]));
    expect(await refusal(() => fitEncoder(frame, allRows(frame), schema))).toBe(sentence);
    // A row that is not learned from may hold anything.
    expect(schemaOf(frame, { rows: Int32Array.of(0, 1, 2) }).columns[0]).toMatchObject({ kind: "ordered" });
  });
});

describe("An ordered category becomes inputs", () => {
  const frame = sizes(["S", "M", "XL", "M", "S", "XL"]);

  test("by its rank, standardized", () => {
    const encoder = encoderOf(frame);
    const [column] = encoder.columns;
    expect(column).toMatchObject({ kind: "numeric", levels: LEVELS, mean: 4 / 3, integer: true });
    const std = Math.sqrt((2 * (4 / 3) ** 2 + 2 * (1 / 3) ** 2 + 2 * (5 / 3) ** 2) / 6);
    expect([...encodedMatrix(encoder, frame, allRows(frame))]).toEqual(
      [0, 1, 3, 1, 0, 3].map((rank) => Math.fround((rank - 4 / 3) / std)),
    );
  });

  test("by bins with an edge at each level that the rows have, however many these are", () => {
    const encoder = encoderOf(frame, { encodingOf: () => "bins" });
    expect(encoder.columns[0]).toMatchObject({ bins: { edges: [0, 1, 3], withValue: false } });
    expect(encodedInputs(encoder).map(({ name, scale }) => [name, scale])).toEqual([
      ["size from S to M", 1],
      ["size from M to XL", 1 / 2],
    ]);
    expect([...encodedMatrix(encoder, sizes(["S", "M", "L", "XL"]), Int32Array.of(0, 1, 2, 3))]).toEqual([
      ...[0, 0, 1, 0],
      ...[1, 0.5, 1, 1],
    ]);
    const levels = Array.from({ length: 60 }, (_, i) => `l${i}`);
    const many = sizes(Array.from({ length: 300 }, (_, i) => `l${i % 60}`));
    const kinds = inferSchema(many, { target: "y", overrides: { size: { ordered: levels } } });
    const { columns } = fitEncoder(many, allRows(many), kinds, { encodingOf: () => "both" });
    expect(columns[0]).toMatchObject({ bins: { edges: levels.map((_, rank) => rank), withValue: true } });
  });

  test("by its value where the rows have two levels only", () => {
    const encoder = encoderOf(sizes(["S", "XL", "S"]), { encodingOf: () => "bins" });
    expect(encodedInputs(encoder).map(({ name }) => name)).toEqual(["size"]);
  });

  test("as a missing cell where it is none of the levels, unless that is an error", async () => {
    const gaps = sizes(["S", "M", null, "L"]);
    for (const encoding of ["value", "bins", "both"] as const) {
      const encoder = encoderOf(gaps, { encodingOf: () => encoding });
      const strange = sizes(["huge", null, "L"]);
      const { inputs, unseen, imputed, width } = encode(encoder, strange, allRows(strange));
      expect([unseen, imputed]).toEqual([new Map([["size", 1]]), new Map()]);
      const rows = encodedMatrix(encoder, strange, allRows(strange));
      expect(rows.subarray(0, width)).toEqual(rows.subarray(width, 2 * width));
      expect(rows[width - 1]).toBe(1);
      expect(inputs).toBeDefined();
      const strict = { ...encoder, unseen: "error" as const };
      expect(await refusal(() => encode(strict, strange, allRows(strange)))).toBe(
        'Row 2 of the given columns has "huge" in column "size", which is none of its levels; there are "S", "M", "L", "XL".',
      );
      expect(() => encode(strict, strange, Int32Array.of(1, 2))).not.toThrow();
    }
  });
});

test("What stands for a number says it again", () => {
  const [column] = encoderOf(sizes(["S", "M", "XL"])).columns;
  if (column.kind !== "numeric") throw new Error("expected a number");
  const source = columnFrom("size", { source: "t", firstRow: 1 }, ["XL", "S", "?", "none"], {});
  const ranks = cellNumbers(column, source, Int32Array.of(0, 1, 2, 3));
  expect([...ranks]).toEqual([3, 0, Number.NaN, Number.NaN]);
  expect([cellOf(column, 3), cellOf(column, 0)]).toEqual(["XL", "S"]);
});
