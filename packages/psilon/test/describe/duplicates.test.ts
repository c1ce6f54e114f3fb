import { describe, expect, test } from "vitest";
import { copiesAcross, firstLike } from "../../src/describe/duplicates.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { allRows } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";

describe("firstLike", () => {
  test("agrees with comparing the rows as texts, whatever the columns hold", () => {
    const random = createRandom(3);
    const rows = Array.from({ length: 400 }, () => ({
      number: random.next() < 0.2 ? null : Math.floor(3 * random.next()) / 2,
      text: random.next() < 0.2 ? null : "abc"[Math.floor(3 * random.next())],
      truth: random.next() < 0.5,
      day: new Date(86_400_000 * Math.floor(2 * random.next())),
    }));
    const frame = frameFrom(rows);
    const texts = rows.map((row) => JSON.stringify(row));
    expect([...firstLike(frame.columns, allRows(frame))]).toEqual(texts.map((text) => texts.indexOf(text)));
  });

  test("takes 0 and −0 for one number, and numbers that differ in their last bit for two", () => {
    const { columns } = frameFrom({ x: [0, -0, 1, 1 + 2 ** -52] });
    expect([...firstLike(columns, Int32Array.of(0, 1, 2, 3))]).toEqual([0, 0, 2, 3]);
  });
});

test("copiesAcross counts the rows on one side that stand on the other", () => {
  const { columns } = frameFrom({ a: [1, 2, 1, 3, 2, 2], b: ["x", "y", "x", "x", "y", "z"] });
  expect(copiesAcross(columns, Int32Array.of(0, 1, 3), Int32Array.of(2, 4, 5))).toBe(2);
  expect(copiesAcross(columns, Int32Array.of(3), Int32Array.of(2, 4, 5))).toBe(0);
});
