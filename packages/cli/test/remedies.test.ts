import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError, type Problem } from "psilon";
import { describe, expect, it } from "vitest";
import { inOptions, remedies } from "../src/remedies.js";

const said = (problem: Problem) => inOptions(new InputError(problem));

describe("An error on the command line", () => {
  it.each<[string, Problem, string]>([
    [
      "a column with the option that declares it",
      {
        code: "mostly-numbers",
        found: 'Column "a" of t.csv holds numbers, but row 19 has "1O"',
        where: { source: "t.csv", column: "a", row: 19 },
        value: "1O",
        remedy: 'correct the value, or declare the column "categorical" if it is meant so',
      },
      'Column "a" of t.csv holds numbers, but row 19 has "1O"; correct the value, or leave it empty if it is missing, or declare it with --column a=categorical if it is meant so.',
    ],
    [
      "dressed numbers with how to write them, or the option that declares them",
      {
        code: "looks-like-numbers",
        found: 'Column "a" of t.csv looks like numbers, but row 2 has "$5"',
        where: { source: "t.csv", column: "a", row: 2 },
        value: "$5",
      },
      'Column "a" of t.csv looks like numbers, but row 2 has "$5"; write them plainly, such as 1234.5, or declare it with --column a=categorical if it is meant so.',
    ],
    [
      "a column's name as one word of a shell",
      {
        code: "too-many-categories",
        found:
          'Column "b c" of t.csv has 1200 different text values, more than the 1000 that can become inputs',
        where: { source: "t.csv", column: "b c" },
        remedy: 'leave it out by declaring it "ignore"',
      },
      "Column \"b c\" of t.csv has 1200 different text values, more than the 1000 that can become inputs; leave it out with --column 'b c=ignore'.",
    ],
    [
      "any columns with a place for their names",
      {
        code: "too-many-columns",
        found: "There are 4 feature columns but only 3 rows with a target in t.csv, too few to learn from",
        where: { source: "t.csv" },
        remedy: 'add rows, or leave columns out by declaring them "ignore"',
      },
      "There are 4 feature columns but only 3 rows with a target in t.csv, too few to learn from; add rows, or leave columns out with --column <name>=ignore.",
    ],
    [
      "a new category with the option of `psilon predict` after the question whether another was meant",
      {
        code: "unknown-category",
        found: 'Row 3 of new.csv has "lift" in column "c", a category that the model was not trained on',
        where: { source: "new.csv", column: "c", row: 3 },
        value: "lift",
        remedy: 'did you mean "left"?',
      },
      'Row 3 of new.csv has "lift" in column "c", a category that the model was not trained on; did you mean "left"? With --unseen zeros, "psilon predict" counts it as none of the known ones.',
    ],
    [
      "a new category with the same after the list of those known",
      {
        code: "unknown-category",
        found: 'Row 3 of new.csv has "up" in column "c", a category that the model was not trained on',
        remedy: 'there are "left", "right"',
      },
      'Row 3 of new.csv has "up" in column "c", a category that the model was not trained on; there are "left", "right". With --unseen zeros, "psilon predict" counts it as none of the known ones.',
    ],
    [
      "what needs no option as it is",
      { code: "no-rows", found: "There are no rows in t.csv", remedy: "add some" },
      "There are no rows in t.csv; add some.",
    ],
  ])("names %s", (_, problem, sentence) => {
    expect(said(problem)).toBe(sentence);
  });

  it("keeps the remedy that the command line gave it", () => {
    const folder = fileURLToPath(new URL("../src", import.meta.url));
    const own = (readdirSync(folder, { recursive: true }) as string[])
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => [...readFileSync(join(folder, file), "utf8").matchAll(/\bcode: "([a-z-]+)"/g)])
      .map(([, code]) => code);
    expect(own).toContain("missing-argument");
    expect(own.filter((code) => code in remedies)).toEqual([]);
  });
});
