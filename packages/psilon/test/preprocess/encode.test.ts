import { describe, expect, test } from "vitest";
import { encode } from "../../src/preprocess/encode.ts";
import { fitEncoder } from "../../src/preprocess/fitEncoder.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import type { Column } from "../../src/tables/column.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { allRows, csv } from "../support/csv.ts";
import { fit, people, rowsOf } from "./people.ts";

describe("encoding new rows", () => {
  const encoder = fit(people, allRows(people), { target: "cost" });
  const one = (line: string) => {
    const table = csv(`age,sex,smoker,city\n${line}`, "new.csv");
    return encode(encoder, table, allRows(table));
  };

  test("makes zeros of a category that training had not, and counts them", () => {
    const encoded = one("40,other,no,Rome\n40,x,no,Bonn");
    expect(rowsOf(encoded)).toEqual([
      [0, 0, 0, 0, -1, 0, 0, 1, 0],
      [0, 0, 0, 0, -1, 0, 0, 0, 0],
    ]);
    expect(encoded.unseen).toEqual(
      new Map([
        ["sex", 2],
        ["city", 1],
      ]),
    );
  });

  test("refuses it instead when asked to", () => {
    const strict = fitEncoder(people, allRows(people), inferSchema(people, { target: "cost" }), {
      unseen: "error",
    });
    const table = csv("age,sex,smoker,city\n40,femal,no,Rome", "new.csv");
    expect(() => encode(strict, table, allRows(table))).toThrow(
      'Row 2 of new.csv has "femal" in column "sex", a category that the model was not trained on; did you mean "female"?',
    );
  });

  test("takes the mean for a missing value where training had none, and counts it", () => {
    const encoded = one("40,,no,Rome");
    expect(rowsOf(encoded)[0].slice(2, 4)).toEqual([0, 0]);
    expect(encoded.imputed).toEqual(new Map([["sex", 1]]));
    const ages = fit(frameFrom({ x: [1, 3] }));
    const filled = encode(ages, frameFrom({ x: [null, 3] }), Int32Array.of(0, 1));
    expect([rowsOf(filled), filled.imputed]).toEqual([[[0], [1]], new Map([["x", 1]])]);
  });

  test("reads a whole number as the same category however it is written", () => {
    const table = csv("x\n1\n2\n1");
    const encoder = fit(table, allRows(table), { overrides: { x: "categorical" } });
    const written = frameFrom({ x: [1, "1.0", " 2 "] });
    expect(rowsOf(encode(encoder, written, allRows(written)))).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
  });

  test("names the columns a table lacks", () => {
    expect(() => encode(encoder, csv("age,smoker,sexe,city\n1,no,x,y", "new.csv"), Int32Array.of(0))).toThrow(
      'The model needs the column "sex", which new.csv lacks; did you mean "sexe"?',
    );
    expect(() => encode(encoder, csv("a\n1", "new.csv"), Int32Array.of(0))).toThrow(
      'The model needs the columns "age", "sex", "smoker", "city", which new.csv lacks; there are "a".',
    );
  });

  test("names row and column of a cell that does not fit", () => {
    expect(() => one("40,male,no,Rome\nold,male,no,Rome")).toThrow(
      'Column "age" of new.csv holds numbers, but row 3 has "old"',
    );
    expect(() => one("inf,male,no,Rome")).toThrow('Column "age" of new.csv has "Infinity" in row 2');
    expect(() => one("1,male,maybe,Rome")).toThrow(
      'Column "smoker" of new.csv holds true or false, but row 2 has "maybe"',
    );
  });

  test("refuses a number that float32 cannot hold once standardized, rather than pass on infinity", () => {
    expect(() => one("1e300,male,no,Rome")).toThrow(
      /^Row 2 of new.csv has "1e\+300" in column "age", too far from the values the model was trained on \(mean 40, /,
    );
    expect(Number.isFinite(rowsOf(one("1e30,male,no,Rome"))[0][0])).toBe(true);
  });

  test("computes in float64: huge and close values are told apart", () => {
    const huge = frameFrom({ x: [1.5e308, -1.5e308], y: [1e9, 1e9 + 0.5] });
    expect(rowsOf(encode(fit(huge), huge, allRows(huge)))).toEqual([
      [1, -1],
      [-1, 1],
    ]);
  });
});

test("Rows are encoded in the order asked for, and named by a person's number where they do not fit", () => {
  const encoder = fit(people, allRows(people), { target: "cost" });
  const all = rowsOf(encode(encoder, people, allRows(people)));
  expect(rowsOf(encode(encoder, people, Int32Array.of(4, 0, 4)))).toEqual([all[4], all[0], all[4]]);
  const strict = { ...encoder, unseen: "error" } as const;
  const lines = "age,sex,smoker,city\n40,male,no,Rome\n41,male,no,Rom";
  expect(() => encode(strict, csv(lines, "new.csv"), Int32Array.of(1))).toThrow('Row 3 of new.csv has "Rom"');
  const far = csv("age,sex,smoker,city\n40,male,no,Rome\n-1e300,male,no,Rome", "new.csv");
  expect(() => encode(encoder, far, Int32Array.of(1))).toThrow('Row 3 of new.csv has "-1e+300"');
});

test("A column that the model needs must have been kept", () => {
  const encoder = fit(people, allRows(people), { target: "cost" });
  const table = csv("age,sex,smoker,city\n40,male,no,Rome", "new.csv");
  const { origin, columns } = table;
  const unread = (name: string): Column => ({ kind: "unread", name, origin, reason: "its values are lists" });
  const lost = { ...table, columns: columns.map((one) => (one.name === "city" ? unread("city") : one)) };
  expect(() => encode(encoder, lost, allRows(table))).toThrow(
    'The model needs the column "city" of new.csv, which was left out: its values are lists.',
  );
  const other = { ...table, columns: [...columns, unread("more")] };
  expect(encode(encoder, other, allRows(table))).toEqual(encode(encoder, table, allRows(table)));
});

test("The name of a number as a category is the number's, and not how it was written", () => {
  const table = frameFrom({ x: [1.5, 2, 1.5], y: [1, 2, 3] });
  const encoder = fit(table, allRows(table), {
    overrides: { x: "categorical" },
    target: "y",
    task: "regression",
  });
  const written = frameFrom({ x: ["1.50", "2.0", "15e-1"] });
  expect(rowsOf(encode(encoder, written, allRows(written)))).toEqual([
    [1, 0],
    [0, 1],
    [1, 0],
  ]);
});
