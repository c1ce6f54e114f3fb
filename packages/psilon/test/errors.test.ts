import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { InputError, type Problem, problemCodes } from "../src/errors.ts";
import { suggestion } from "../src/names.ts";

const found = 'There is no column "hight" in t.csv';

describe("An error", () => {
  test.each<[string, Omit<Problem, "code">, string]>([
    ["is what was found where nothing is to be said", { found }, `${found}.`],
    ["goes on with its remedy", { found, remedy: "name another" }, `${found}; name another.`],
    ["ends in a question", { found, remedy: 'did you mean "height"?' }, `${found}; did you mean "height"?`],
    ["ends in a mark under a query", { found: "It is not SQL\nSELEC 1\n^" }, "It is not SQL\nSELEC 1\n^"],
  ])("%s", (_, said, sentence) => {
    expect(new InputError({ code: "unknown-column", ...said }).message).toBe(sentence);
  });

  test("names what is too long to be read by its beginning, but a file in full", () => {
    const [long, other] = ["x".repeat(1e6), `a ${"b ".repeat(1e5)}`];
    const path = `folder/${"n".repeat(2000)}`;
    const error = new InputError({
      code: "unknown-column",
      found: `There is no column "${long}" in "${path}", where "y" and "${other}" are, nor ${long} in ${path}`,
      where: { source: path },
    });
    const short = `${"x".repeat(80)}…`;
    expect(error.message).toBe(
      `There is no column "${short}" in "${path}", where "y" and "${other.slice(0, 80)}…" are, nor ${short} in ${path}.`,
    );
    expect(error.problem.found).toContain(long);
  });

  test("is data, from which another thread can make it again", () => {
    const problem: Problem = {
      code: "not-a-number",
      found,
      where: { source: "t.csv", column: "height", row: 3 },
      value: "tall",
      remedy: "correct the value",
    };
    const error = new InputError(problem);
    expect(error.problem).toEqual(problem);
    expect(new InputError(structuredClone(error.problem))).toEqual(error);
  });
});

describe("Codes", () => {
  const sources = ["../src", "../../cli/src"].flatMap((path) => {
    const folder = fileURLToPath(new URL(path, import.meta.url));
    // Warnings have codes of their own.
    return (readdirSync(folder, { recursive: true }) as string[])
      .filter((file) => file.endsWith(".ts") && !/^describe\b|^warnings\b/.test(file))
      .map((file) => readFileSync(join(folder, file), "utf8"));
  });
  const thrown = sources.flatMap((text) =>
    // A choice between two codes has both of them up to the comma. What several errors have in common may be added by a function.
    [
      ...text.matchAll(
        /\b(?:code: |(?:refuse|problem|unreadNumber)\((?:\s*column,\s*row,)?\s*)([^,})]*"[^,})]*)/g,
      ),
    ].flatMap(([, said]) => [...said.matchAll(/"([a-z-]+)"/g)].map(([, code]) => code)),
  );

  test("are listed once each", () => {
    expect(new Set(problemCodes).size).toBe(problemCodes.length);
  });

  test("of every error in the library and the command line are in the list", () => {
    expect(thrown).toEqual(expect.arrayContaining(["unknown-option", "out-of-range"]));
    expect(thrown.filter((code) => !(problemCodes as readonly string[]).includes(code))).toEqual([]);
  });

  test("in the list are those of errors that are thrown", () => {
    expect(problemCodes.filter((code) => !thrown.includes(code))).toEqual([]);
  });
});

describe("What is suggested for a name that is not there", () => {
  test.each([
    ["the nearest name", "hight", ["weight", "height"], 'did you mean "height"?'],
    ["all names where none is near", "x", ["height", "weight"], 'there are "height", "weight"'],
    ["that there are none", "x", [], "there are none at all"],
  ])("is %s", (_, name, names, remedy) => {
    expect(suggestion(name, names)).toBe(remedy);
  });

  test("is a dozen of many names", () => {
    const names = Array.from({ length: 15 }, (_, k) => `column ${k}`);
    expect(suggestion("x", names)).toMatch(/^there are "column 0", .*"column 11" and 3 more$/);
  });
});
