import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Readable } from "node:stream";
import { InputError, inferSchema } from "psilon";
import { describe, expect, it } from "vitest";
import { readTable } from "../../src/data/readTable.js";
import { temporaryFolder } from "../support/folder.js";

const folder = temporaryFolder();
const { signal } = new AbortController();

const read = (source: string, stdin = "") => readTable(source, { stdin: Readable.from([stdin]), signal });

const readFile = (name: string, contents: string | Uint8Array) => read(folder.write(name, contents));

/** The message with which reading a file of these contents is refused, the folder's path left out. */
async function refusal(name: string, contents: string | Uint8Array): Promise<string> {
  const error = await readFile(name, contents).then(
    () => expect.fail("was read"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message.replaceAll(`${folder.path}/`, "");
}

it("refuses a pipe with a name, which can be read only once", async () => {
  const path = join(folder.path, "pipe.csv");
  execFileSync("mkfifo", [path]);
  await expect(read(path)).rejects.toThrow(
    /pipe\.csv" is not a regular file; hand it over as standard input/,
  );
});

describe("decimal commas", () => {
  it("become points where another delimiter cuts the columns", async () => {
    const { columns } = await readFile("euro.csv", "a;b;c;d\n1,5;2;1.234,5;1,2\n-,25;NA;7;x\n;3,0;8;1,3\n");
    expect(columns).toEqual([
      ["1.5", "-.25", null],
      ["2", "NA", "3.0"],
      // Not numbers with a decimal comma alone: left for the library to judge.
      ["1.234,5", "7", "8"],
      ["1,2", "x", "1,3"],
    ]);
  });

  it.each(["tsv", "csv"])("stay text where each may separate thousands, in a .%s file", async (kind) => {
    const between = kind === "tsv" ? "\t" : ";";
    const cells = [
      ["a", "b", "c", "d", "e", "f", "g"],
      ["4,385", "4,385", "1,234", "4,385", "4,385", "4,385", "-1,000"],
      ["12", "1,50", "NA", "0,385", "1234,567", ",125", " +999,999 "],
    ];
    const text = cells.map((row) => row.join(between)).join("\n");
    expect((await readFile(`thousands.${kind}`, `${text}\n`)).columns).toEqual([
      ["4,385", "12"],
      // Other digits than three, a zero before them or more than three settle it.
      ["4.385", "1.50"],
      ["1,234", "NA"],
      ["4.385", "0.385"],
      ["4.385", "1234.567"],
      ["4.385", ".125"],
      ["-1,000", " +999,999 "],
    ]);
  });

  it("stay in quotes where the comma is the delimiter", async () => {
    const { columns } = await readFile("quoted.csv", 'a,b\n"1,5",2\n');
    expect(columns[0]).toEqual(["1,5"]);
  });
});

describe("comma-separated text", () => {
  it("becomes columns of text, with null for empty cells", async () => {
    const table = await readFile("a.csv", 'x,y,z\n1,007,\n2.50,"",no\n');
    expect(table).toEqual({
      source: join(folder.path, "a.csv"),
      names: ["x", "y", "z"],
      columns: [
        ["1", "2.50"],
        ["007", null],
        [null, "no"],
      ],
      rowCount: 2,
      firstRow: 2,
    });
  });

  it("may quote delimiters, quotes and line ends", async () => {
    const table = await readFile("quoted.csv", '"a, b","c ""d"""\n"1,5","x\r\ny"\n"say ""hi""",\'\n');
    expect(table.names).toEqual(["a, b", 'c "d"']);
    expect(table.columns).toEqual([
      ["1,5", 'say "hi"'],
      ["x\r\ny", "'"],
    ]);
  });

  it.each([
    ["CR LF at the ends of lines", "x,y\r\n1,2\r\n"],
    ["no line end at the end", "x,y\n1,2"],
    ["a byte order mark", "\ufeffx,y\n1,2\n"],
    ["a byte order mark before a quote", '\ufeff"x",y\n1,2\n'],
    ["blank lines", "\n\nx,y\n\n1,2\n\n"],
    ["white space around names", " x ,y \n1,2\n"],
    ["semicolons", "x;y\n1;2\n"],
    ["tabs", "x\ty\n1\t2\n"],
    ["bars", "x|y\n1|2\n"],
  ])("may have %s", async (_, text) => {
    const { names, columns } = await readFile("variant.csv", text);
    expect({ names, columns }).toEqual({ names: ["x", "y"], columns: [["1"], ["2"]] });
  });

  it("is cut at the delimiter that is not part of the names", async () => {
    const table = await readFile("names.csv", "length, mm;mass, g;x\n1,5;2,5;3\n");
    expect(table.names).toEqual(["length, mm", "mass, g", "x"]);
    expect(table.columns).toEqual([["1.5"], ["2.5"], ["3"]]);
  });

  it("keeps an inch sign in a name or a cell", async () => {
    const table = await readFile("inch.csv", 'x,5" pipe\n1,2\n3,4"\n');
    expect(table.names).toEqual(["x", '5" pipe']);
    expect(table.columns[1]).toEqual(["2", '4"']);
  });

  it("takes no quotes inside a name for those around one, and two inside of those for one", async () => {
    const pipes = await readFile("pipes.csv", '5"" pipe,x,y""\n1,2,3\n');
    expect(pipes.names).toEqual(['5"" pipe', "x", 'y""']);
    const table = await readFile("pairs.csv", '"5"" pipe, ""x""",""""\n1,2\n');
    expect(table.names).toEqual(['5" pipe, "x"', '"']);
  });

  it("keeps names apart that differ in case, and repeated ones for the schema to refuse", async () => {
    expect((await readFile("case.csv", "a,A,a\n1,2,3\n")).names).toEqual(["a", "A", "a"]);
  });

  it("gives a column without a name its place for one", async () => {
    expect((await readFile("index.csv", ",x\n0,1\n")).names).toEqual(["column 1", "x"]);
  });

  it("keeps the order of many rows", async () => {
    const numbers = Array.from({ length: 150_000 }, (_, i) => String(i));
    const table = await readFile("long.csv", `x,y\n${numbers.map((n) => `${n},a`).join("\n")}\n`);
    expect(table.columns[0]).toEqual(numbers);
  });

  it("is read from the very file named, whatever its name", async () => {
    writeFileSync(join(folder.path, "day1.csv"), "x,y\nwrong,wrong\n");
    const table = await readFile("day[1]*'s.csv", "x,y\n1,2\n");
    expect(table.columns).toEqual([["1"], ["2"]]);
    expect((await readFile("day[1].csv", "x,y\n3,4\n")).columns).toEqual([["3"], ["4"]]);
  });

  it.each([
    "year=2024/t.csv",
    "year=2024/t.json",
    "~.csv",
    "~root/t.csv",
    "a,b {c} 'd' \"e\" \\f.csv",
    "[a-z]?*!.csv",
    "**/]t[.json",
    "über 名前 😀.tsv",
    " blank .csv",
    "per%20cent&#.csv",
    "-dash=1.csv",
  ])("is read from the file at %j alone, in full or from its folder", async (name) => {
    mkdirSync(dirname(join(folder.path, "names", name)), { recursive: true });
    const contents = name.endsWith(".json") ? '[{"x": "1", "y": "2"}]' : "x\ty\n1\t2\n";
    const path = folder.write(`names/${name}`, contents);
    for (const given of [path, relative(process.cwd(), path)]) {
      const { names, columns } = await read(given);
      expect({ names, columns }).toEqual({ names: ["x", "y"], columns: [["1"], ["2"]] });
    }
    const before = process.cwd();
    try {
      process.chdir(join(folder.path, "names"));
      expect(await read(name)).toMatchObject({ source: name, names: ["x", "y"], columns: [["1"], ["2"]] });
    } finally {
      process.chdir(before);
    }
  });

  it.each([
    [
      "a row that is too short",
      "x,y,z\n1,2,3\n4,5\n6,7,8\n",
      "Row 3 of bad.csv has 2 values, but the header names 3 columns; give every row as many values (one with the delimiter in it is put in double quotes).",
    ],
    [
      "a row that is too long",
      "x,y\n1,2\n3,4\n5,6,7,8,9\n",
      "Row 4 of bad.csv has 5 values, but the header names 2 columns; give every row as many values (one with the delimiter in it is put in double quotes).",
    ],
    [
      "an open quote",
      'x,y\n1,"2\n3,4\n',
      "Row 2 of bad.csv has a double quote that is not closed before the next delimiter; close it, or write it twice where it is part of the text.",
    ],
    [
      "text after a closing quote",
      'x,y\n1,2\n"3"4,5\n',
      "Row 3 of bad.csv has a double quote that is not closed before the next delimiter; close it, or write it twice where it is part of the text.",
    ],
    [
      "a very long row",
      `x,y\n1,${"z".repeat(2_000_001)}\n`,
      "Row 2 of bad.csv is longer than 2 megabytes; the table may lack line ends, or have a double quote that is not closed.",
    ],
    [
      "two kinds of line ends",
      "x,y\n1,2\r\n3,4\n",
      "The lines of bad.csv end in different ways, some in CR LF and some in LF only; save it again with one kind of line ends.",
    ],
    [
      "a header only",
      "x,y\n",
      "There are no rows in bad.csv, only a header that names 2 columns; add rows below it.",
    ],
    [
      "a header of one name only",
      "x",
      "There are no rows in bad.csv, only a header that names 1 column; add rows below it.",
    ],
    ["nothing", "", "There is nothing in bad.csv; it should hold a table with a header."],
    ["white space only", " \n\n", "There is nothing in bad.csv; it should hold a table with a header."],
  ])("is refused for %s", async (_, text, sentence) => {
    expect(await refusal("bad.csv", text)).toBe(sentence);
  });

  it.each([
    ["\\n", "a,y\n\n1,2\n\n3\n", "Row 3 (line 5 of the file)"],
    ["\\r\\n", "a,y\r\n\r\n1,2\r\n\r\n3\r\n", "Row 3 (line 5 of the file)"],
    ["a line end in quotes", '\n\na,y\n"1\n""2""\n3",2\n\n3\n4,5\n', "Row 3 (line 8 of the file)"],
    ["an inch sign", 'a,y\n5",\n6",7\n3\n', "Row 4"],
    ["an open quote", 'a,y\n\n1,2\n\n1,"2\n3,4\n', "Row 3 (line 5 of the file)"],
  ])("counts rows, not blank lines, up to the one that is refused: %s", async (_, text, row) => {
    expect(await refusal("blank.csv", text)).toMatch(`${row} of blank.csv has `);
  });

  it("gives a bad row the number that the library gives it", async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `${i},${i}`);
    lines[17] = "";
    const refused = await refusal("numbers.csv", `a,y\n${lines.with(20, "20").join("\n")}\n`);
    expect(refused).toMatch(/^Row 21 \(line 22 of the file\) of numbers.csv has 1 value/);
    const table = await readFile("numbers.csv", `a,y\n${lines.with(20, "2O,20").join("\n")}\n`);
    expect(() => inferSchema(table)).toThrow('row 21 has "2O"');
  });

  it("names the first ragged row of many", async () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => (i % 50_000 === 49_999 ? "1,2,3" : "1,2"));
    expect(await refusal("ragged.csv", `x,y\n${rows.join("\n")}\n`)).toMatch(
      /^Row 50001 of ragged\.csv has 3 values/,
    );
  });

  it("is refused in another encoding than UTF-8", async () => {
    const latin1 = Buffer.from("name,x\nZoe,1\nZoé,2\n", "latin1");
    expect(await refusal("latin1.csv", Uint8Array.from(latin1))).toMatch(
      /^Row 3 of latin1\.csv is not UTF-8 text/,
    );
    const utf16 = Buffer.from("\ufeffname,x\nZoé,2\n", "utf16le");
    expect(await refusal("utf16.csv", Uint8Array.from(utf16))).toBe(
      "The contents of utf16.csv are not UTF-8 text; export the table as CSV in the encoding UTF-8.",
    );
  });
});

