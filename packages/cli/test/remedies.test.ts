import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError, type Problem, type ProblemCode, problemCodes } from "psilon";
import { describe, expect, it } from "vitest";
import { inOptions, remedies } from "../src/remedies.js";

const said = (problem: Problem) => inOptions(new InputError(problem));

const sources = (path: string): string[] => {
  const folder = fileURLToPath(new URL(path, import.meta.url));
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(folder, file), "utf8"));
};

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
        code: "without-order",
        found:
          'Predictions were asked to be monotone in "b c", but its values are categories and have no order',
        where: { column: "b c" },
        remedy: "declare it numeric if they are numbers, or ordered with its levels if they have an order",
      },
      "Predictions were asked to be monotone in \"b c\", but its values are categories and have no order; train with --column 'b c=numeric' if they are numbers, or say their order with --ordered.",
    ],
    [
      "a target of too few classes with the option in its question",
      {
        code: "no-classes",
        found: 'The target "y" of t.csv has 9 different values but none that stands in two rows or more',
        where: { source: "t.csv", column: "y" },
        remedy: "is it the right column, or one of numbers to be declared so?",
      },
      'The target "y" of t.csv has 9 different values but none that stands in two rows or more; is it the right column, or one of numbers to be declared so with --column y=numeric?',
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
      'Row 3 of new.csv has "lift" in column "c", a category that the model was not trained on; did you mean "left"? With --unseen zeros it counts as none of the known ones.',
    ],
    [
      "a new category with the same after the list of those known",
      {
        code: "unknown-category",
        found: 'Row 3 of new.csv has "up" in column "c", a category that the model was not trained on',
        remedy: 'there are "left", "right"',
      },
      'Row 3 of new.csv has "up" in column "c", a category that the model was not trained on; there are "left", "right". With --unseen zeros it counts as none of the known ones.',
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
    const own = sources("../src")
      .flatMap((text) => [...text.matchAll(/\bcode: "([a-z-]+)"/g)])
      .map(([, code]) => code);
    expect(own).toContain("missing-argument");
    expect(own.filter((code) => code in remedies)).toEqual([]);
  });

  it("names the option wherever the library tells to declare something", () => {
    const isCode = (text: string): text is ProblemCode => (problemCodes as readonly string[]).includes(text);
    const told = sources("../../psilon/src").flatMap((text) =>
      [...text.matchAll(/(["'`])([^\n]*\bdeclar(?:e|ed|ing)\b[^\n]*)\1,?$/gm)].map((match) => {
        const code = [...text.slice(0, match.index).matchAll(/"([a-z-]+)"/g)]
          .map(([, name]) => name)
          .findLast(isCode);
        return { code, remedy: match[2] };
      }),
    );
    expect(told.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["mostly-numbers", "looks-like-numbers", "no-classes", "without-order"]),
    );
    for (const { code, remedy } of told) {
      const sentence = said({ code: code ?? "unsuitable", found: "Found", where: { column: "a" }, remedy });
      expect(sentence, remedy).toMatch(/^Found; .*--column a=/);
    }
  });
});
