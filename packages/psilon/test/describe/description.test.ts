import { expect, test } from "vitest";
import { describeFrame } from "../../src/describe/description.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";

test("describeFrame gives numbers quartiles and a histogram, categories their most frequent values, and shares of what is missing", () => {
  const frame = frameFrom({
    x: [0, 1, 2, 3, 4, 5, 6, 7, 8, null],
    kind: ["a", "b", "a", "a", "c", "b", "a", null, "a", "a"],
    flag: [true, false, true, true, true, true, null, true, true, true],
    when: Array.from({ length: 10 }, (_, i) => new Date(86_400_000 * i)),
    same: Array(10).fill("one"),
  });
  const [x, kind, flag, when, same] = describeFrame(frame, inferSchema(frame));
  expect(x).toMatchObject({ missing: 0.1, quartiles: [2, 4, 6], frequent: null });
  expect(x.histogram).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1]);
  expect(kind).toMatchObject({
    missing: 0.1,
    histogram: null,
    frequent: [
      ["a", 6],
      ["b", 2],
      ["c", 1],
    ],
  });
  expect(flag.frequent).toEqual([
    ["true", 8],
    ["false", 1],
  ]);
  expect(when.quartiles).toEqual([2.25, 4.5, 6.75]);
  expect(when.histogram?.reduce((sum, rows) => sum + rows, 0)).toBe(10);
  expect(same).toMatchObject({
    column: { role: "ignored" },
    histogram: null,
    quartiles: null,
    frequent: null,
  });
});