describe("tab-separated text", () => {
  it("is cut at tabs only", async () => {
    const table = await readFile("a.tsv", "x;1,2,3\ty\n1,5\t2\n");
    expect(table.names).toEqual(["x;1,2,3", "y"]);
    expect(table.columns).toEqual([["1.5"], ["2"]]);
  });
});

describe("a JSON array of objects", () => {
  it("becomes columns whose cells keep their types, with null where an object lacks a name", async () => {
    const table = await readFile(
      "a.json",
      '[{"x": 1, "y": "007", "X": true},\n {"x": 2.5, "new": null}, {"y": "é\\n"}]',
    );
    expect(table).toEqual({
      source: join(folder.path, "a.json"),
      names: ["x", "y", "X", "new"],
      columns: [
        [1, 2.5, null],
        ["007", null, "é\n"],
        [true, null, null],
        [null, null, null],
      ],
      rowCount: 3,
      firstRow: 1,
    });
  });

  it("may name its columns as every object's properties are named", async () => {
    const row =
      '{"__proto__": 1, "toString": "a", "constructor": true, "valueOf": null, "hasOwnProperty": 2}';
    expect(await readFile("own.json", `[${row}, {}, ${row}]`)).toMatchObject({
      names: ["__proto__", "toString", "constructor", "valueOf", "hasOwnProperty"],
      columns: [
        [1, null, 1],
        ["a", null, "a"],
        [true, null, true],
        [null, null, null],
        [2, null, 2],
      ],
    });
  });

  it("may begin with a byte order mark", async () => {
    expect((await readFile("bom.json", '\ufeff[{"x": 1}]')).columns).toEqual([[1]]);
  });

  it.each([
    [
      "an array in a cell",
      '[{"x": 1}, {"x": [2]}]',
      'Row 2 of bad.json has an array in column "x", but a cell holds a number, text, true, false or null.',
    ],
    [
      "an object in a cell",
      '[{"x": {"y": 1}}]',
      'Row 1 of bad.json has an object in column "x", but a cell holds a number, text, true, false or null.',
    ],
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
      "The JSON in bad.json is not an array; it should be an array of objects, one per row.",
    ],
    [
      "text that is no JSON",
      "hello",
      "The JSON in bad.json is not an array; it should be an array of objects, one per row.",
    ],
    [
      "a slip in a row",
      '[{"x": 1},\n{"x": 2},\n{"x":}]',
      "Row 3 of bad.json is not JSON: unexpected character.",
    ],
    ["a missing end", '[{"x": 1}, {"x": 2', "Row 2 of bad.json is not JSON: unexpected end of data."],
    [
      "NaN",
      '[{"x": 1}, {"x": NaN}]',
      "Row 2 of bad.json is not JSON; NaN and Infinity, in particular, are not, and a missing value is null.",
    ],
    [
      "one of many names used twice",
      `[{${Array.from({ length: 5000 }, (_, i) => `"x${i}": ${i}`).join()}, "x4999": 1, "x0": 2}]`,
      'Row 1 of bad.json has two values named "x4999"; give every column a name of its own.',
    ],
    [
      "a name used twice in a row",
      '[{"x": 1, "y": 2, "x": 3}]',
      'Row 1 of bad.json has two values named "x"; give every column a name of its own.',
    ],
    ["no rows", "[]", "The array in bad.json is empty; it should hold objects, one per row."],
    ["nothing", "", "There is nothing in bad.json; it should hold a table with a header."],
  ])("is refused for %s", async (_, text, sentence) => {
    expect(await refusal("bad.json", text)).toBe(sentence);
  });
});

