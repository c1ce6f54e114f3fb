import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { frameFrom, saveModel, type TrainOptions, trainModel } from "psilon";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilonHere } from "../support/psilonHere.js";

const folder = temporaryFolder();
const path = (name: string) => join(folder.path, name);
const options: TrainOptions = { preset: "fast", lambda: 1e-3, epochs: 2, width: 4, depth: 1 };
const x = Array.from({ length: 40 }, (_, i) => i / 7);

/** Keeps columns of a table while its rows are predicted; paths are shown as names. */
async function predict(data: string, ...more: string[]) {
  const finished = await psilonHere(["predict", path("m.st"), data, ...more]);
  return { ...finished, stderr: finished.stderr.replaceAll(`${folder.path}/`, "") };
}

/** The rows of a Parquet file, and the types of its columns. */
async function parquet(file: string) {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const reader = await connection.runAndReadAll(`FROM '${file}'`);
  const types = reader.columnNames().map((name, i) => [name, String(reader.columnType(i))]);
  return { types: Object.fromEntries(types), rows: reader.getRowObjectsJson() };
}

beforeAll(async () => {
  const numbers = await trainModel(frameFrom({ x, y: x.map((value) => 3 * value) }), "y", options);
  writeFileSync(path("m.st"), saveModel(numbers));
  const classes = await trainModel(frameFrom({ x, y: x.map((_, i) => "ab"[i % 2]) }), "y", options);
  writeFileSync(path("classes.st"), saveModel(classes));
});

describe("columns that are kept", () => {
  const csv = 'id,when,name,x\n007,1.2.2024," O\'Neil, ""Jo""",1.50\n1e3,,NA,2\n';

  it("stand before the predictions as they are written in the table, those that the model reads among them", async () => {
    const plain = await predict(folder.write("a.csv", csv));
    const [, first, second] = plain.stdout.split("\n");
    const { stdout } = await predict(path("a.csv"), "--keep", "when,id", "--keep", "X", "--keep", "name");
    expect(stdout).toBe(
      `when,id,x,name,y\n1.2.2024,007,1.50," O'Neil, ""Jo""",${first}\n,1e3,2,NA,${second}\n`,
    );
  });

  it("are all of the table in its own order where all is said, be it in a table that has a column of that name", async () => {
    const { stdout } = await predict(folder.write("all.csv", "all,x,b\n1,2,3\n"), "--keep", "all");
    expect(stdout).toMatch(/^all,x,b,y\n1,2,3,[-\d.e]+\n$/);
  });

  it("are read from JSON as well, what is nested in it too", async () => {
    const rows = [
      { x: 1, tags: ["a", "b"], ok: true },
      { x: 2.5, ok: null },
    ];
    const { stdout } = await predict(
      folder.write("a.json", JSON.stringify(rows)),
      ...["--keep", "tags,ok", "--keep", "x"],
    );
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.slice(0, line.lastIndexOf(",")))).toEqual([
      ...["tags,ok,x", '"[""a"",""b""]",true,1', ",,2.5"],
    ]);
  });

  it("may not hide formulas from a spreadsheet", async () => {
    folder.write("formula.csv", "x,note\n1,=1+1\n2,-5\n");
    const { stdout } = await predict(path("formula.csv"), "--keep", "note", "--spreadsheet");
    expect(stdout).toMatch(/^note,y\n'=1\+1,[^\n]+\n-5,/);
  });

  it("keep in Parquet the types that a Parquet file has for them, and come as text from CSV", async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(
      `COPY (SELECT 9007199254740993 AS id, 1.50::DECIMAL(9,2) AS price, DATE '2024-02-01' AS day, true AS ok, 0.5::FLOAT AS x,
        ['a', 'b'] AS tags, 'ü' AS name UNION ALL SELECT NULL, NULL, NULL, NULL, 2, NULL, NULL) TO '${path("t.parquet")}' (FORMAT parquet)`,
    );
    const { code, stdout } = await predict(path("t.parquet"), "--keep", "all", "--out", path("o.parquet"));
    expect({ code, stdout }).toEqual({ code: 0, stdout: `Wrote 2 predictions to ${path("o.parquet")}.\n` });
    const { types, rows } = await parquet(path("o.parquet"));
    expect(types).toEqual({
      ...{ id: "BIGINT", price: "DECIMAL(9,2)", day: "DATE", ok: "BOOLEAN", x: "FLOAT" },
      ...{ tags: "VARCHAR", name: "VARCHAR", y: "DOUBLE" },
    });
    expect(rows).toMatchObject([
      { id: "9007199254740993", price: "1.50", day: "2024-02-01", ok: true, tags: "[a, b]", name: "ü" },
      { id: null, price: null, day: null, ok: null, tags: null, name: null, x: 2 },
    ]);
    await predict(folder.write("a.csv", csv), "--keep", "id", "--out", path("o.parquet"));
    const text = await parquet(path("o.parquet"));
    expect(text.types).toEqual({ id: "VARCHAR", y: "DOUBLE" });
    expect(text.rows).toMatchObject([{ id: "007" }, { id: "1e3" }]);
  });

  it.each([
    ["one that is not there", "idd", 'There is no column "idd" in t.csv; did you mean "id"?'],
    [
      "one that two columns could be",
      "b",
      'Columns 3 and 4 of t.csv are both named "b"; give every column a name of its own.',
    ],
    ["one that is named twice", "id,ID", 'The option --keep names the column "id" twice; name it once.'],
    [
      "one that is called as a prediction is",
      "id,y",
      'The column "y" of t.csv cannot be kept beside the predictions, of which a column is called "y"; name the columns to keep without it, as in --keep id,name, or give it another name by a query in place of the table, as in "SELECT * RENAME (y AS true_y) FROM \'<file>\'".',
    ],
  ])("are refused in a sentence: %s", async (_, keep, sentence) => {
    folder.write("t.csv", "id,x,b,b,y\n1,2,3,4,5\n");
    const finished = await predict(path("t.csv"), "--keep", keep, "--out", path("none.csv"));
    expect(finished).toEqual({ code: 2, stdout: "", stderr: `error: ${sentence}\n` });
    expect(existsSync(path("none.csv"))).toBe(false);
  });

  it("are kept under another name by the query that the refusal tells of", async () => {
    folder.write("named.csv", "x,y\n1,5\n");
    const query = `SELECT * RENAME (y AS true_y) FROM '${path("named.csv")}'`;
    expect((await predict(query, "--keep", "all")).stdout).toMatch(/^x,true_y,y\n1(?:\.0)?,5,/);
  });

  it("may differ in upper and lower case alone in CSV, but not in Parquet", async () => {
    folder.write("case.csv", "x,Y,a,A\n1,2,3,4\n");
    expect((await predict(path("case.csv"), "--keep", "all")).stdout).toMatch(/^x,Y,a,A,y\n1,2,3,4,/);
    const out = ["--out", path("case.parquet")];
    expect((await predict(path("case.csv"), "--keep", "Y", ...out)).stderr).toMatch(
      /^error: The column "Y" of case\.csv cannot be kept beside the predictions, of which a column is called "y"; /,
    );
    expect((await predict(path("case.csv"), "--keep", "a,A", ...out)).stderr).toBe(
      'error: The columns "a" and "A" of case.csv differ in upper and lower case alone, which a Parquet file cannot tell apart; keep one of them, or write CSV.\n',
    );
  });

  it("are refused where no table is written", async () => {
    expect((await predict(path("a.csv"), "--keep", "id", "--json")).stderr).toMatch(
      /^error: The option --keep is about CSV and Parquet, which --json prints none of; name a file for them with --out/,
    );
  });
});

