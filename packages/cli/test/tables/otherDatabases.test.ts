import { strToU8, zipSync } from "fflate";
import sqlite from "node-sqlite3-wasm";
import { beforeAll, describe, expect, it } from "vitest";
import { cellsByName, frameReader } from "../support/frames.js";

const { folder, read, refusal, path, names } = frameReader();

describe("an SQLite file", () => {
  beforeAll(() => {
    for (const name of ["one.db", "two.sqlite"]) {
      const database = new sqlite.Database(path(name));
      database.exec(`CREATE TABLE "it's" ("__proto__" INTEGER, "a ""b""" REAL, t TEXT, bytes BLOB, d TEXT);
        INSERT INTO "it's" VALUES (1, 2.5, 'x, "y"', x'0102', '2024-01-01'), (9007199254740993, NULL, 'two' || char(10) || 'lines', NULL, NULL)`);
      if (name === "two.sqlite") database.exec("CREATE TABLE none (x); CREATE VIEW v AS SELECT 1 AS x");
      database.close();
    }
  });

  it.each([
    ["one.db", "without a name where it has one table"],
    ["two.sqlite::it's", "by name"],
  ])("%s is read %s", async (name) => {
    const frame = await read(path(name));
    expect(frame.origin).toEqual({ source: path(name), firstRow: 1 });
    expect(cellsByName(frame)).toEqual([
      ["__proto__", [1, 2 ** 53]],
      ['a "b"', [2.5, null]],
      ["t", ['x, "y"', "two\nlines"]],
      ["bytes", "it is of the type BLOB, which is neither a number nor text"],
      ["d", ["2024-01-01T00:00:00.000Z", null]],
    ]);
    expect(frame.columns[0].reading).toMatch(/^read as 64-bit floats/);
  });

  it("may have views", async () => {
    expect(cellsByName(await read(path("two.sqlite::v")))).toEqual([["x", [1]]]);
  });

  it.each([
    [
      "two.sqlite",
      `The database two.sqlite has the tables "it's", "none", "v"; name one, as in 'two.sqlite::it's'.`,
    ],
    ["two.sqlite::its", `There is no table "its" in two.sqlite; it has the tables "it's", "none", "v".`],
    ["two.sqlite::none", "There are no rows in two.sqlite::none; it should hold some."],
  ])("is refused as %s", async (name, sentence) => {
    expect(await refusal(read(path(name)))).toBe(sentence);
  });

  it("stays alone in its folder", () => {
    expect(names()).toEqual(["one.db", "two.sqlite"]);
  });
});

describe("a spreadsheet", () => {
  const cell = (at: string, value: string | number | boolean, style = 0) =>
    typeof value === "string"
      ? `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`
      : typeof value === "boolean"
        ? `<c r="${at}" t="b"><v>${Number(value)}</v></c>`
        : `<c r="${at}" s="${style}"><v>${value}</v></c>`;
  const row = (r: number, ...cells: string[]) => `<row r="${r}">${cells.join("")}</row>`;
  const sheets = {
    Data: [
      row(2, cell("A2", "x"), cell("B2", "when"), cell("C2", "ok"), cell("D2", "t")),
      row(3, cell("A3", 1.5), cell("B3", 45292, 1), cell("C3", true), cell("D3", "a, b")),
      row(4, cell("A4", 2), cell("D4", "c")),
    ].join(""),
    Empty: "",
  };
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const listed = Object.keys(sheets);

  beforeAll(() => {
    const files: Record<string, string> = {
      "[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
      "_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
      "xl/workbook.xml": `<workbook ${main} xmlns:r="${relations}"><sheets>${listed.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="s${i}"/>`).join("")}</sheets></workbook>`,
      "xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${listed.map((_, i) => `<Relationship Id="s${i}" Type="${relations}/worksheet" Target="worksheets/s${i}.xml"/>`).join("")}<Relationship Id="st" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
      "xl/styles.xml": `<styleSheet ${main}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    };
    for (const [i, rows] of Object.values(sheets).entries()) {
      files[`xl/worksheets/s${i}.xml`] = `<worksheet ${main}><sheetData>${rows}</sheetData></worksheet>`;
    }
    const zipped = zipSync(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])),
    );
    folder.write("book.xlsx", zipped);
    folder.write("cut.xlsx", zipped.slice(0, 300));
    folder.write("old.xls", "\u00d0\u00cf");
  });

  it("is read by the name of its sheet, its dates as dates", async () => {
    const frame = await read(path("book.xlsx::Data"));
    expect(cellsByName(frame)).toEqual([
      ["x", [1.5, 2]],
      ["when", ["2024-01-01T00:00:00.000Z", null]],
      ["ok", ["true", null]],
      ["t", ["a, b", "c"]],
    ]);
    expect(frame.origin).toEqual({ source: path("book.xlsx::Data"), firstRow: 3 });
  });

  it.each([
    [
      "book.xlsx",
      `The spreadsheet book.xlsx has the sheets "Data", "Empty"; name one, as in 'book.xlsx::Data'.`,
    ],
    ["book.xlsx::data", 'There is no sheet "data" in book.xlsx; it has the sheets "Data", "Empty".'],
    ["book.xlsx::Empty", "There is nothing in book.xlsx::Empty; it should hold a table with a header."],
    [
      "old.xls",
      '"old.xls" is not an .xlsx file, or is an old one (.xls); save it again as .xlsx, or as CSV.',
    ],
  ])("is refused as %s", async (name, sentence) => {
    expect(await refusal(read(path(name)))).toBe(sentence);
  });

  it("that is cut off is refused", async () => {
    expect(await refusal(read(path("cut.xlsx")))).toMatch(
      /^The spreadsheet cut\.xlsx cannot be read \(.*\); save it again as \.xlsx, or as CSV\.$/,
    );
  });
});
