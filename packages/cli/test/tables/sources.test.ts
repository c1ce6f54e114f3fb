import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { readFrame, readFrames } from "../../src/tables/readFrame.js";
import { cellsByName, cellsOf, frameReader } from "../support/frames.js";

const { folder, read, readFile, refusal, path } = frameReader();

/** By the Zstandard tool, of the bytes "x,y\n1,2\n". */
const ZSTD = Uint8Array.from(Buffer.from("KLUv/QRYQQAAeCx5CjEsMgokh5vk", "base64"));

const expected = [
  ["x", [1]],
  ["y", [2]],
];

describe("compressed files", () => {
  it.each([".csv", ".tsv", ".txt", ".json", ".jsonl"])("are read as what they hold: %s.gz", async (kind) => {
    const text = kind.startsWith(".json") ? '[{"x": 1, "y": 2}]' : "x\ty\n1\t2\n";
    const lines = kind === ".jsonl" ? text.slice(1, -1) : text;
    const frame = await readFile(`t${kind}.gz`, Uint8Array.from(gzipSync(lines)));
    expect(frame.origin.source).toBe(path(`t${kind}.gz`));
    expect(cellsByName(frame)).toEqual(expected);
  });

  it("that are cut off are refused, wherever they are cut", async () => {
    const whole = gzipSync(`x,y\n${"1,2\n".repeat(100_000)}`);
    for (const length of [5, whole.length / 2, whole.length - 1]) {
      expect(await refusal(readFile("cut.csv.gz", Uint8Array.from(whole.subarray(0, length))))).toBe(
        "The file cut.csv.gz is cut off; copy or download it again.",
      );
    }
  });

  it("name their rows by the lines of their text", async () => {
    const bytes = Uint8Array.from(gzipSync("x,y\n\n1,2\n3\n"));
    expect(await refusal(readFile("ragged.csv.gz", bytes))).toMatch(
      /^Row 3 \(line 4 of the file\) of ragged\.csv\.gz has 1 value,/,
    );
  });

  it("that are not compressed are refused", async () => {
    expect(await refusal(readFile("no.csv.gz", "x,y\n1,2\n"))).toBe(
      "The file no.csv.gz cannot be decompressed, since it is damaged or was not written by gzip; copy or download it again.",
    );
    expect(await refusal(readFile("no.csv.zst", "x,y\n1,2\n"))).toBe(
      "The file no.csv.zst cannot be decompressed, since it is damaged or was not written by zstd; copy or download it again.",
    );
  });

  it("may be Zstandard's", async () => {
    expect(cellsByName(await readFile("t.csv.zst", ZSTD))).toEqual(expected);
    expect(await refusal(readFile("cut.csv.zst", ZSTD.subarray(0, 12)))).toBe(
      "The file cut.csv.zst is cut off; copy or download it again.",
    );
  });
});

