import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { cellsByName, cellsOf, frameReader } from "../support/frames.js";

const { folder, read, readFile, refusal, path } = frameReader();

const columnsOf = async (name: string, contents: string | Uint8Array, options = {}) =>
  cellsByName(await readFile(name, contents, options));

describe("comma-separated text", () => {
  it("becomes typed columns: numbers, dates, and text with a dictionary", async () => {
    const frame = await readFile(
      "a.csv",
      'x,y,when,z\n1,007,2024-02-29,\n 2.50 ,"",2024-03-01T12:30:00+02:00, no \nNA,1e3,?,no\n',
    );
    const origin = { source: path("a.csv"), firstRow: 2 };
    const day = Date.UTC(2024, 1, 29);
    expect(frame).toEqual({
      origin,
      rowCount: 3,
      columns: [
        { name: "x", kind: "numbers", origin, values: Float64Array.of(1, 2.5, Number.NaN) },
        { name: "y", kind: "numbers", origin, values: Float64Array.of(7, Number.NaN, 1000) },
        {
          name: "when",
          kind: "dates",
          origin,
          values: Float64Array.of(day, Date.UTC(2024, 2, 1, 10, 30), Number.NaN),
        },
        { name: "z", kind: "categories", origin, codes: Int32Array.of(-1, 0, 0), dictionary: ["no"] },
      ],
    });
  });

  it("keeps text as it stands where not every cell is a number or a date", async () => {
    const rows = [
      ["1", "2024-01-01", "$5", "yes", "1_000", "+-5", "0x1F", "2024-02-30"],
      ["one", "soon", "€6", "no", "2_000", "1", "1", "2024-02-01"],
    ];
    const text = [rows[0].map((_, i) => `c${i}`), ...rows].map((row) => row.join(",")).join("\n");
    const columns = await columnsOf("texts.csv", text);
    expect(columns.map(([, cells]) => cells)).toEqual(rows[0].map((_, i) => rows.map((row) => row[i])));
  });

  it("finds the cell that is no number beyond those it looked at first", async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => (i === 4000 ? "x,2024-02-30" : `${i},2024-01-01`));
    const frame = await readFile("late.csv", `a,b\n${rows.join("\n")}\n`);
    expect(frame.columns.map(({ kind }) => kind)).toEqual(["categories", "categories"]);
    expect([cellsOf(frame.columns[0])[4000], cellsOf(frame.columns[1])[4000]]).toEqual(["x", "2024-02-30"]);
  });

  it("does not parse text that is declared categorical, and does not read what is to be ignored", async () => {
    const frame = await readFile("zip.csv", "zip,a,when\n01234,1,2024-01-01\n00501,2,2024-01-02\n", {
      kinds: { zip: "categorical", a: "ignore", when: "categorical" },
    });
    expect(cellsByName(frame)).toEqual([
      ["zip", ["01234", "00501"]],
      ["a", "it was to be ignored"],
      ["when", ["2024-01-01", "2024-01-02"]],
    ]);
  });

  it("comes back with the values of the wanted columns only, in the order of the file", async () => {
    const frame = await readFile("only.csv", "a,b,c\n1,2,3\n", { only: ["c", "a", "none"] });
    expect(cellsByName(frame)).toEqual([
      ["a", [1]],
      ["b", "it was to be ignored"],
      ["c", [3]],
    ]);
    expect((await readFile("only.csv", "a,b,c\n1,2,3\n", { only: [] })).rowCount).toBe(1);
  });

  it("takes the user's own tokens for missing values, numbers or not", async () => {
    const frame = await readFile("missing.csv", "a,b,c\n-999,unknown,-\n1,x,5\n-,-999, - \n", {
      missing: ["-", "unknown", "-999"],
    });
    expect(cellsByName(frame)).toEqual([
      ["a", [null, 1, null]],
      ["b", [null, "x", null]],
      ["c", [null, 5, null]],
    ]);
  });

  it("says where whole numbers have more digits than a float keeps", async () => {
    const frame = await readFile("big.csv", "a,b,c\n9007199254740993,9007199254740992,1e300\n1,2,3\n");
    expect(frame.columns.map((column) => column.reading)).toEqual([
      "read as 64-bit floats, which keep about 16 digits, and some of its numbers have more",
      undefined,
      undefined,
    ]);
  });

  it("may quote delimiters, quotes and line ends", async () => {
    expect(await columnsOf("quoted.csv", '"a, b","c ""d"""\n"1,5","x\r\ny"\n"say ""hi""",\'\n')).toEqual([
      ["a, b", ["1,5", 'say "hi"']],
      ['c "d"', ["x\r\ny", "'"]],
    ]);
  });

  it.each([
    ["CR LF at the ends of lines", "x,y\r\n1,2\r\n3,4\r\n"],
    ["CR at the ends of lines", "x,y\r1,2\r3,4\r"],
    ["several kinds of line ends", "x,y\r\n1,2\n3,4\r\n"],
    ["a carriage return amid line feeds", "x,y\n1,2\r3,4\n"],
    ["a blank line of two line ends", "x,y\n1,2\r\n\n3,4"],
    ["no line end at the end", "x,y\n1,2\n3,4"],
    ["a byte order mark", "\ufeffx,y\n1,2\n3,4\n"],
    ["a byte order mark before a quote", '\ufeff"x",y\n1,2\n3,4\n'],
    ["blank lines", "\n\nx,y\n\n1,2\n\n3,4\n\n"],
    ["blank lines that end in CR LF", "\r\nx,y\r\n\r\n1,2\r\n\r\n3,4\r\n\r\n"],
    ["white space around names", " x ,y \n1,2\n3,4\n"],
    ["semicolons", "x;y\n1;2\n3;4\n"],
    ["tabs", "x\ty\n1\t2\n3\t4\n"],
    ["bars", "x|y\n1|2\n3|4\n"],
  ])("may have %s", async (_, text) => {
    expect(await columnsOf("variant.csv", text)).toEqual([
      ["x", [1, 3]],
      ["y", [2, 4]],
    ]);
  });

  it.each([
    ["a line feed in a name", '"x\ny",z\r\n1,2\r\n3,4\r\n', "x\ny", [1, 3]],
    ["CR LF in a name", '"x\r\ny",z\n1,2\n3,4\n', "x\r\ny", [1, 3]],
    ["a line feed in a cell", 'x,z\r\n"1\n1",2\r\na,4\r\n', "x", ["1\n1", "a"]],
    ["CR LF in a cell", 'x,z\n"1\r\n""1",2\na,4\n', "x", ['1\r\n"1', "a"]],
  ])("may have %s whose lines end otherwise", async (_, text, name, cells) => {
    expect(await columnsOf("ends.csv", text)).toEqual([
      [name, cells],
      ["z", [2, 4]],
    ]);
  });

  it.each([
    ["UTF-16 with a mark", Buffer.from("\ufeffnamé,x\nZoé,1\n", "utf16le")],
    ["UTF-16 without one", Buffer.from("namé,x\r\nZoé,1\r\n", "utf16le")],
    ["UTF-16 of the other order", Buffer.from("\ufeffnamé,x\nZoé,1\n", "utf16le").swap16()],
    ["Latin-1", Buffer.from("namé,x\nZoé,1\n", "latin1")],
  ])("may be %s", async (_, bytes) => {
    const notes: string[] = [];
    const options = { onNote: (note: string) => notes.push(note) };
    expect(await columnsOf("encoded.csv", Uint8Array.from(bytes), options)).toEqual([
      ["namé", ["Zoé"]],
      ["x", [1]],
    ]);
    const sentence = `The text in ${path("encoded.csv")} is not UTF-8 and was read as Windows-1252 (Latin-1); say --encoding <name> if it is in another encoding.`;
    expect(notes).toEqual(_ === "Latin-1" ? [sentence] : []);
  });

  it("is not UTF-8 because of one letter at the end of many", async () => {
    const lines = "a,b\n".repeat(400_000);
    const bytes = Buffer.from(`name,x\n${lines}Zoé,1\n`, "latin1");
    const frame = await readFile("late.csv", Uint8Array.from(bytes));
    expect(frame.columns[0]).toMatchObject({ dictionary: ["a", "Zoé"] });
  });

  it.each([0, 1, 2, 3])("is UTF-8 wherever a piece of it is cut, %i letters further", async (shift) => {
    const text = `n\n${"x".repeat(shift)}${"é😀".repeat(200_000)}\n`;
    const { columns } = await readFile("cut.csv", text);
    expect(columns[0]).toMatchObject({ dictionary: [text.slice(2).trim()] });
  });

  it("is read in the encoding that is said", async () => {
    const bytes = Uint8Array.of(0x6e, 0x0a, 0xb1, 0xe6, 0x0a);
    expect(await columnsOf("pl.csv", bytes, { encoding: "iso-8859-2" })).toEqual([["n", ["ąć"]]]);
    expect(await refusal(readFile("pl.csv", bytes, { encoding: "latin-17" }))).toBe(
      'There is no encoding "latin-17"; name one such as utf-8, utf-16le, windows-1252, iso-8859-2 or shift_jis.',
    );
    expect(await refusal(readFile("pl.csv", bytes, { encoding: "utf-8" }))).toBe(
      "The text in pl.csv is not UTF-8; say --encoding <name> with the encoding that it is in, such as windows-1252.",
    );
  });

  it.each([
    ["as many lines as are said", 'Sales of 2024\n"by; region"\n\nx,y\n1,2\n', 2],
    ["lines that begin as is said", "# one, two, three\n# two\nx,y\n1,2\n", "#"],
  ])("is read below %s", async (_, text, skip) => {
    expect(await columnsOf("title.csv", text, { skip })).toEqual([
      ["x", [1]],
      ["y", [2]],
    ]);
  });

  it("names rows below skipped lines as everywhere, and the line of the file", async () => {
    expect(await refusal(readFile("title.csv", "Title\n\nx,y\n1,2\n\n3\n", { skip: 1 }))).toMatch(
      /^Row 3 \(line 6 of the file\) of title\.csv has 1 value,/,
    );
    expect(await refusal(readFile("title.csv", "Title\n1,2\n1,2,3\n", { skip: 1, header: false }))).toBe(
      "Row 2 (line 3 of the file) of title.csv has 3 values, but the first row has 2 columns; give every row as many values (one with the delimiter in it is put in double quotes).",
    );
    expect(await refusal(readFile("title.csv", "Title\n", { skip: 1 }))).toBe(
      "There is nothing in title.csv below the lines that are to be skipped; skip fewer of them.",
    );
  });

  it("may have no header, and its columns are numbered then", async () => {
    const frame = await readFile("bare.csv", "1,a\n2,b\n", { header: false });
    expect(frame.origin.firstRow).toBe(1);
    expect(cellsByName(frame)).toEqual([
      ["column 1", [1, 2]],
      ["column 2", ["a", "b"]],
    ]);
  });

  it("is cut at the delimiter that is not part of the names", async () => {
    expect(await columnsOf("names.csv", "length, mm;mass, g;x\n1,5;2,5;3\n")).toEqual([
      ["length, mm", [1.5]],
      ["mass, g", [2.5]],
      ["x", [3]],
    ]);
  });

  it("keeps an inch sign in a name or a cell", async () => {
    expect(await columnsOf("inch.csv", 'x,5" pipe\n1,2\n3,4"\n')).toEqual([
      ["x", [1, 3]],
      ['5" pipe', ["2", '4"']],
    ]);
  });

  it("takes no quotes inside a name for those around one, and two inside of those for one", async () => {
    const pipes = await columnsOf("pipes.csv", '5"" pipe,x,y""\n1,2,3\n');
    expect(pipes.map(([name]) => name)).toEqual(['5"" pipe', "x", 'y""']);
    const pairs = await columnsOf("pairs.csv", '"5"" pipe, ""x""",""""\n1,2\n');
    expect(pairs.map(([name]) => name)).toEqual(['5" pipe, "x"', '"']);
  });

  it("keeps names apart that differ in case, and repeated ones for the schema to refuse", async () => {
    expect(await columnsOf("case.csv", "a,A,a\n1,2,3\n")).toEqual([
      ["a", [1]],
      ["A", [2]],
      ["a", [3]],
    ]);
  });

  it("may name its columns by any text", async () => {
    const names = [
      "__proto__",
      "constructor",
      "",
      "it's",
      'a "b"',
      "line\nend",
      "😀",
      "c0",
      "filename",
      "select",
    ];
    const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(",");
    const columns = await columnsOf("odd.csv", `${header}\n${names.map((_, i) => i).join(",")}\n`);
    expect(columns).toEqual(names.map((name, i) => [name === "" ? "column 3" : name, [i]]));
  });

  it("may have thousands of columns", async () => {
    const cells = Array.from({ length: 2000 }, (_, i) => i);
    const frame = await readFile("wide.csv", `${cells.map((i) => `c${i}`)}\n${cells}\n${cells}\n`);
    expect(frame.columns.map(({ name }) => name)).toEqual(cells.map((i) => `c${i}`));
    expect(frame.columns.every((column, i) => cellsOf(column)[1] === i)).toBe(true);
  });

  it("keeps the order of many rows", async () => {
    const numbers = Array.from({ length: 150_000 }, (_, i) => i);
    const { columns } = await readFile(
      "long.csv",
      `x,y\n${numbers.map((n) => `${n},t${n % 7}`).join("\n")}\n`,
    );
    expect(cellsOf(columns[0])).toEqual(numbers);
    expect(cellsOf(columns[1])).toEqual(numbers.map((n) => `t${n % 7}`));
  });

  it("is read from the very file named, whatever its name", async () => {
    writeFileSync(path("day1.csv"), "x,y\nwrong,wrong\n");
    expect(await columnsOf("day[1]*'s.csv", "x,y\n1,2\n")).toEqual([
      ["x", [1]],
      ["y", [2]],
    ]);
    expect((await columnsOf("day[1].csv", "x\n3\n"))[0]).toEqual(["x", [3]]);
  });

  it.each([
    "year=2024/t.csv",
    "year=2024/t.json",
    "~.csv",
    "~root/t.csv",
    "a,b {c} 'd' \"e\" \\f.csv",
    "it's; drop table t --.csv",
    "[a-z]?*!.csv",
    "**/]t[.json",
    "über 名前 😀.tsv",
    " blank .csv",
    "per%20cent&#.csv",
    "-dash=1.csv",
    "a::b.csv",
    "from x.csv",
  ])("is read from the file at %j alone, in full or from its folder", async (name) => {
    mkdirSync(dirname(path(`names/${name}`)), { recursive: true });
    const contents = name.endsWith(".json") ? '[{"x": "1", "y": "2"}]' : "x\ty\n1\t2\n";
    const full = folder.write(`names/${name}`, contents);
    const expected = [
      ["x", [1]],
      ["y", [2]],
    ];
    for (const given of [full, relative(process.cwd(), full)]) {
      expect(cellsByName(await read(given))).toEqual(expected);
    }
    const before = process.cwd();
    try {
      process.chdir(join(folder.path, "names"));
      const frame = await read(name.startsWith("from ") ? `./${name}` : name);
      expect(cellsByName(frame)).toEqual(expected);
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
      "a title",
      "Sales\nx,y,z\n1,2,3\n",
      "Row 2 of bad.csv has 3 values, but the header names 1 column; give every row as many values (one with the delimiter in it is put in double quotes); if a title stands above the header, leave it out with --skip <lines>.",
    ],
    [
      "an open quote",
      'x,y\n1,"2\n3,4\n',
      "Row 2 of bad.csv has a double quote that is not closed before the next delimiter; close it, or write it twice where it is part of the text.",
    ],
    [
      "an open quote in the header",
      '"x,y\n1,2\n3,4\n',
      "Row 1 of bad.csv has a double quote that is not closed before the next delimiter; close it, or write it twice where it is part of the text.",
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
    [
      "bytes that no text has",
      "x,y\n1,\0\n",
      "There is a byte in line 2 of bad.csv that no text has (0, NUL); it should hold a table as text.",
    ],
  ])("is refused for %s", async (_, text, sentence) => {
    expect(await refusal(readFile("bad.csv", text))).toBe(sentence);
  });

  it.each([
    ["\\n", "a,y\n\n1,2\n\n3\n", "Row 3 (line 5 of the file)"],
    ["\\r\\n", "a,y\r\n\r\n1,2\r\n\r\n3\r\n", "Row 3 (line 5 of the file)"],
    ["both", "a,y\r\n\n1,2\n\r\n3\r\n", "Row 3 (line 5 of the file)"],
    ["a line end in quotes", '\n\na,y\n"1\n""2""\n3",2\n\n3\n4,5\n', "Row 3 (line 8 of the file)"],
    ["an inch sign", 'a,y\n5",\n6",7\n3\n', "Row 4"],
    ["an open quote", 'a,y\n\n1,2\n\n1,"2\n3,4\n', "Row 3 (line 5 of the file)"],
  ])("counts rows, not blank lines, up to the one that is refused: %s", async (_, text, row) => {
    expect(await refusal(readFile("blank.csv", text))).toMatch(`${row} of blank.csv has `);
  });

  it("names the first ragged row of many", async () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => (i % 50_000 === 49_999 ? "1,2,3" : "1,2"));
    expect(await refusal(readFile("ragged.csv", `x,y\n${rows.join("\n")}\n`))).toMatch(
      /^Row 50001 of ragged\.csv has 3 values/,
    );
  });
});

