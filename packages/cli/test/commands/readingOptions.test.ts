import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadModel } from "psilon";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { psilonHere } from "../support/psilonHere.js";

const folder = temporaryFolder();
const cwd = folder.path;
const quick = [
  ...["--preset", "fast", "--width", "4", "--depth", "1", "--epochs", "2"],
  ...["--lambda", "0.001", "--threads", "1"],
];

const day = (i: number) => new Date(Date.UTC(2024, 0, 1 + 2 * i)).toISOString().slice(0, 10);
const lines = Array.from(
  { length: 60 },
  (_, i) => `${i},${i % 2 ? "Zoé" : "Ann"},${day(i)},${i % 10 === 3 ? -999 : i % 11},${(i * 7) % 13}`,
);
const table = `id,Name,when,amount,y\n${lines.join("\n")}\n`;

folder.write("data.csv", table);
folder.write("title.csv", `Sales, by day\n${table}`);
folder.write("comments.csv", `# Sales\n# by day\n${table}`);
folder.write("bare.csv", `${lines.join("\n")}\n`);
folder.write("latin1.csv", Uint8Array.from(Buffer.from(table, "latin1")));
folder.write("rows.json", JSON.stringify([{ a: 1, y: 2 }]));
folder.write("rows.parquet", "PAR1");

/** The model that `train` makes of a table, and what it prints as JSON. */
async function trained(data: string, ...options: readonly string[]) {
  const target = options.includes("--target") ? [] : ["--target", "y"];
  const argv = ["train", data, ...target, ...quick, ...options, "--out", "m.st", "--json"];
  const { code, stdout, stderr } = await psilon(argv, { cwd });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { schema } = loadModel(Uint8Array.from(readFileSync(join(cwd, "m.st"))), "m.st");
  return { schema, stderr, report: JSON.parse(stdout) };
}

describe("reading a table", () => {
  it.each([
    ["title.csv", "--skip", "1"],
    ["comments.csv", "--skip", "#"],
    ["latin1.csv", "--encoding", "latin1"],
  ])("from %s with %s %s gives what is below or behind it", async (data, ...options) => {
    const [plain, other] = [await trained("data.csv"), await trained(data, ...options)];
    expect(other.schema).toEqual(plain.schema);
    expect(other.stderr).not.toContain("note: The text");
  });

  it("in an encoding that was guessed is noted", async () => {
    const { stderr } = await trained("latin1.csv");
    expect(stderr).toMatch(
      /^note: The text in latin1\.csv is not UTF-8 and was read as Windows-1252 \(Latin-1\); say --encoding <name> if it is in another encoding\.$/m,
    );
  });

  it("without a header numbers its columns", async () => {
    const { schema } = await trained("bare.csv", "--no-header", "--target", "Column 4");
    expect(schema.columns.map(({ name }) => name)).toEqual([1, 2, 3, 4, 5].map((i) => `column ${i}`));
  });

  it("takes for missing what --missing says, in columns of numbers as of text", async () => {
    const { schema } = await trained(
      "data.csv",
      "--missing",
      " -999 , none",
      "--missing",
      "Ann",
      "--holdout",
      "0",
    );
    expect(schema.columns.map(({ missing }) => missing)).toEqual([0, 30, 0, 6, 0]);
    expect(schema.columns[3]).toMatchObject({ kind: "numeric", min: 0 });
  });

  it("draws a sample by the seed, which is noted", async () => {
    const draw = async (seed: string) => {
      const { schema, report } = await trained("data.csv", "--sample", "30", "--seed", seed);
      const { data, rows, test } = report;
      expect(data).toBe("a sample of 30 rows of data.csv");
      expect(rows.read).toBe(30);
      return [schema, test];
    };
    const first = await draw("1");
    expect(await draw("1")).toEqual(first);
    expect(await draw("2")).not.toEqual(first);
    expect((await trained("data.csv", "--sample", "61")).report).toMatchObject({
      data: "data.csv",
      rows: { read: 60 },
    });
  });
});

describe("columns", () => {
  it("that --ignore names, in whatever case, are left out", async () => {
    const { report } = await trained("data.csv", "--ignore", "ID, name", "--ignore", "amount");
    const reason = "it was asked to be ignored";
    expect(report.columns).toMatchObject([
      { name: "id", role: "ignored", reason },
      { name: "Name", role: "ignored", reason },
      { name: "when", role: "feature" },
      { name: "amount", role: "ignored", reason },
      { name: "y", role: "target" },
    ]);
  });

  it("of dates have the parts that are asked for, by default those that vary", async () => {
    const partsOf = async (...options: readonly string[]) =>
      (await trained("data.csv", ...options)).schema.columns[2];
    expect(await partsOf()).toMatchObject({ kind: "date", parts: ["month", "weekday"] });
    expect(await partsOf("--column", "WHEN=date:weekday")).toMatchObject({
      kind: "date",
      parts: ["weekday"],
    });
    expect(await partsOf("--column", "when=categorical")).toMatchObject({ kind: "categorical" });
    const { code, stdout } = await psilon(
      ["train", "data.csv", "--target", "y", "--ignore", "id,Name", ...quick, "--out", "m.st"],
      { cwd },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^data +y from 2 columns of data\.csv$/m);
  });
});

