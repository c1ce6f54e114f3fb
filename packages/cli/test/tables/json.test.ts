import { describe, expect, it } from "vitest";
import { cellsByName, frameReader } from "../support/frames.js";

const { path, readFile, refusal } = frameReader();

const columnsOf = async (name: string, contents: string | Uint8Array) =>
  cellsByName(await readFile(name, contents));

describe.each([
  ["a JSON array of objects", ".json", (rows: readonly string[]) => `[${rows.join(",\n ")}]`],
  ["lines of JSON objects", ".jsonl", (rows: readonly string[]) => `${rows.join("\n")}\n`],
  ["lines of JSON objects in a .json file", ".json", (rows: readonly string[]) => rows.join("\n\n")],
])("%s", (_, kind, written) => {
  it("becomes typed columns, with nothing where an object lacks a name", async () => {
    const rows = [
      '{"x": 1, "y": "007", "X": true}',
      '{"x": 2.5, "new": null, "z": "a"}',
      '{"y": "1e3", "z": 5}',
    ];
    const frame = await readFile(`a${kind}`, written(rows));
    expect(frame.origin).toEqual({ source: path(`a${kind}`), firstRow: 1 });
    expect(cellsByName(frame)).toEqual([
      ["x", [1, 2.5, null]],
      ["y", [7, null, 1000]],
      ["X", [true, null, null]],
      ["new", [null, null, null]],
      ["z", [null, "a", "5"]],
    ]);
  });

  it("may name its columns by any text", async () => {
    const names = [
      "__proto__",
      "toString",
      "constructor",
      "",
      "0",
      "a/b~c",
      'a "b"',
      "it's",
      "line\nend",
      "😀",
      "v",
    ];
    const row = `{${names.map((name, i) => `${JSON.stringify(name)}: ${i}`).join()}}`;
    expect(await columnsOf(`own${kind}`, written([row, "{}", row]))).toEqual(
      names.map((name, i) => [name, [i, null, i]]),
    );
  });

  it("keeps letters, and numbers in full", async () => {
    const rows = [
      '{"t": "é\\n", "n": 0.1, "b": 9007199254740993}',
      '{"t": "\\ud83d\\ude00", "n": -1.5e-7, "b": 1}',
    ];
    const frame = await readFile(`full${kind}`, written(rows));
    expect(cellsByName(frame)).toEqual([
      ["t", ["é", "😀"]],
      ["n", [0.1, -1.5e-7]],
      ["b", [2 ** 53, 1]],
    ]);
    expect(frame.columns[2].reading).toMatch(/^read as 64-bit floats/);
  });

  it("has no value where NaN stands, as Python writes it", async () => {
    expect(await columnsOf(`nan${kind}`, written(['{"x": NaN}', '{"x": 1}']))).toEqual([["x", [null, 1]]]);
  });

  it("leaves nested columns out, by name", async () => {
    const rows = ['{"x": 1, "list": [2], "object": {"y": 1}}', '{"x": 2, "list": 3}'];
    const nested = "it is nested, and a cell holds one number, text, date, true or false";
    expect(await columnsOf(`nested${kind}`, written(rows))).toEqual([
      ["x", [1, 2]],
      ["list", nested],
      ["object", nested],
    ]);
  });

  it("may begin with a byte order mark, or be UTF-16", async () => {
    const text = `\ufeff${written(['{"x": 1}', '{"x": 2}'])}`;
    expect(await columnsOf(`bom${kind}`, text)).toEqual([["x", [1, 2]]]);
    expect(await columnsOf(`bom${kind}`, Uint8Array.from(Buffer.from(text, "utf16le")))).toEqual([
      ["x", [1, 2]],
    ]);
  });

  it("keeps the order of many rows", async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `{"x": ${i}}`);
    const { columns } = await readFile(`many${kind}`, written(rows));
    expect(columns[0]).toMatchObject({ values: Float64Array.from(rows, (_, i) => i) });
  });
});

it.each([
  [
    "rows that are no objects",
    '[{"x": 1}, 2]',
    "Row 2 of bad.json is 2, but every row should be an object of column names and values.",
  ],
  [
    "rows that are arrays",
    "[[1, 2]]",
    "Row 1 of bad.json is [1, 2], but every row should be an object of column names and values.",
  ],
  [
    "one object",
    '{"x": 1}',
    "The JSON in bad.json is not an array; it should be an array of objects, one per row, or hold one object per line.",
  ],
  [
    "one object over several lines",
    '{\n"x": 1\n}',
    "The JSON in bad.json is not an array; it should be an array of objects, one per row, or hold one object per line.",
  ],
  [
    "text that is no JSON",
    "hello",
    "The JSON in bad.json is not an array; it should be an array of objects, one per row, or hold one object per line.",
  ],
  [
    "a slip in a row",
    '[{"x": 1},\n{"x": 2},\n{"x":}]',
    "Row 3 of bad.json is not JSON: unexpected character.",
  ],
  [
    "a slip in a line",
    '{"x": 1}\n{"x": 2}\n{"x":}\n',
    "Line 3 of bad.json is not JSON: unexpected character.",
  ],
  ["a missing end", '[{"x": 1}, {"x": 2', "Row 2 of bad.json is not JSON: unexpected end of data."],
  [
    "one of many names used twice",
    `[{${Array.from({ length: 5000 }, (_, i) => `"x${i}": ${i}`).join()}, "x4999": 1, "x0": 2}]`,
    'Row 1 of bad.json has two values named "x4999"; give every column a name of its own.',
  ],
  [
    "a name used twice in a later row",
    '[{"x": 1}, {"x": 1, "y": 2, "x": 3}]',
    'Row 2 of bad.json has two values named "x"; give every column a name of its own.',
  ],
  ["no rows", "[]", "The array in bad.json is empty; it should hold objects, one per row."],
  ["nothing", "", "There is nothing in bad.json; it should hold a table with a header."],
])("JSON is refused for %s", async (_, text, sentence) => {
  expect(await refusal(readFile("bad.json", text))).toBe(sentence);
});
