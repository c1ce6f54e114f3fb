import { describe, expect, test, vi } from "vitest";
import { InputError } from "../../src/errors.ts";
import { columnsOf } from "../../src/preprocess/kinds.ts";
import { inferSchema, rowsWithTarget, type SchemaOptions } from "../../src/preprocess/schema.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { csv, lines } from "../support/csv.ts";

const column = (table: Frame, name: string, options: SchemaOptions = {}) =>
  inferSchema(table, options).columns.find((one) => one.name === name);

/** A table whose column x holds `cells` beside a numeric target y. */
const beside = (cells: readonly unknown[]) =>
  csv(`x,z,y\n${lines(cells.length, (i) => `${cells[i]},${i % 7},${i}`)}`);

const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  throw new Error("Nothing was refused.");
};

describe("what a column holds", () => {
  test("numbers, however they are written, are numeric", () => {
    const table = csv("x\n 1 \n-2.5\n+.5e1\n3.\n1E-2\n");
    expect(column(table, "x")).toMatchObject({
      kind: "numeric",
      role: "feature",
      min: -2.5,
      max: 5,
      distinct: 5,
    });
    expect(column(frameFrom({ x: [0, 1, 0] }), "x")).toMatchObject({ kind: "numeric", mean: 1 / 3 });
  });

  test("hexadecimal, thousands separators and white space inside are text where not the whole column agrees on them", () => {
    for (const cell of ["0x10", "1,000", "1 000", "1e", ".", "--1"]) {
      const table = frameFrom({ x: [cell, "a", "a"] });
      expect(column(table, "x"), cell).toMatchObject({ kind: "categorical" });
    }
  });

  test("true and false, yes and no, t and f, y and n are boolean in any case; 0 and 1 are numbers", () => {
    const pairs = [
      [true, false],
      ["TRUE", "False"],
      ["yes", "no"],
      ["T", "f"],
      ["y", "N"],
    ];
    for (const [yes, no] of pairs) {
      const table = frameFrom({ x: [yes, no, yes, null] });
      expect(column(table, "x")).toMatchObject({
        kind: "boolean",
        counts: { false: 1, true: 2 },
        missing: 1,
      });
    }
    expect(column(frameFrom({ x: ["0", "1"] }), "x")).toMatchObject({ kind: "numeric" });
    expect(column(frameFrom({ x: ["f", "n"] }), "x")).toMatchObject({ kind: "categorical" });
    expect(column(frameFrom({ x: ["yes", "none"] }), "x")).toMatchObject({ kind: "categorical" });
  });

  test("other text is categorical, in an order that does not depend on the rows", () => {
    const table = frameFrom({ x: ["b", "a", " b", "C", null] });
    const expected = { kind: "categorical", categories: ["C", "a", "b"], counts: [1, 1, 2], missing: 1 };
    expect(column(table, "x")).toMatchObject(expected);
    const reversed = frameFrom({ x: [null, "C", " b", "a", "b"] });
    expect(column(reversed, "x")).toEqual(column(table, "x"));
  });

  test("empty cells, NA, N/A, n/a, #N/A, NaN, nan, null, NULL and ? are missing; Na, none and - are not", () => {
    const cells = ["", " ", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "?", null, Number.NaN];
    expect(column(frameFrom({ x: [...cells, 1, 2] }), "x")).toMatchObject({ kind: "numeric", missing: 13 });
    expect(column(frameFrom({ x: ["Na", "none", "-"] }), "x")).toMatchObject({
      kind: "categorical",
      missing: 0,
    });
  });

  test("a column of one value is ignored as constant, unless it is missing somewhere", () => {
    expect(column(csv("x,y\n3,1\n3.0,2"), "x")).toMatchObject({
      role: "ignored",
      kind: "constant",
      reason: 'every row has the same value, "3"',
    });
    expect(column(csv("x,y\na,1\na,2"), "x")).toMatchObject({ kind: "constant", value: "a" });
    expect(column(csv("x,y\nyes,1\nyes,2"), "x")).toMatchObject({ kind: "constant", value: "yes" });
    for (const [cell, kind] of [
      ["3", "numeric"],
      ["a", "categorical"],
      ["yes", "boolean"],
    ]) {
      expect(column(csv(`x,y\n${cell},1\n,2`), "x")).toMatchObject({ kind, role: "feature", missing: 1 });
    }
  });

  test("a column without values is ignored as empty", () => {
    expect(column(csv("x,y\nNA,1\n,2"), "x")).toMatchObject({ role: "ignored", kind: "empty", missing: 2 });
  });

  test("text that differs in more than half of the rows is ignored as an identifier, but not in a tiny table", () => {
    const names = Array.from({ length: 40 }, (_, i) => `name ${i % 30}`);
    expect(column(beside(names), "x")).toMatchObject({
      role: "ignored",
      kind: "identifier",
      reason: "it has 30 different text values, too many for its rows to tell anything about others",
    });
    expect(column(beside(names), "x", { overrides: { x: "categorical" } })).toMatchObject({
      role: "feature",
    });
    expect(column(beside(names.slice(0, 20)), "x")).toMatchObject({ kind: "categorical", role: "feature" });
  });

  test("text of more values than get an input each keeps the most frequent, and counts the rest", () => {
    const cells = Array.from({ length: 3300 }, (_, i) => `c${i % 1100}`);
    for (const overrides of [{}, { x: "categorical" }] as const) {
      const found = column(beside(cells), "x", { overrides });
      expect(found).toMatchObject({
        kind: "categorical",
        role: "feature",
        rest: { categories: 100, rows: 300 },
      });
      expect(found).not.toHaveProperty("reason");
    }
    expect(column(beside(cells), "x", { overrides: { x: "ignore" } })).toMatchObject({
      role: "ignored",
      kind: "unread",
    });
  });

  test("a column whose values were not kept is left out with its reason, and cannot be predicted", () => {
    const reason = "its values are lists";
    const { columns, ...frame } = beside(["a", "b", "a", "b"]);
    const unread = { kind: "unread", name: "u", origin: frame.origin, reason } as const;
    const table = { ...frame, columns: [...columns, unread] };
    const expected = { name: "u", role: "ignored", reason, missing: 0, kind: "unread" };
    expect(column(table, "u", { target: "y" })).toEqual(expected);
    // Where all rows were of no use, neither is a part of them.
    const kinds = inferSchema(table, { target: "y" });
    const read = { ...frame, columns: [...columns, { ...columns[0], name: "u" }] };
    expect(column(read, "u", { target: "y", kinds })).toEqual(expected);
    expect(refusal(() => inferSchema(table, { target: "u" }))).toBe(
      'The target "u" of data.csv cannot be predicted: its values are lists.',
    );
    expect(column(table, "u", { overrides: { u: "ignore" } })?.role).toBe("ignored");
  });

  test("is told with how its cells were read, where they do not stand as they are", () => {
    const table = csv("price,when,y\n$1,2024-01-01,5\n$2,2024-01-02,6\n$4,2024-01-03,8");
    const { columns } = inferSchema(table, { target: "y" });
    expect(columns.map(({ reading }) => reading)).toEqual([
      "read as numbers in $",
      "read as dates, year-month-day",
      undefined,
    ]);
    expect(columns[2]).not.toHaveProperty("reading");
    const target = inferSchema(table, { target: "price" }).columns[0];
    expect(target).toMatchObject({ role: "target", reading: "read as numbers in $" });
  });

  test("numbers are counted, however many differ: no set of the engine has to hold them", () => {
    const most = 100;
    class SmallSet<T> extends Set<T> {
      override add(value: T): this {
        if (this.size === most && !this.has(value)) throw new RangeError("Set maximum size exceeded");
        return super.add(value);
      }
    }
    vi.stubGlobal("Set", SmallSet);
    try {
      const cells = Array.from({ length: 4 * most }, (_, i) =>
        i % 4 === 0 ? "" : i === 1 ? -0 : i % (3 * most),
      );
      const { size } = new Map(cells.filter((cell) => cell !== "").map((cell) => [cell, true]));
      expect(column(beside(cells), "x")).toMatchObject({ kind: "numeric", distinct: size, missing: most });
      expect(inferSchema(beside(cells), { target: ["y"] }).task).toBe("regression");
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test("huge numbers have finite means and deviations", () => {
    const found = column(frameFrom({ x: [1.5e308, -1.5e308, 1.5e308] }), "x");
    expect(found).toMatchObject({ kind: "numeric", max: 1.5e308 });
    expect(Number((found as { mean: number }).mean) / 1e308).toBeCloseTo(0.5, 12);
    expect(Number((found as { std: number }).std) / 1e308).toBeCloseTo(Math.SQRT2, 12);
  });
});

describe("slips of the pen", () => {
  const numbers = Array.from({ length: 40 }, (_, i) => String(i));

  test("text among numbers is refused with its row as the user counts, and the way out", () => {
    const table = beside(numbers.with(16, "abc"));
    expect(refusal(() => inferSchema(table))).toBe(
      'Column "x" of data.csv holds numbers, but row 18 has "abc"; correct the value, or leave it empty if it is missing, or declare the column "categorical" if it is meant so.',
    );
    expect(column(table, "x", { overrides: { x: "categorical" } })).toMatchObject({ kind: "categorical" });
  });

  test("one word in five cells is enough where numbers have fractions", () => {
    expect(() => inferSchema(beside(["1.5", "2", "3", "oops", "4"]))).toThrow('row 5 has "oops"');
  });

  test("numbers in the dress of a spreadsheet are not taken for categories", () => {
    for (const cell of ["2,5", "1,2345", "1.234,5", "1 234.5", "$5", "5 €", "12%", "-3,0"]) {
      // One cell that is written otherwise keeps the whole column from being read as either.
      const table = frameFrom({ x: ["1", cell, cell, "2", cell, cell, cell, cell, cell, cell, "word"] });
      expect(refusal(() => inferSchema(table))).toBe(
        `Column "x" of ${table.origin.source} looks like numbers, but row 2 has "${cell}"; write them plainly, such as 1234.5, or declare the column "categorical" if it is meant so.`,
      );
      expect(column(table, "x", { overrides: { x: "categorical" } })).toMatchObject({ kind: "categorical" });
    }
    expect(() =>
      inferSchema(frameFrom({ x: ["1,234", "1,234", "a"].concat(Array(8).fill("-2,500")) })),
    ).toThrow(
      'looks like numbers, but row 1 has "1,234", whose comma may set off thousands or decimals; write 1234 or 1.234.',
    );
    for (const cell of ["2020-01-05", "5+", "A5", "1/2", "10.0.0.1", "12:30", "1,2,3"]) {
      expect(column(frameFrom({ x: ["a", cell, cell, "a", cell] }), "x")).toMatchObject({
        kind: "categorical",
      });
    }
  });

  test("codes with few numbers among them are categories", () => {
    const codes = ["1", "2", "3", "4", "5+", "1", "2", "3", "1", "2", "1", "1"];
    expect(column(beside(codes), "x")).toMatchObject({
      kind: "categorical",
      categories: ["1", "2", "3", "4", "5+"],
    });
  });

  test("infinities in a number column are refused with row and column", () => {
    for (const cell of ["inf", "-Infinity", "1e999", "INF"]) {
      expect(refusal(() => inferSchema(beside(numbers.with(3, cell))))).toBe(
        `Column "x" of data.csv has "${cell.startsWith("-") ? "-" : ""}Infinity" in row 5, which is not a finite number; correct the value, or leave it empty if it is missing.`,
      );
    }
    expect(() => inferSchema(frameFrom({ x: [1, Number.POSITIVE_INFINITY] }))).toThrow("row 2");
  });

  test("cells that do not fit the kind asked for are refused", () => {
    const table = csv("x,y\n1,1\nred,2\n3,3");
    expect(() => inferSchema(table, { overrides: { x: "numeric" } })).toThrow('row 3 has "red"');
    expect(() => inferSchema(table, { overrides: { x: "boolean" } })).toThrow(
      'holds true or false, but row 3 has "red"',
    );
    expect(() => inferSchema(table, { overrides: { X: "boolean" } })).toThrow('did you mean "x"?');
  });

  test("an override makes booleans of 0 and 1, and categories of numbers in their order", () => {
    const table = csv("x,y\n0,10\n1,9.0\n0,9");
    expect(column(table, "x", { overrides: { x: "boolean" } })).toMatchObject({ kind: "boolean" });
    expect(column(table, "y", { overrides: { y: "categorical" } })).toMatchObject({
      categories: ["9", "10"],
    });
  });

  test("two columns of one name, no columns and no rows are refused", () => {
    expect(() => inferSchema(csv("a,b,a\n1,2,3"))).toThrow(
      'Columns 1 and 3 of data.csv are both named "a"; give every column a name of its own.',
    );
    expect(() => inferSchema(frameFrom([]))).toThrow("There are no columns in the given rows.");
    expect(() => inferSchema(csv("a,b"), { target: "b" })).toThrow(
      "There are no rows in data.csv, only the names of 2 columns.",
    );
  });
});

describe("the target", () => {
  const task = (cells: readonly unknown[], options: SchemaOptions = {}) =>
    inferSchema(beside([...cells]), { target: "x", ...options }).task;

  test("is regression for numbers, even few whole ones, and classification for two numbers, text and booleans", () => {
    expect(task([1, 2, 3, 3, 2, 1])).toBe("regression");
    expect(task([0, 1, 1, 0])).toBe("classification");
    expect(task(["a", "b", "a", "b"])).toBe("classification");
    expect(task(["yes", "no", "no", "yes"])).toBe("classification");
  });

  test("follows the task or kind asked for", () => {
    expect(task([1, 2, 3, 3, 2, 1], { task: "classification" })).toBe("classification");
    expect(task([1, 2, 3, 3, 2, 1], { overrides: { x: "categorical" } })).toBe("classification");
    expect(task([0, 1, 1, 0], { task: "regression" })).toBe("regression");
    expect(() => task(["a", "b", "a"], { task: "regression" })).toThrow('row 2 has "a"');
    expect(() => task([1, 2], { task: "regression", overrides: { x: "categorical" } })).toThrow(
      "cannot be combined",
    );
    expect(() => task([1, 2], { overrides: { x: "ignore" } })).toThrow("cannot be ignored");
  });

  test("keeps the words of the table as class names, in a stable order", () => {
    const schema = inferSchema(csv("x,y\n1,Yes\n2,No\n3,No\n4,Yes"), { target: "y" });
    expect(schema.columns[1]).toMatchObject({
      role: "target",
      kind: "categorical",
      categories: ["No", "Yes"],
    });
    const numbers = inferSchema(beside([10, 9, 9, 10]), { target: "x" });
    expect(numbers.columns[0]).toMatchObject({ categories: ["9", "10"] });
  });

  test("costs a row where it is missing, and these rows teach nothing about the features", () => {
    const schema = inferSchema(csv("x,z,y\n1,1,1\n2,oops,\n3,2,3\n4,3,4"), { target: "y" });
    expect(schema.rows).toEqual({ read: 4, used: 3 });
    expect(schema.columns[0]).toMatchObject({ min: 1, max: 4, distinct: 3 });
    expect(schema.columns[1]).toMatchObject({ kind: "numeric" });
    expect(schema.columns[2]).toMatchObject({ role: "target", missing: 1 });
  });

  test("may be several numbers at once, but not several classes", () => {
    const table = csv("x,y,z\n1,5,a\n2,6,b\n3,8,a\n4,9,b");
    const schema = inferSchema(table, { target: ["y", "x"] });
    expect(schema.columns.map((one) => one.role)).toEqual(["target", "target", "feature"]);
    expect(() => inferSchema(table, { target: ["x", "z"] })).toThrow(
      'Several targets ("x", "z") can be predicted together only if all are numbers',
    );
  });

  test("must exist, vary and have values", () => {
    const table = csv("age,fare,empty,same\n1,2,,7\n3,4,,7");
    const without = (target: string) => refusal(() => inferSchema(table, { target }));
    expect(without("fair")).toBe('There is no column "fair" in data.csv; did you mean "fare"?');
    expect(without("empty")).toBe('The target "empty" of data.csv has no values.');
    expect(without("same")).toBe(
      'The target "same" of data.csv is "7" in every row, so there is nothing to learn; is it the right column?',
    );
  });

  test("must not have more classes than the limit", () => {
    const many = Array.from({ length: 2002 }, (_, i) => `c${i % 1001}`);
    expect(() => task(many)).toThrow("has 1001 different values, more than the 1000 classes");
    expect(task(many.filter((name) => name !== "c7"))).toBe("classification");
  });

  test("leaves a class of one row out, and names it", () => {
    const schema = inferSchema(csv("x,y\n1,a\n2,b\n3,b\n4,c\n5,\n6,d\n7,d"), { target: "y" });
    expect(schema.rows).toEqual({ read: 7, used: 4, rare: ["a", "c"] });
    expect(schema.columns[1]).toMatchObject({ categories: ["b", "d"], counts: [2, 2], missing: 1 });
    const without = inferSchema(csv("x,y\n2,b\n3,b\n6,d\n7,d"), { target: "y" });
    expect(without.rows).not.toHaveProperty("rare");
    // Beyond as many classes as can be told apart, too.
    const many = Array.from({ length: 2000 }, (_, i) => `c${i % 1000}`);
    expect(inferSchema(beside([...many, "alone"]), { target: "x" }).rows.rare).toEqual(["alone"]);
  });

  test("needs two classes of two rows", () => {
    const sentence = (cells: string) =>
      refusal(() => inferSchema(csv(`x,y\n${cells}`), { target: "y" })).split("; ")[0];
    expect(sentence("1,a\n2,b\n3,b")).toBe(
      'The target "y" of data.csv has 2 different values but only one that stands in two rows or more, and a class needs at least two',
    );
    expect(sentence("1,a\n2,b\n3,c")).toBe(
      'The target "y" of data.csv has 3 different values but none that stands in two rows or more, and a class needs at least two',
    );
  });

  test("cannot be dates, found or declared", () => {
    const table = csv("x,y\n1,2024-01-01\n2,2024-01-02\n3,2024-01-05");
    const sentence =
      'The target "y" of data.csv holds dates, which cannot be predicted; turn them into numbers first, such as days from some day.';
    expect(refusal(() => inferSchema(table, { target: "y" }))).toBe(sentence);
    const days = csv("x,y\n1,20\n2,21\n3,24");
    for (const kind of ["date", "date:month"] as const) {
      expect(refusal(() => inferSchema(days, { target: "y", overrides: { y: kind } }))).toBe(sentence);
    }
  });

  test("needs more than one row and a feature", () => {
    expect(() => inferSchema(csv("x,y\n1,2"), { target: "y" })).toThrow(
      "nothing can be learned from one row",
    );
    expect(() => inferSchema(csv("x,y\n1,2\n1,3\n1,4"), { target: "y" })).toThrow(
      'There is no column in data.csv to predict "y" from; left out: "x" (every row has the same value, "1").',
    );
    expect(() => inferSchema(csv("y\n2\n3\n4"), { target: "y" })).toThrow('to predict "y" from.');
  });

  test("may have fewer rows than there are features", () => {
    const schema = inferSchema(csv("a,b,c,d,y\n1,4,1,1,2\n2,2,2,0,3\n3,1,9,7,4"), { target: "y" });
    expect(columnsOf(schema, "feature")).toHaveLength(4);
    expect(schema.rows).toEqual({ read: 3, used: 3 });
  });
});

test("a schema survives JSON unchanged", () => {
  const schema = inferSchema(csv("a,b,c,d,y\n1,x,yes,,1\n2,x,no,,2\n4,z,,,3\n0,z,no,,9"), { target: "y" });
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});

describe("The target at the edges", () => {
  const described = (cells: readonly unknown[], options: SchemaOptions = {}) =>
    inferSchema(beside([...cells]), { target: "x", ...options }).columns[0];

  test("is refused where all classes are one, or all numbers, whatever the task", () => {
    for (const [cells, task] of [
      [["a", "a"], undefined],
      [[7, 7], "classification"],
      [[7, 7], "regression"],
      [[7, 7], undefined],
    ] as const) {
      expect(() => described(cells, { ...(task && { task }) })).toThrow(`is "${cells[0]}" in every row`);
    }
    expect(() => described([7])).toThrow("has a value in only one row");
    expect(described([7, 8], { task: "regression" })).toMatchObject({ kind: "numeric" });
  });

  test("takes a task and a kind that say the same, and no others", () => {
    const cells = [1, 2, 3, 1, 2, 3];
    for (const [task, kind, found] of [
      ["regression", "numeric", "numeric"],
      ["classification", "categorical", "categorical"],
      ["classification", "boolean", "categorical"],
      [undefined, "boolean", "categorical"],
      [undefined, "numeric", "numeric"],
    ] as const) {
      expect(described(cells, { ...(task && { task }), overrides: { x: kind } })).toMatchObject({
        kind: found,
      });
    }
    for (const [task, kind] of [
      ["regression", "boolean"],
      ["classification", "numeric"],
    ] as const) {
      expect(() => described(cells, { task, overrides: { x: kind } })).toThrow(
        `is asked to be ${kind}, which cannot be combined with the task ${task}`,
      );
    }
    expect(described([1, 2, 1, 2], { overrides: { x: "numeric" } })).toMatchObject({ kind: "numeric" });
  });
});

describe("The rows a schema is inferred from", () => {
  const table = csv("x,z,y\n1,a,5\n2,b,6\n3,c,\n4,a,7\n5,b,8\n6,a,9");

  test("are those asked for, as often as they are given, beside all that have a target", () => {
    const { rows, columns } = inferSchema(table, { target: "y", rows: Int32Array.of(0, 3, 3, 5) });
    expect(rows).toEqual({ read: 6, used: 5 });
    expect(columns[0]).toMatchObject({ min: 1, max: 6, mean: 15 / 4, missing: 0 });
    expect(columns[1]).toMatchObject({ kind: "constant", value: "a", role: "ignored" });
    expect(columns[2]).toMatchObject({ min: 5, max: 9, missing: 1, role: "target" });
  });

  test("are of the kinds that a schema over more rows tells, of which their own values are learned", () => {
    const cells = csv(
      "code,flag,note,gone,y\n1,yes,q,,1\n2,no,r,,2\n3,yes,q,,3\nA,maybe,q,,4\n3,yes,r,5,5\n1,no,q,5,6",
    );
    const kinds = inferSchema(cells, { target: "y", overrides: { code: "categorical", note: "ignore" } });
    const some = inferSchema(cells, { target: "y", kinds, rows: Int32Array.of(0, 1, 2, 4, 5) });
    expect(some.columns.map(({ kind }) => kind)).toEqual([
      "categorical",
      "categorical",
      "unread",
      "numeric",
      "numeric",
    ]);
    expect(some.columns[0]).toMatchObject({ categories: ["1", "2", "3"] });
    expect(some.columns[2]).toMatchObject({ role: "ignored", reason: "it was asked to be ignored" });
    expect(some.task).toBe(kinds.task);
    // What was constant or empty over more rows is so over fewer, however its number is written.
    const same = csv("x,z,y\n3,,1\n3e0,,2\n3.0,,3");
    const fewer = inferSchema(same, { kinds: inferSchema(same), rows: Int32Array.of(0, 1) });
    expect(fewer.columns.map(({ kind }) => kind)).toEqual(["constant", "empty", "numeric"]);
  });

  test("have several targets only where each has a value", () => {
    const two = csv("x,y,z\n1,1,\n2,,2\n3,3,3\n4,4,5");
    expect([...rowsWithTarget(two, ["y", "z"])]).toEqual([2, 3]);
    expect([...rowsWithTarget(two, ["y"])]).toEqual([0, 2, 3]);
    expect([...rowsWithTarget(two, [])]).toEqual([0, 1, 2, 3]);
    expect(inferSchema(two, { target: ["y", "z"], task: "regression" }).rows).toEqual({ read: 4, used: 2 });
  });

  test("need no target, and then the schema sets no task", () => {
    const schema = inferSchema(csv("x,y\n3,1\n3,2"));
    expect("task" in schema).toBe(false);
    expect(columnsOf(schema, "feature").map(({ name }) => name)).toEqual(["y"]);
    expect(columnsOf(schema, "ignored").map(({ name }) => name)).toEqual(["x"]);
    expect(columnsOf(schema, "target")).toEqual([]);
  });
});

test("Overrides are of columns that there are and kinds that there are", () => {
  const table = csv("x,y\n3,1\n4,2");
  for (const kind of ["numeric", "categorical", "boolean", "ignore"] as const) {
    if (kind === "boolean") continue;
    expect(() => inferSchema(table, { overrides: { x: kind } })).not.toThrow();
  }
  expect(refusal(() => inferSchema(table, { overrides: { x: "number" as never } }))).toBe(
    'The kind of column "x" is one of numeric, categorical, boolean, date, ignore, but "number" was given.',
  );
  expect(refusal(() => inferSchema(table, { overrides: { z: "ignore" } }))).toMatch(/no column "z"/);
});