describe("a model of dates and of text in a column of numbers", () => {
  beforeAll(async () => {
    const options = ["--column", "amount=categorical", "--ignore", "id"];
    await psilon(["train", "data.csv", "--target", "y", ...quick, ...options, "--out", "dates.st"], { cwd });
  });

  it.each([
    ["title.csv", "--skip", "1"],
    ["comments.csv", "--skip", "#"],
    ["latin1.csv", "--encoding", "latin1"],
  ])("predicts the same from %s with %s %s", async (data, ...options) => {
    const plain = await psilonHere(["predict", join(cwd, "dates.st"), join(cwd, "data.csv")]);
    expect(plain).toMatchObject({ code: 0, stderr: "" });
    const argv = ["predict", join(cwd, "dates.st"), join(cwd, data), ...options];
    expect(await psilonHere(argv)).toEqual(plain);
  });

  it("takes for missing what predict is told as well", async () => {
    folder.write("dash.csv", "Name,when,amount\nAnn,-,1\nAnn,2024-01-01,none\n");
    const argv = ["predict", join(cwd, "dates.st"), join(cwd, "dash.csv")];
    expect(await psilonHere(argv)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: [^\n]*"-"[^\n]*\n$/),
    });
    expect(await psilonHere([...argv, "--missing", "-,none"])).toMatchObject({ code: 0 });
  });

  it("is certified and pruned from a table that is read so, too", async () => {
    const certified = await psilonHere([
      ...["certify", join(cwd, "dates.st"), join(cwd, "title.csv"), "--skip", "1"],
      ...["--tolerance", "100", "--radius", "0.001", "--rows", "2,3"],
    ]);
    expect(certified).toMatchObject({ code: 0, stderr: "Certifying\n" });
    const argv = ["prune", "dates.st", "title.csv", "--skip", "1", "--sparsity", "0.5", "--out", "p.st"];
    expect(await psilon(argv, { cwd })).toMatchObject({ code: 0 });
  });
});

describe("an option of reading is refused in a sentence:", () => {
  const train = (data: string, ...options: readonly string[]) => ["train", data, "--target", "y", ...options];
  const notLines = (text: string) =>
    `The option --skip takes a number of lines, or what the lines to skip begin with, such as #, but "${text}" was given.`;
  it.each<[readonly string[], string]>([
    [train("data.csv", "--skip", "-1"), notLines("-1")],
    [train("data.csv", "--skip", "1.5"), notLines("1.5")],
    [train("data.csv", "--skip", ""), notLines("")],
    [
      train("data.csv", "--skip", "61"),
      "There is nothing in data.csv below the lines that are to be skipped; skip fewer of them.",
    ],
    [
      train("title.csv"),
      "Row 2 of title.csv has 5 values, but the header names 2 columns; give every row as many values (one with the delimiter in it is put in double quotes).",
    ],
    [
      train("bare.csv", "--no-header"),
      'There is no column "y" in bare.csv; there are "column 1", "column 2", "column 3", "column 4", "column 5".',
    ],
    [
      train("data.csv", "--encoding", "latin-17"),
      'There is no encoding "latin-17"; name one such as utf-8, utf-16le, windows-1252, iso-8859-2 or shift_jis.',
    ],
    [
      train("latin1.csv", "--encoding", "utf-8"),
      "The text in latin1.csv is not UTF-8; say --encoding <name> with the encoding that it is in, such as windows-1252.",
    ],
    [
      train("rows.json", "--no-header"),
      "The option --no-header is about comma-separated text and the like, which rows.json is not; leave it out.",
    ],
    [
      train("rows.parquet", "--encoding", "latin1"),
      "The option --encoding is about comma-separated text and the like, which rows.parquet is not; leave it out.",
    ],
    [
      train("SELECT * FROM 'data.csv'", "--skip", "1"),
      "The option --skip is about comma-separated text and the like, which the query's result is not; leave it out.",
    ],
    [
      train("base.duckdb::t", "--no-header"),
      "The option --no-header is about comma-separated text and the like, which base.duckdb::t is not; leave it out.",
    ],
    ...["0", "1.5", "many"].map((rows): [readonly string[], string] => [
      train("data.csv", "--sample", rows),
      `The option --sample takes a whole number from 1 to 2147483647, but "${rows}" was given.`,
    ]),
    [
      ["evaluate", "data.csv", "--target", "y", "--splits", "splits.json", "--sample", "10"],
      "The option --splits counts the rows of the whole table, of which --sample draws some; leave one of them out.",
    ],
    [train("data.csv", "--ignore", "nam"), 'There is no column "nam" in data.csv; did you mean "Name"?'],
    [train("data.csv", "--ignore", "Y"), 'The target "y" of data.csv cannot be ignored as well.'],
    [
      train("data.csv", "--ignore", "id,Name,ID"),
      'The option --ignore names the column "id" twice; say once what it is.',
    ],
    [
      train("data.csv", "--ignore", "id", "--column", "ID=numeric"),
      'The option --column or --ignore names the column "id" twice; say once what it is.',
    ],
    [
      train("data.csv", "--column", "when=date:months"),
      'The parts of the date "when" are some of month, weekday, hour, but "months" was given; did you mean "month"?',
    ],
    [
      train("data.csv", "--column", "when=day"),
      'The option --column takes a column\'s name, "=" and one of numeric, categorical, boolean, date, ignore, but "when=day" was given.',
    ],
    [["predict", "m.st", "data.csv", "--sample", "5"], "unknown option '--sample'"],
  ])("%j", async (argv, sentence) => {
    const before = process.cwd();
    try {
      process.chdir(cwd);
      expect(await psilonHere(argv)).toEqual({ code: 2, stdout: "", stderr: `error: ${sentence}\n` });
    } finally {
      process.chdir(before);
    }
  });
});
