import { describe, expect, test, vi } from "vitest";
import { InputError } from "../../src/errors.ts";
import { type CsvOptions, readCsv } from "../../src/tables/files/readCsv.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { valueAt } from "../../src/tables/values.ts";

/** Each column as its name and its values. */
const cells = ({ columns, rowCount }: Frame) =>
  columns.map((column) => [
    column.name,
    ...Array.from({ length: rowCount }, (_, row) => valueAt(column, row)),
  ]);

async function refusal(input: string | Uint8Array, options: CsvOptions = {}): Promise<InputError> {
  const error = await readCsv(input, { source: "x.csv", ...options }).then(
    () => expect.fail("was read"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  return error as InputError;
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe("A table of delimited text", () => {
  test("is read into columns of numbers, dates, categories and what a whole column agrees on", async () => {
    const frame = await readCsv('n,d,c,p\n1,2024-05-01,a,$1\n-2.5,2024-05-02,"b, ""c""",$2.50\n,NA,?,\n');
    expect(frame.columns.map(({ kind }) => kind)).toEqual(["numbers", "dates", "categories", "numbers"]);
    expect(frame.columns[3].reading).toBe("read as numbers in $");
    expect(cells(frame)).toEqual([
      ["n", 1, -2.5, null],
      ["d", new Date("2024-05-01"), new Date("2024-05-02"), null],
      ["c", "a", 'b, "c"', null],
      ["p", 1, 2.5, null],
    ]);
    expect(frame.origin).toEqual({ source: "the given text", firstRow: 2 });
  });

  const text = "a,b\n1,x\n2,y\n";
  const held: [string, () => Parameters<typeof readCsv>[0]][] = [
    ["a text", () => text],
    ["an ArrayBuffer", () => bytes(text).buffer as ArrayBuffer],
    ["a Uint8Array within a larger buffer", () => bytes(`__${text}__`).subarray(2, 2 + text.length)],
    ["a Buffer", () => Buffer.from(`__${text}__`).subarray(2, 2 + text.length) as Uint8Array],
    ["a Blob", () => new Blob([text])],
    ["a stream", () => new Blob([text]).stream() as ReadableStream<Uint8Array>],
    [
      "what reads parts of a file",
      () => ({
        byteLength: text.length,
        slice: async (from: number, to?: number) => bytes(text).slice(from, to).buffer,
      }),
    ],
  ];
  test.each(held)("is read from %s", async (_, input) => {
    expect(cells(await readCsv(input()))).toEqual([
      ["a", 1, 2],
      ["b", "x", "y"],
    ]);
  });

  test("is called by its File's name, or as the caller says", async () => {
    const file = new File(["a\n1\n"], "houses.csv");
    expect((await readCsv(file)).origin.source).toBe("houses.csv");
    expect((await readCsv(file, { source: "uploads" })).origin.source).toBe("uploads");
  });

  test.each([
    ["line feeds", "\n"],
    ["carriage returns and line feeds", "\r\n"],
    ["carriage returns", "\r"],
  ])("is cut into lines at %s, and keeps those in quotes", async (_, end) => {
    const lines = ["a,b", '"x\r\ny",1', "", '"z",2', ""];
    expect(cells(await readCsv(lines.join(end)))).toEqual([
      ["a", "x\r\ny", "z"],
      ["b", 1, 2],
    ]);
  });

  test("may end its lines in several ways, and the last one in none", async () => {
    expect(cells(await readCsv("a,b\r\n1,2\r3,4\n\r\n5,6"))).toEqual([
      ["a", 1, 3, 5],
      ["b", 2, 4, 6],
    ]);
  });

  test.each([",", ";", "\t", "|"])(
    "is cut into fields at %j, and one of any other kind at what is said",
    async (delimiter) => {
      const rows = (between: string) =>
        [
          ["a b", "c"],
          ["1", "x"],
        ]
          .map((row) => row.join(between))
          .join("\n");
      const expected = [
        ["a b", 1],
        ["c", "x"],
      ];
      expect(cells(await readCsv(rows(delimiter)))).toEqual(expected);
      expect(cells(await readCsv(rows("^"), { delimiter: "^" }))).toEqual(expected);
      expect((await refusal(text, { delimiter: "::" })).message).toMatch(/one letter/);
    },
  );

  test("has decimal commas where semicolons stand between its fields", async () => {
    expect(cells(await readCsv("a;b\n1,5;1.234,5\n2,25;7\n"))).toEqual([
      ["a", 1.5, 2.25],
      ["b", 1234.5, 7],
    ]);
  });

  test("of UTF-8 or UTF-16 with a mark or without, or Latin-1, is read as it was written", async () => {
    const expected = [
      ["größe", 1],
      ["ort", "Köln"],
    ];
    const table = '"größe",ort\n1,Köln\n';
    const wide = (mark: string) =>
      new Uint8Array(Uint16Array.from(mark + table, (letter) => letter.charCodeAt(0)).buffer);
    const onNote = vi.fn();
    for (const input of [table, `\ufeff${table}`, bytes(`\ufeff${table}`), wide("\ufeff"), wide("")]) {
      expect(cells(await readCsv(input, { onNote }))).toEqual(expected);
    }
    const big = wide("\ufeff").map((_, i, all) => all[i ^ 1]);
    expect(cells(await readCsv(big))).toEqual(expected);
    expect(onNote).not.toHaveBeenCalled();
    const latin = Uint8Array.from(table, (letter) => letter.charCodeAt(0));
    expect(cells(await readCsv(latin, { source: "x.csv", onNote }))).toEqual(expected);
    expect(onNote.mock.calls).toEqual([
      [
        "The text in x.csv is not UTF-8 and was read as Windows-1252 (Latin-1); name its encoding if it is another one.",
      ],
    ]);
    expect((await refusal(latin, { encoding: "utf-8" })).problem.code).toBe("wrong-format");
    expect((await refusal(latin, { encoding: "klingon" })).problem.code).toBe("unknown-choice");
  });

  test("may lack a header, or have lines above it", async () => {
    expect(cells(await readCsv("1,x\n2,y\n", { header: false }))).toEqual([
      ["column 1", 1, 2],
      ["column 2", "x", "y"],
    ]);
    for (const skip of [2, "#"]) {
      expect(cells(await readCsv("# houses\n# of 2024\n\na,\n1,x\n", { skip }))).toEqual([
        ["a", 1],
        ["column 2", "x"],
      ]);
    }
  });

  test("of one column has missing values in its blank lines", async () => {
    expect(cells(await readCsv("a\n1\n\n2\n"))).toEqual([["a", 1, null, 2]]);
    expect(cells(await readCsv('a\n1\n""'))).toEqual([["a", 1, null]]);
  });

  test("keeps the texts of columns that are to stay texts, and leaves out what stands for a missing value", async () => {
    const frame = await readCsv("zip,n\n01234,-999\n00001,5\n-999,6\n", {
      asText: new Set(["zip"]),
      missing: ["-999"],
    });
    expect(cells(frame)).toEqual([
      ["zip", "01234", "00001", null],
      ["n", null, 5, 6],
    ]);
  });

  test("is read as columns were read before", async () => {
    const readings = { d: "read as dates, day/month/year" };
    expect(cells(await readCsv("d\n03/04/2024\n", { readings }))).toEqual([["d", new Date("2024-04-03")]]);
  });

  test("has columns named as objects' own properties are", async () => {
    expect(cells(await readCsv("__proto__,constructor,\n1,2,3\n"))).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
      ["column 3", 3],
    ]);
  });
});

describe("A long table", () => {
  const rows = 30_000;
  const table = (cell: (row: number) => string) =>
    `n,c,late\n${Array.from({ length: rows }, (_, row) => `${row}.5,"text, ""${row % 3}""",${cell(row)}`).join("\r\n")}\r\n`;

  test("is the same in many pieces, wherever they are cut", async () => {
    const frame = await readCsv(new Blob([table((row) => `${row % 7 === 0 ? "" : -row}`)]));
    expect(frame.rowCount).toBe(rows);
    expect(frame.columns.map(({ kind }) => kind)).toEqual(["numbers", "categories", "numbers"]);
    for (const row of [0, 1, 999, 1000, 12_345, rows - 1]) {
      expect(frame.columns.map((column) => valueAt(column, row))).toEqual([
        row + 0.5,
        `text, "${row % 3}"`,
        row % 7 === 0 ? null : -row,
      ]);
    }
  });

  test.each(["a", "ab", "abc"])(
    "has no row more where one piece ends in the middle of a line's end, below %s",
    async (name) => {
      expect((await readCsv(`${name}\r\n${"1\r\n".repeat(rows)}`)).rowCount).toBe(rows);
    },
  );

  test("whose numbers end in texts has texts from the first row on, as they were written", async () => {
    const { columns } = await readCsv(table((row) => (row === rows - 1 ? "none" : `0${row % 10}`)));
    expect(columns[2]).toMatchObject({
      kind: "categories",
      dictionary: ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "none"],
    });
    expect(valueAt(columns[2], 12_345)).toBe("05");
  });

  const late: [string, (row: number) => string, string][] = [
    ["plain numbers", (row) => `0${row}.50`, "7"],
    ["plain numbers, at last a missing one", String, " NA "],
    ["plain numbers, at last one with spaces around it", String, " 7 "],
    ["plain numbers, at last one with more digits than are kept", String, "9007199254740993"],
    ["plain numbers, at last one that stands for a missing value", String, "-999.0"],
    ["plain numbers, at last a word", (row) => `0${row % 9}`, "many"],
    ["plain numbers, at last an amount", String, "$5"],
    ["amounts of one currency", (row) => `$${row}`, "$7.50"],
    ["amounts of one currency, at last one of another", (row) => `$${row}`, "€7"],
    ["amounts of one currency, at last one of none", (row) => `$${row}`, "7"],
    ["ISO dates", (row) => `2024-01-${String(1 + (row % 28)).padStart(2, "0")}`, "2024-02-29 12:30"],
    ["ISO dates, at last a missing one by a user's word", () => "2024-01-01", "1900-01-01"],
    ["ISO dates, at last a German one", () => "2024-01-01", "31.12.2024"],
    [
      "dates of which at last one tells that the month is first",
      (row) => `0${1 + (row % 9)}/02/2024`,
      "02/25/2024",
    ],
    [
      "dates of which at last one tells that the day is first",
      (row) => `0${1 + (row % 9)}/02/2024`,
      "25/02/2024",
    ],
    ["dates of which none tells what is the month", (row) => `0${1 + (row % 9)}/02/2024`, "02/03/2024"],
    ["times of day, at last a word", () => "14:30", "noon"],
    ["missing values, at last a number", () => "", "5"],
    ["words, at last a number", () => "x", "5"],
  ];
  test.each(late)("of %s is what all its cells together are", async (_, cell, last) => {
    const cells = [...Array.from({ length: 20_000 }, (_, row) => cell(row)), last];
    const missing = ["-999", "1900-01-01"];
    const read = await readCsv(`x,y\n${cells.map((text) => `"${text}",1`).join("\n")}\n`, { missing });
    const [column] = frameFrom({ x: cells }, { missing }).columns;
    expect({ ...read.columns[0], origin: null }).toEqual({ ...column, origin: null });
  });

  test("has numbers in a column of more different ones than texts are kept", async () => {
    const many = 1_000_100;
    const frame = await readCsv(`n\n${Array.from({ length: many }, (_, row) => row / 8).join("\n")}\n`);
    expect(frame.columns[0].kind).toBe("numbers");
    expect(valueAt(frame.columns[0], many - 1)).toBe((many - 1) / 8);
  });

  test("is refused by the number of the row and the line of the file", async () => {
    const text = table(() => "1").replace('\n20000.5,"text, ""2"""', '\n\r\n20000.5,"text, ""2\n""",7');
    const error = await refusal(text);
    expect(error.message).toBe(
      "Row 20002 (line 20003 of the file) of x.csv has 4 values, but the header names 3 columns; give every row as many values (one with the delimiter in it is put in double quotes).",
    );
    expect(error.problem).toMatchObject({ code: "wrong-shape", where: { source: "x.csv", row: 20002 } });
  });
});