describe("several files", () => {
  const monthly = (name: string, ...texts: string[]) => {
    mkdirSync(path(name), { recursive: true });
    for (const [i, text] of texts.entries()) folder.write(`${name}/m${i + 1}.csv`, text);
  };

  it("are one table, in the order of their names with numbers by size", async () => {
    mkdirSync(path("order"));
    for (const i of [10, 9, 1]) folder.write(`order/m${i}.csv`, `x,y\n${i},a\n${i},b${i}\n`);
    for (const source of [path("order"), path("order/*.csv"), path("order/m[0-9]*.csv")]) {
      const frame = await read(source);
      expect(frame.origin).toEqual({
        source,
        firstRow: 2,
        files: [1, 9, 10].map((i) => ({ source: path(`order/m${i}.csv`), firstRow: 2, rows: 2 })),
      });
      expect(cellsByName(frame)).toEqual([
        ["x", [1, 1, 9, 9, 10, 10]],
        ["y", ["a", "b1", "a", "b9", "a", "b10"]],
      ]);
    }
  });

  it("may differ in their encodings, line ends and compression", async () => {
    monthly("mixed", "é,y\r\n1,2\r\n", "\ufeffé,y\n3,4\n");
    folder.write("mixed/m3.csv", Uint8Array.from(Buffer.from("é,y\n5,6\n", "latin1")));
    folder.write("mixed/m4.csv.gz", Uint8Array.from(gzipSync("é,y\n7,8\n9,10\n")));
    const frame = await read(path("mixed"));
    expect(cellsByName(frame)).toEqual([
      ["é", [1, 3, 5, 7, 9]],
      ["y", [2, 4, 6, 8, 10]],
    ]);
    expect(frame.origin.files?.map(({ rows }) => rows)).toEqual([1, 1, 1, 2]);
  });

  it("may be JSON, of lines or of arrays, whose names appear in any of them", async () => {
    mkdirSync(path("json"));
    folder.write("json/1.jsonl", '{"a": 1}\n{"a": 2}\n');
    folder.write("json/2.jsonl", '{"b": "x"}\n');
    const frame = await read(path("json"));
    expect(cellsByName(frame)).toEqual([
      ["a", [1, 2, null]],
      ["b", [null, null, "x"]],
    ]);
    expect(frame.origin.files?.map(({ rows }) => rows)).toEqual([2, 1]);
    folder.write("json/3.json", '[{"a": 1}]');
    expect(await refusal(read(path("json")))).toBe(
      "Some of the files in json are JSON arrays and others hold an object per line; files that are read as one table need one form.",
    );
  });

  it("hold numbers only where all of them do", async () => {
    monthly("kinds", "x,y\n1,2024-01-01\n", "x,y\none,2024-01-02\n");
    expect(cellsByName(await read(path("kinds")))).toEqual([
      ["x", ["1", "one"]],
      ["y", ["2024-01-01T00:00:00.000Z", "2024-01-02T00:00:00.000Z"]],
    ]);
  });

  it.each([
    ["another name", "x,z\n3,4\n", 'has the column "z" where differ/m1.csv has "y"'],
    ["fewer columns", "x\n3\n", "has 1 column, but differ/m1.csv has 2"],
    ["another order", "y,x\n3,4\n", 'has the column "y" where differ/m1.csv has "x"'],
    ["another delimiter", "x;y\n3;4\n", 'has ";" between its fields, but differ/m1.csv has ","'],
  ])("of which one has %s are refused, with its name", async (_, text, differs) => {
    monthly("differ", "x,y\n1,2\n", text);
    expect(await refusal(read(path("differ")))).toBe(
      `The file differ/m2.csv ${differs}; files that are read as one table need the same columns in the same order.`,
    );
  });

  it("name the file of a row that cannot be read", async () => {
    monthly("ragged", "x,y\n1,2\n1,2\n", "x,y\n1,2\n\n3\n");
    expect(await refusal(read(path("ragged")))).toMatch(
      /^Row 3 \(line 4 of the file\) of ragged\/m2\.csv has 1 value,/,
    );
  });

  it("are refused where none matches, the folder holds none, or they are of several kinds", async () => {
    expect(await refusal(read(path("none*.csv")))).toBe(
      'No file matches "none*.csv"; check its name and its folder.',
    );
    mkdirSync(path("empty"));
    folder.write("empty/readme.md", "x,y\n");
    expect(await refusal(read(path("empty")))).toMatch(
      /^"empty" is a folder without a table; a table is read from /,
    );
    mkdirSync(path("kinds2"));
    folder.write("kinds2/1.csv", "x,y\n1,2\n");
    folder.write("kinds2/2.json", '[{"x": 1}]');
    expect(await refusal(read(path("kinds2")))).toBe(
      `There are files of several kinds in "kinds2", such as kinds2/1.csv and kinds2/2.json; name those of one kind, as in '*.csv'.`,
    );
  });
});