describe("standard input", () => {
  it("is CSV", async () => {
    const table = await read("-", "x,y\n1,2\n");
    expect(table).toMatchObject({ source: "standard input", names: ["x", "y"], columns: [["1"], ["2"]] });
  });

  it("is JSON when it begins with a bracket", async () => {
    expect((await read("-", ' \n[{"x": 1}]')).columns).toEqual([[1]]);
  });

  it("may be empty, which is refused", async () => {
    await expect(read("-")).rejects.toThrow("There is nothing in standard input");
  });

  it("stops being read when the signal comes", async () => {
    const controller = new AbortController();
    const silent = new Readable({ read() {} });
    const reading = readTable("-", { stdin: silent, signal: controller.signal });
    controller.abort();
    await expect(reading).rejects.toThrow("aborted");
  });
});

describe("sample tables", () => {
  it("are read by name", async () => {
    const penguins = await read("sample:penguins");
    expect(penguins).toMatchObject({ source: "sample:penguins", rowCount: 344 });
    expect(penguins.names).toContain("Species");
    expect((await read("sample:seattle-weather")).names).toContain("precipitation");
    expect((await read("sample:unemployment")).names).toEqual(["id", "rate"]);
  });

  it.each([
    ["penguin", /; did you mean "penguins"\?$/],
    ["nothing like it", /; there are "airports", .* and \d+ more\.$/],
    // A map, not a table.
    ["us-10m", /^There is no sample table "us-10m"; /],
  ])("are suggested when there is none named %s", async (name, end) => {
    await expect(read(`sample:${name}`)).rejects.toThrow(InputError);
    await expect(read(`sample:${name}`)).rejects.toThrow(end);
  });
});

describe("a path", () => {
  it.each([
    ["a missing file", "none.csv", 'There is no file "none.csv"; check its name and its folder.'],
    ["a folder", "src.csv", '"src.csv" is a folder; name one of the files in it.'],
    ["a folder of any name", "src", '"src" is a folder; name one of the files in it.'],
    [
      "another kind of file",
      "table.xlsx",
      'A table is read from a .csv, .tsv or .json file, from standard input (-) or from sample:<name>, but "table.xlsx" is none of these.',
    ],
  ])("is refused for %s", async (_, name, sentence) => {
    const { mkdirSync } = await import("node:fs");
    for (const name of ["src.csv", "src"]) mkdirSync(join(folder.path, name), { recursive: true });
    const message = await read(join(folder.path, name)).then(
      () => expect.fail("was read"),
      (error: Error) => error.message,
    );
    expect(message.replaceAll(`${folder.path}/`, "")).toBe(sentence);
  });

  it("may end in capital letters", async () => {
    expect((await readFile("LOUD.CSV", "x,y\n1,2\n")).rowCount).toBe(1);
  });
});