describe("What is no table is refused in a sentence", () => {
  test.each<[string, string, CsvOptions]>([
    [
      "a,b\n1,2\n3\n",
      "Row 3 of x.csv has 1 value, but the header names 2 columns; give every row as many values (one with the delimiter in it is put in double quotes).",
      {},
    ],
    [
      "Houses\na,b,c\n1,2,3\n",
      "Row 2 of x.csv has 3 values, but the header names 1 column; give every row as many values (one with the delimiter in it is put in double quotes); if a title stands above the header, skip its lines.",
      { delimiter: "," },
    ],
    [
      "1,2\n3\n",
      "Row 2 of x.csv has 1 value, but the first row has 2 columns; give every row as many values (one with the delimiter in it is put in double quotes).",
      { header: false },
    ],
    [
      'a,b\n1,"2\n3,4\n',
      "Row 2 of x.csv has a double quote that is not closed before the next delimiter; close it, or write it twice where it is part of the text.",
      {},
    ],
    [
      'a,b\n1,2\n"x"y,2\nz,2\n',
      "Row 3 of x.csv has a double quote that is not closed before the next delimiter; close it, or write it twice where it is part of the text.",
      {},
    ],
    [
      `a,b\n1,2\n3,${"x".repeat(2_100_000)}\n`,
      "Row 3 of x.csv is longer than 2 megabytes; the table may lack line ends, or have a double quote that is not closed.",
      {},
    ],
    [
      '"a,b\n1,2\n',
      "Row 1 of x.csv has a double quote that is not closed before the next delimiter; close it, or write it twice where it is part of the text.",
      {},
    ],
    ["", "There is nothing in x.csv; it should hold a table with a header.", {}],
    [
      "a\n",
      "There is nothing in x.csv below the lines that are to be skipped; skip fewer of them.",
      { skip: 3 },
    ],
    ["a,b\n\n", "There are no rows in x.csv, only a header that names 2 columns; add rows below it.", {}],
    [
      "a\0b,c\n\0\n",
      "There is a byte in line 1 of x.csv that no text has (0, NUL); it should hold a table as text.",
      {},
    ],
    [
      "a,b\n1,2\n3,\x004\n",
      "There is a byte in line 3 of x.csv that no text has (0, NUL); it should hold a table as text.",
      {},
    ],
    [
      "\n <!DOCTYPE html>\n<html><body>a, b</body></html>\n",
      "What is in x.csv is a web page (HTML), not a table; save the table itself as CSV or Parquet, instead of the page that shows it.",
      {},
    ],
  ])("%j", async (text, sentence, options) => {
    expect((await refusal(bytes(text), options)).message).toBe(sentence);
  });

  test("and so is a parser that is not installed", async () => {
    vi.doMock("papaparse", () => {
      throw new Error("Cannot find package");
    });
    try {
      const error = await refusal("a\n1\n");
      expect(error.message).toBe(
        "Reading CSV needs the parser Papa Parse, which is not installed; add it with `npm install papaparse`.",
      );
      expect(error.problem.code).toBe("not-installed");
    } finally {
      vi.doUnmock("papaparse");
    }
  });
});
