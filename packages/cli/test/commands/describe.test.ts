import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { psilonHere } from "../support/psilonHere.js";

const folder = temporaryFolder();

/** 60 rows: an ascending number, a number with a mark for missing values, a date, categories, a copy of the target, text of its own in each row. */
const lines = Array.from({ length: 60 }, (_, i) => {
  const age = i % 12 === 0 ? -999 : 20 + ((i * 7) % 40);
  const y = 10 + ((i * 17) % 30) / 4;
  const day = `2024-${String(1 + (i % 12)).padStart(2, "0")}-03`;
  return `${i + 1},${age},${day},${"abc"[i % 3]},${2 * y},person ${i},x,${y}`;
});
const table = folder.write("people.csv", ["id,age,day,group,double,name,same,y", ...lines].join("\n"));

const describeTable = (...argv: string[]) => psilonHere(["describe", ...argv]);

describe("psilon describe", () => {
  it("shows what each column is, what would be left out and why, and what to look at, with the options that help", async () => {
    const { code, stdout, stderr } = await describeTable(table, "--target", "Y");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const line of [
      /people\.csv: 60 rows, 8 columns$/m,
      /^age +number, -999 … \d+, median [\d.]+\n +▁ +█$/m,
      /^day +date, month, weekday, 2024-01-03 … 2024-12-03\n/m,
      /^group +3 categories, a \(20\), b \(20\), c \(20\)$/m,
      /^y +target, number, 10 … 17\.25, median/m,
      /^left out +name: it has 60 different text values, .*\n +same: every row has the same value, "x"$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    // Sentences go on below.
    const notes = stdout.replace(/\n +/g, " ");
    for (const note of [
      /Column "age" has -999 in 5 rows, far from all its other values \(\d+ to \d+\), .*; if it is one, say so with --missing=-999\. Column/,
      /Column "id" has another whole number in every row, .*; if it is one, leave it out with --ignore id\. Column/,
      /Column "double" alone predicts "y", .* leave it out with --ignore double\.$/m,
    ]) {
      expect(notes).toMatch(note);
    }
  });

  it("prints as JSON what it found, warnings as data among it", async () => {
    const { stdout } = await describeTable(table, "--target", "y", "--json");
    const { rows, task, columns, warnings, notes } = JSON.parse(stdout);
    expect({ rows, task }).toEqual({ rows: { read: 60, used: 60 }, task: "regression" });
    expect(
      columns.map(
        ({ column }: { column: { name: string; role: string } }) => `${column.name} ${column.role}`,
      ),
    ).toEqual([
      "id feature",
      "age feature",
      "day feature",
      "group feature",
      "double feature",
      "name ignored",
      "same ignored",
      "y target",
    ]);
    expect(warnings.map(({ code }: { code: string }) => code)).toEqual([
      "row-number",
      "sentinel",
      "copy-of-target",
    ]);
    expect(notes).toHaveLength(warnings.length);
  });

  it("needs no target, and heeds what is said of reading", async () => {
    const { stdout } = await describeTable(table, "--missing=-999");
    expect(stdout).toMatch(/^age +number, \d+ … \d+, median \d+, 8\.3 % missing$/m);
    expect(stdout).not.toContain("--missing");
    expect(stdout).not.toContain("target");
  });

  it("says how many rows to test on would be copies of rows to learn from", async () => {
    const copies = folder.write(
      "copies.csv",
      ["x,y", ...Array.from({ length: 40 }, (_, i) => `${i % 8},${(i % 8) ** 2 / 3}`)].join("\n"),
    );
    const { stdout } = await describeTable(copies, "--target", "y");
    expect(stdout).toContain("32 of the 40 rows of");
    expect(stdout).toMatch(/8 of the 8 rows to test on are copies of rows to learn from/);
  });

  it("refuses what training refuses, in the same sentence", async () => {
    const { code, stderr } = await describeTable(table, "--target", "yy");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: There is no column "yy" in .*people\.csv; did you mean "y"\?\n$/);
  });
});

describe("The notes of psilon train", () => {
  it("are those of describe, before anything is trained", async () => {
    const { stderr } = await psilon([
      "train",
      table,
      "--target",
      "y",
      "--preset",
      "fast",
      "--epochs",
      "1",
      "--lambda",
      "1e-3",
      "--width",
      "4",
      "--threads",
      "1",
      "--out",
      `${folder.path}/m.safetensors`,
    ]);
    const [first] = stderr.split("\n");
    expect(first).toMatch(/^note: Column "id" has another whole number in every row/);
    expect(stderr).toContain("--missing=-999");
    expect(stderr).toContain("--ignore double");
  });
});