describe("standard input", () => {
  it.each([
    ["CSV", "x,y\n1,2\n"],
    ["a JSON array", ' \n[{"x": 1, "y": 2}]'],
    ["JSON lines", '{"x": 1, "y": 2}\n'],
    ["compressed", Uint8Array.from(gzipSync("x,y\n1,2\n"))],
    ["compressed by Zstandard", ZSTD],
  ])("may be %s", async (_, stdin) => {
    const frame = await read("-", {}, stdin);
    expect(frame.origin.source).toBe("standard input");
    expect(cellsByName(frame)).toEqual(expected);
  });

  it("may be empty, which is refused", async () => {
    expect(await refusal(read("-"))).toBe(
      "There is nothing in standard input; it should hold a table with a header.",
    );
  });

  it("stops being read when the signal comes, and leaves nothing behind", async () => {
    mkdirSync(path("temporary"));
    vi.stubEnv("TMPDIR", path("temporary"));
    const controller = new AbortController();
    const silent = new Readable({ read() {} });
    const reading = readFrame("-", { stdin: silent, signal: controller.signal });
    controller.abort();
    await expect(reading).rejects.toThrow("aborted");
    await read("-", {}, "x\n1\n");
    expect(readdirSync(path("temporary"))).toEqual([]);
    vi.stubEnv("TMPDIR", path("nowhere"));
    expect(await refusal(read("-", {}, "x\n1\n"))).toBe(
      'The standard input cannot be kept in "nowhere": there is no such folder; name another folder by the environment variable TMPDIR.',
    );
    vi.unstubAllEnvs();
  });
});

describe("sample tables", () => {
  it("are read by name", async () => {
    const penguins = await read("sample:penguins");
    expect(penguins).toMatchObject({ origin: { source: "sample:penguins" }, rowCount: 344 });
    expect(penguins.columns.map(({ name }) => name)).toContain("Species");
    expect((await read("sample:seattle-weather")).columns.map(({ kind }) => kind)).toContain("dates");
    expect((await read("sample:unemployment")).columns.map(({ name }) => name)).toEqual(["id", "rate"]);
  });

  it("that come with the command hold what those of the same name in vega-datasets do", async () => {
    const { resolve } = createRequire(import.meta.url);
    const theirs = join(resolve("vega-datasets"), "..", "..", "data", "penguins.json");
    expect(cellsByName(await read("sample:penguins"))).toEqual(cellsByName(await read(theirs)));
  });

  it("are suggested when there is none of that name", async () => {
    expect(await refusal(read("sample:penguin"))).toMatch(/; did you mean "penguins"\?$/);
  });
});

it.each([
  ["a missing file", "none.csv", 'There is no file "none.csv"; check its name and its folder.'],
  [
    "another kind of file",
    "table.pdf",
    'The file "table.pdf" is of no known kind; a table is read from .csv, .tsv, .txt, .json, .jsonl and .parquet files (.gz and .zst as well), from file.duckdb::table, file.sqlite::table and file.xlsx::sheet, from a query that begins with SELECT, WITH or FROM, from standard input (-) or from sample:<name>.',
  ],
  [
    "an address",
    "https://example.org/a.csv",
    '"https://example.org/a.csv" is on the network, from which nothing is read; download it first.',
  ],
])("%s is refused", async (_, name, sentence) => {
  folder.write("table.pdf", "x");
  expect(await refusal(read(name.includes(":") ? name : path(name)))).toBe(sentence);
});

it("a pipe with a name, which can be read only once, is refused", async () => {
  execFileSync("mkfifo", [path("pipe.csv")]);
  expect(await refusal(read(path("pipe.csv")))).toBe(
    '"pipe.csv" is not a regular file; hand it over as standard input, with - in its place.',
  );
});

it("the end of a file's name may be in capital letters", async () => {
  expect((await readFile("LOUD.CSV", "x,y\n1,2\n")).rowCount).toBe(1);
});

describe("a sample of the rows", () => {
  const text = `x,t\n${Array.from({ length: 10_000 }, (_, i) => `${i},t${i}`).join("\n")}\n`;

  it("is the same for the same seed, in order, and each row as likely as another", async () => {
    const draw = async (seed: number) => {
      const { columns, origin } = await readFile("s.csv", text, { sample: { rows: 1000, seed } });
      expect(origin).toEqual({ source: `a sample of 1,000 rows of ${path("s.csv")}`, firstRow: 1 });
      expect(cellsOf(columns[1])).toEqual((cellsOf(columns[0]) as number[]).map((x) => `t${x}`));
      return cellsOf(columns[0]) as number[];
    };
    const [first, again, other] = [await draw(1), await draw(1), await draw(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first).size).toBe(1000);
    expect(first).toEqual(first.toSorted((a, b) => a - b));
    // The mean of the places has a standard deviation of about 87.
    for (const drawn of [first, other]) {
      expect(Math.abs(drawn.reduce((sum, x) => sum + x, 0) / 1000 - 4999.5)).toBeLessThan(350);
    }
  });

  it("is the whole table where that has no more rows", async () => {
    const frame = await readFile("s.csv", text, { sample: { rows: 10_000, seed: 1 } });
    expect(frame).toMatchObject({ rowCount: 10_000, origin: { source: path("s.csv"), firstRow: 2 } });
  });
});

