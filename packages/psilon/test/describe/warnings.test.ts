import { describe, expect, test } from "vitest";
import { warningCodes, warningText } from "../../src/describe/warning.ts";
import { warningsOf } from "../../src/describe/warnings.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { inferSchema, type SchemaOptions } from "../../src/preprocess/schema.ts";
import type { Columns } from "../../src/tables/frameFrom.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";

const random = createRandom(1);
const column = (count: number, value: (i: number) => unknown) =>
  Array.from({ length: count }, (_, i) => value(i));
const noise = (count: number) => column(count, () => normal(random)) as number[];

/** The warnings of columns, each as its code and the column that it is about. */
function warned(columns: Columns, options: SchemaOptions = { target: "y" }) {
  const frame = frameFrom(columns);
  return warningsOf(frame, inferSchema(frame, options));
}
const codes = (columns: Columns, options?: SchemaOptions) =>
  warned(columns, options).map(({ code, where }) => (where?.column ? `${code} ${where.column}` : code));

describe("warningsOf", () => {
  test("has nothing to say of an ordinary table", () => {
    expect(codes({ a: noise(50), b: noise(50), kind: column(50, (i) => `k${i % 3}`), y: noise(50) })).toEqual(
      [],
    );
  });

  test("tells numbers of rows, ascending or shuffled, from counts and from measured numbers", () => {
    const shuffled = column(50, (i) => (i * 7) % 50);
    const counts = column(50, (i) => (i * i) % 23);
    const table = { id: column(50, (i) => 100 + 2 * i), place: shuffled, counts, x: noise(50), y: noise(50) };
    expect(codes(table)).toEqual(["row-number id", "row-number place"]);
  });

  test("finds a column that alone predicts a number: a copy, a multiple with a little noise, categories of one value each", () => {
    const y = column(60, (i) => (i * i) % 9) as number[];
    const near = y.map((value, i) => 3 - 2 * value + 1e-3 * Math.sin(i));
    const table = {
      copy: y,
      near,
      name: y.map((value) => `v${value}`),
      far: y.map((v) => v + normal(random)),
      y,
    };
    expect(
      codes(table, { target: "y", task: "regression" }).filter((code) => code.startsWith("copy")),
    ).toEqual(["copy-of-target copy", "copy-of-target near", "copy-of-target name"]);
  });

  test("finds a column that alone predicts classes: the classes in other words, and a number that a threshold parts", () => {
    const y = column(60, (i) => (i % 3 === 0 ? "bad" : "good")) as string[];
    const table = {
      code: y.map((name) => name.slice(0, 1).toUpperCase()),
      score: y.map((name, i) => (name === "bad" ? 2 + (i % 7) : -1 - (i % 5)) + 0.01 * i),
      almost: y.map((name, i) => (i < 3 ? "x" : name)),
      y,
    };
    expect(codes(table)).toEqual(["copy-of-target code", "copy-of-target score"]);
  });

  test("does not take what agrees by chance, or by having few rows a value, for a copy", () => {
    const y = noise(60);
    expect(
      codes({ name: y.map((value) => `v${value.toFixed(1)}`), y }).filter((c) => c.startsWith("copy")),
    ).toEqual([]);
    const rare = column(60, (i) => (i === 7 ? "yes" : "no")) as string[];
    const found = codes({ flag: rare.map((name) => `is ${name}`), x: noise(60), y: rare.with(8, "yes") });
    expect(found.filter((code) => code.startsWith("copy"))).toEqual([]);
  });

  test("counts rows that are copies of another, the target among what is compared", () => {
    const a = [...noise(40), 1, 1, 1];
    const y = [...noise(40), 2, 2, 3];
    expect(warned({ a, y }).find(({ code }) => code === "duplicate-rows")?.found).toBe(
      "1 of the 43 rows of the given columns is a copy of another",
    );
    expect(codes({ a, y: y.with(42, 4).with(41, 5) })).not.toContain("duplicate-rows");
  });

  test("notices a number that marks missing values, at either end, and none that merely is the least", () => {
    const ages = column(100, (i) => 20 + ((i * 13) % 50)) as number[];
    const mark = (value: number, times: number) => ages.map((age, i) => (i < times ? value : age));
    const warning = warned({ age: mark(-999, 5), x: noise(100), y: noise(100) }).find(
      ({ code }) => code === "sentinel",
    );
    expect(warning).toMatchObject({ value: "-999", where: { column: "age" } });
    expect(warning?.found).toContain("-999 in 5 rows, far from all its other values (20 to 69)");
    expect(codes({ age: mark(9999, 5), x: noise(100), y: noise(100) })).toContain("sentinel age");
    for (const [value, times] of [
      [-999, 1],
      [19, 5],
      [0, 5],
    ] as const) {
      expect(codes({ age: mark(value, times), x: noise(100), y: noise(100) })).not.toContain("sentinel age");
    }
  });

  test("names the row of a value far outside the others, whose column is scaled robustly", () => {
    const x = noise(200).with(16, 1e9);
    const found = warned({ x, y: noise(200) });
    expect(found.map(({ code }) => code)).toEqual(["outlier"]);
    expect(found[0]).toMatchObject({ value: "1000000000", where: { row: 17, column: "x" } });
  });

  test("says when classes have few rows, when one was left out, and when numbers may be classes", () => {
    const kinds = column(60, (i) => (i === 0 ? "alone" : i < 4 ? "few" : i % 2 ? "a" : "b"));
    const [rare, small] = warned({ x: noise(60), y: kinds });
    expect(rare).toMatchObject({ code: "rare-class", value: "alone" });
    expect(small.found).toBe(
      'The class "few" of "y" has fewer than 5 rows, too few to be told apart reliably',
    );
    expect(codes({ x: noise(60), y: column(60, (i) => 1 + (i % 3)) })).toEqual(["classes-as-numbers y"]);
    expect(codes({ x: noise(60), y: column(60, (i) => 1 + (i % 3) / 2) })).toEqual([]);
  });

  test("says when a class is rare beside the most frequent one, with what to do, however many classes there are", () => {
    const kinds = (...counts: number[]) => counts.flatMap((count, k) => column(count, () => `k${k}`));
    const about = (...counts: number[]) => {
      const y = kinds(...counts);
      return warned({ x: noise(y.length), y }).filter(({ code }) => code === "imbalanced-classes");
    };
    expect(about(191, 10)).toEqual([
      {
        code: "imbalanced-classes",
        where: expect.objectContaining({ column: "y" }),
        found:
          'The class "k1" of "y" has only 10 of the 201 rows, so that accuracy misleads: a model that never predicts it can be right in 95.0 %',
        remedy: 'weigh classes ("balanced") or choose a threshold ("f1"), and look at recall and precision',
      },
    ]);
    expect(about(190, 10)).toEqual([]);
    expect(about(...Array.from({ length: 30 }, () => 10))).toEqual([]);
    const [{ found, remedy }] = about(300, 12, 250, 8);
    expect(found).toMatch(
      /^The classes "k1", "k3" of "y" have only 12, 8 of the 570 rows, .* never predicts them /,
    );
    expect(remedy).toBe('weigh classes ("balanced"), and look at recall and precision');
    // Too few to be told apart is said already.
    expect(about(100, 4)).toEqual([]);
  });

  test("says when the target has a long tail, when there are few rows, and more columns than rows", () => {
    const y = noise(100).with(3, 300);
    expect(codes({ x: noise(100), y })).toEqual(["long-tail y"]);
    const few = codes({
      x: [1, 2.5, 3.1],
      z: [0.2, 0.9, 0.3],
      w: [5, 4.5, 1],
      v: [1.5, 2, 0],
      y: [1.5, 2.5, 9],
    });
    expect(few).toEqual(["too-few-rows", "more-columns-than-rows"]);
  });

  test("says how cells were read, and how many categories count as one", () => {
    const price = column(40, (i) => `$${(i * 3.7).toFixed(2)}`);
    expect(warned({ price, y: noise(40) })[0].found).toMatch(/^Column "price" is read as numbers/);
    const many = column(3300, (i) => `c${i % 1100}`);
    expect(warned({ many, y: noise(3300) })[0].found).toBe(
      'Column "many" has 1,100 different values; the 1,000 most frequent become inputs, and the other 100, in 300 rows, count as one',
    );
  });

  test("is a sentence each, with a code that is listed", () => {
    const all = warned({ id: column(30, (i) => i), y: column(30, (i) => (i % 2 ? 1.5 : i)) });
    expect(all.length).toBeGreaterThan(0);
    for (const warning of all) {
      expect(warningCodes).toContain(warning.code);
      expect(warningText(warning)).toMatch(/^[A-Z].*[.?]$/);
    }
  });
});