describe("predictions in Parquet", () => {
  it("are those in CSV: of numbers, and of classes with the probability of each", async () => {
    folder.write("x.csv", `x\n${x.join("\n")}\n`);
    for (const model of ["m.st", "classes.st"]) {
      const argv = ["predict", path(model), path("x.csv")];
      const [header, ...lines] = (await psilonHere(argv)).stdout.trimEnd().split("\n");
      await psilonHere([...argv, "--out", path("p.PARQUET")]);
      const { types, rows } = await parquet(path("p.PARQUET"));
      expect(Object.keys(types).join(",")).toBe(header);
      expect(rows.map((row) => Object.values(row).join(","))).toEqual(lines);
    }
  });

  it("leave nothing behind when a row cannot be predicted, and an older file as it was", async () => {
    const rows = Array.from({ length: 300_000 }, (_, i) => (i === 299_990 ? "inf" : String(i % 50)));
    folder.write("bad.csv", `x\n${rows.join("\n")}\n`);
    for (const name of ["old.parquet", "old.csv"]) {
      folder.write(name, "old");
      const before = readdirSync(folder.path);
      const { code, stdout, stderr } = await predict(path("bad.csv"), "--out", path(name));
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^error: [^\n]*row 299992[^\n]*\n$/i);
      expect(readFileSync(path(name), "utf8")).toBe("old");
      expect(readdirSync(folder.path)).toEqual(before);
    }
  });

  it("are more than DuckDB keeps at once, in the order of the table", async () => {
    const ids = Array.from({ length: 500_000 }, (_, i) => `${i},${i % 50}`);
    folder.write("many.csv", `id,x\n${ids.join("\n")}\n`);
    await predict(path("many.csv"), "--keep", "id", "--out", path("many.parquet"));
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const reader = await connection.runAndReadAll(
      `SELECT count(*), bool_and(id::BIGINT = place), count(DISTINCT y) FROM (SELECT *, row_number() OVER () - 1 AS place FROM '${path("many.parquet")}')`,
    );
    expect(reader.getRows()).toEqual([[500_000n, true, 50n]]);
  });

  it("are refused where no file can be, and with an option about CSV", async () => {
    expect((await predict(path("a.csv"), "--spreadsheet", "--out", path("p.parquet"))).stderr).toBe(
      'error: The option --spreadsheet is about CSV, but "p.parquet" is to be a Parquet file; name a file that ends in .csv with --out, or leave it out.\n',
    );
  });
});
