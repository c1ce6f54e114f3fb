import { expect, test } from "vitest";
import { textBuilder } from "../../src/tables/textColumn.ts";

const origin = { source: "data.csv", firstRow: 2 };

function built(texts: readonly (string | null)[], missing?: readonly string[], mostDistinct?: number) {
  const builder = textBuilder(0, missing, mostDistinct);
  for (const text of texts) builder.push(text);
  return builder.column("x", origin);
}

test("Texts become places among the different ones, trimmed, in the order of their first appearance", () => {
  expect(built(["b", " a", "b ", "\ta\n", "c"])).toEqual({
    kind: "categories",
    name: "x",
    origin,
    codes: Int32Array.of(0, 1, 0, 1, 2),
    dictionary: ["b", "a", "c"],
  });
});

test("Nothing, white space and the words for a missing value are none", () => {
  for (const text of [
    null,
    "",
    "  ",
    "\t",
    " NA ",
    "N/A",
    "n/a",
    "#N/A",
    "NaN",
    "nan",
    "null",
    "NULL",
    "?",
  ]) {
    expect(built([text, "a"]), String(text)).toMatchObject({
      codes: Int32Array.of(-1, 0),
      dictionary: ["a"],
    });
  }
  for (const text of ["0", "Na", "none", "-", "Null", "false"]) {
    expect(built([text]), text).toMatchObject({ dictionary: [text] });
  }
});

test("A user's own words for a missing value are none, beside the usual ones", () => {
  expect(built(["-", "NA", " unknown ", "-999", "a"], ["-", " unknown", "-999"])).toMatchObject({
    codes: Int32Array.of(-1, -1, -1, -1, 0),
    dictionary: ["a"],
  });
});

test("More rows come than were announced", () => {
  const texts = Array.from({ length: 1000 }, (_, i) => `text ${i % 7}`);
  const column = built(texts);
  expect(column.kind === "categories" && Array.from(column.codes, (code) => column.dictionary[code])).toEqual(
    texts,
  );
});

test("Texts may be named as properties that every object has", () => {
  expect(built(["__proto__", "constructor", "toString", "__proto__"])).toMatchObject({
    codes: Int32Array.of(0, 1, 2, 0),
  });
});

test("Of more different texts than the most none is kept, and the column says why", () => {
  expect(built(["a", "b", "NA", "c", "a", "c"], [], 3)).toMatchObject({
    codes: Int32Array.of(0, 1, -1, 2, 0, 2),
  });
  expect(built(["a", "b", "c", "d", "a", null], [], 3)).toEqual({
    kind: "unread",
    name: "x",
    origin,
    reason: "it has more than 3 different texts, too many to tell anything about other rows",
  });
});
