import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilonHere } from "../support/psilonHere.js";

const folder = temporaryFolder();

const rows = (n: number, row: (i: number) => string) =>
  `${Array.from({ length: n }, (_, i) => row(i)).join("\n")}\n`;

/** Every table is named t.csv and its target y. */
const tables: [what: string, contents: string, sentence: string][] = [
  ["an empty file", "", "There is nothing in t.csv; it should hold a table with a header."],
  [
    "a header only",
    "a,y\n",
    "There are no rows in t.csv, only a header that names 2 columns; add rows below it.",
  ],
  [
    "a constant target",
    "a,y\n1,5\n2,5\n3,5\n",
    'The target "y" of t.csv is "5" in every row, so there is nothing to learn; is it the right column?',
  ],
  [
    "ragged rows",
    "a,y\n1,2\n3\n",
    "Row 3 of t.csv has 1 value, but the header names 2 columns; give every row as many values (one with the delimiter in it is put in double quotes).",
  ],
  [
    "text among numbers",
    `a,y\n${rows(30, (i) => `${i === 17 ? "1O" : i},${i}`)}`,
    'Column "a" of t.csv holds numbers, but row 19 has "1O"; correct the value, or leave it empty if it is missing, or declare it with --column a=categorical if it is meant so.',
  ],
  [
    "infinities",
    "a,y\n1,1\n-inf,2\n3,4\n",
    'Column "a" of t.csv has "-Infinity" in row 3, which is not a finite number; correct the value, or leave it empty if it is missing.',
  ],
  [
    "numbers too large for a float64",
    "a,y\n1,1\n2,1e999\n3,4\n",
    'Column "y" of t.csv has "Infinity" in row 3, which is not a finite number; correct the value, or leave it empty if it is missing.',
  ],
  [
    "columns of one name",
    "a,b,a,y\n1,2,3,4\n5,6,7,8\n",
    'Columns 1 and 3 of t.csv are both named "a"; give every column a name of its own.',
  ],
  [
    "1,500 classes",
    `a,y\n${rows(3000, (i) => `${i % 7},c${i % 1500}`)}`,
    'The target "y" of t.csv has 1500 different values, more than the 1000 classes that can be told apart; is it the right column?',
  ],
  [
    "one row",
    "a,y\n1,2\n",
    'The target "y" of t.csv has a value in only one row, and nothing can be learned from one row; give more rows a value there, or add rows.',
  ],
  [
    "a target without values",
    "a,y\n1,\n2,\n",
    'The target "y" of t.csv has no values; fill them in, or name another column with --target.',
  ],
  [
    "no features",
    "y\n1\n2\n3\n",
    'There is no column in t.csv to predict "y" from; add one that may tell something about it.',
  ],
  [
    "features that are left out",
    "a,y\n1,1\n1,2\n1,3\n",
    'There is no column in t.csv to predict "y" from; left out: "a" (every row has the same value, "1"); add one that varies, or say with --column <name>=<kind> what one of these is.',
  ],
];

describe.each(["train", "evaluate"])("psilon %s", (command) => {
  it.each(tables)("refuses %s in one sentence, and writes nothing", async (_, contents, sentence) => {
    const path = folder.write("t.csv", contents);
    const out = command === "train" ? ["--out", join(folder.path, "model.safetensors")] : [];
    const { code, stdout, stderr } = await psilonHere([command, path, "--target", "y", "--json", ...out]);
    const error = stderr.replaceAll(`${folder.path}/`, "");
    expect({ code, stdout, error }).toEqual({ code: 2, stdout: "", error: `error: ${sentence}\n` });
    expect(readdirSync(folder.path)).toEqual(["t.csv"]);
  });

  it("suggests the nearest column when the target is absent", async () => {
    const path = folder.write("t.csv", "area,price\n1,2\n3,4\n");
    const { code, stderr } = await psilonHere([command, path, "--target", "prise"]);
    expect({ code, error: stderr.replaceAll(`${folder.path}/`, "") }).toEqual({
      code: 2,
      error: 'error: There is no column "prise" in t.csv; did you mean "price"?\n',
    });
  });

  it("refuses a missing file in one sentence", async () => {
    const { code, stdout, stderr } = await psilonHere([command, "none.csv", "--target", "y"]);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: 'error: There is no file "none.csv"; check its name and its folder.\n',
    });
  });
});