describe("decimal commas", () => {
  it("are read where another delimiter cuts the columns, with points between thousands too", async () => {
    const frame = await readFile(
      "euro.csv",
      "a;b;c;d;e\n1,5;2;1.234,5;1,2;1.234\n-,25;NA;7;x;2.345\n;3,0;2.000;1,3;3,5\n",
    );
    expect(cellsByName(frame)).toEqual([
      ["a", [1.5, -0.25, null]],
      ["b", [2, null, 3]],
      ["c", [1234.5, 7, 2000]],
      ["d", ["1,2", "x", "1,3"]],
      ["e", [1234, 2345, 3.5]],
    ]);
    expect(frame.columns.map(({ reading }) => reading)).toEqual([
      "read as numbers with decimal commas",
      "read as numbers with decimal commas",
      "read as numbers with dots between thousands and decimal commas",
      undefined,
      "read as numbers with dots between thousands and decimal commas",
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
    expect((await columnsOf(`thousands.${kind}`, `${text}\n`)).map(([, values]) => values)).toEqual([
      ["4,385", "12"],
      // Other digits than three, a zero before them or more than three settle it.
      [4.385, 1.5],
      ["1,234", null],
      [4.385, 0.385],
      [4.385, 1234.567],
      [4.385, 0.125],
      ["-1,000", "+999,999"],
    ]);
  });

  it("are read in quotes where the comma is the delimiter, by which alone they set off thousands", async () => {
    expect(await columnsOf("quoted.csv", 'a,b\n"1,5","1,500"\n')).toEqual([
      ["a", [1.5]],
      ["b", [1500]],
    ]);
  });
});

it("tab-separated text is cut at tabs only", async () => {
  expect(await columnsOf("a.tsv", "x;1,2,3\ty\n1,5\t2\n")).toEqual([
    ["x;1,2,3", [1.5]],
    ["y", [2]],
  ]);
});