it("a table that comes in parts is read in one style throughout, which a part alone may not show", async () => {
  // Only the last part tells that a dot sets off thousands, or that the month comes second.
  const rows = Array.from({ length: 30 }, (_, i) =>
    i < 25 ? `1.${100 + i};0${(i % 9) + 1}/02/2024;new york ${i}\n` : `1.234,5;25/02/2024;2024-01-01\n`,
  );
  const source = folder.write("styles.csv", `n;d;t\n${rows.join("")}`);
  const whole = await read(source);
  const input = { stdin: Readable.from([]), signal: new AbortController().signal };
  let at = 0;
  for await (const part of readFrames(source, input, 10)) {
    for (const [j, column] of part.columns.entries()) {
      expect(column).toMatchObject({ kind: whole.columns[j].kind });
      expect(cellsOf(column)).toEqual(cellsOf(whole.columns[j]).slice(at, at + 10));
    }
    at += part.rowCount;
  }
  expect(at).toBe(30);
  expect(whole.columns.map(({ kind }) => kind)).toEqual(["numbers", "dates", "categories"]);
});

it("a table comes in parts of so many rows, each of which can be named", async () => {
  mkdirSync(path("parts"));
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `${from + i},t${from + i}\n`).join("");
  folder.write("parts/1.csv", `x,t\n${rows(0, 3000)}`);
  folder.write("parts/2.csv", `x,t\n${rows(3000, 7001)}`);
  const stdin = Readable.from([]);
  const { signal } = new AbortController();
  const seen: unknown[] = [];
  let at = 0;
  for await (const frame of readFrames(path("parts"), { stdin, signal }, 2500)) {
    const [x, t] = frame.columns;
    for (const value of cellsOf(x)) expect(value).toBe(at++);
    expect(t).toMatchObject({ origin: frame.origin });
    expect((t as { dictionary: readonly string[] }).dictionary.length).toBe(frame.rowCount);
    seen.push([frame.rowCount, frame.origin.files?.map(({ firstRow, rows }) => [firstRow, rows])]);
  }
  expect(seen).toEqual([
    [
      2500,
      [
        [2, 3000],
        [2, 4001],
      ],
    ],
    [
      2500,
      [
        [2502, 500],
        [2, 4001],
      ],
    ],
    [2001, [[2002, 2001]]],
  ]);
});

it("reading tells how far it has come, up to the end", async () => {
  const shares: number[] = [];
  await readFile("p.csv", `x\n${"1\n".repeat(20_000)}`, { onProgress: (share) => shares.push(share) });
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.length).toBeGreaterThan(2);
  expect(shares.at(-1)).toBe(1);
});

it.each([0.4, 0.5])(
  "reading stops when the signal comes at %d of the way, without a table",
  async (stopped) => {
    const controller = new AbortController();
    const source = folder.write("stop.csv", `x,t\n${"1,a\n".repeat(200_000)}`);
    const stop = (share: number) => share >= stopped && controller.abort();
    const reading = readFrame(
      source,
      { stdin: Readable.from([]), signal: controller.signal },
      { onProgress: stop },
    );
    await expect(reading).rejects.toThrow("aborted");
  },
);

it("a file that loses rows while it is read is refused", async () => {
  const text = `x,t\n${"1,a\n".repeat(200_000)}`;
  const source = folder.write("change.csv", text);
  const cut = (share: number) => share < 0.5 && folder.write("change.csv", text.slice(0, 400_004));
  expect(await refusal(read(source, { onProgress: cut }))).toBe(
    "Reading change.csv ended after 100000 rows, where 200000 were found before; the file changed meanwhile, or memory ran out, so try again.",
  );
});
