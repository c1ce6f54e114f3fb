import { InputError } from "psilon";
import { describe, expect, it } from "vitest";
import { parseAlone, parseColumns, parseMoves } from "../src/moves.js";

const columns = ["Age", "b,c", "b", "c", "sex", "x=y"];

describe("--move", () => {
  it.each([
    [["age=2,b=5%,sex=any"], { Age: { by: 2 }, b: { percent: 5 }, sex: "any" }],
    [["age = .5e1 %", "sex=any"], { Age: { percent: 5 }, sex: "any" }],
    [["b,c=2,b=1"], { "b,c": { by: 2 }, b: { by: 1 } }],
    [["age=+1,b=-5%"], { Age: { by: 1, only: "up" }, b: { percent: 5, only: "down" } }],
    [["age=-Infinity,b=+.5e-1 %"], { Age: { by: Infinity, only: "down" }, b: { percent: 0.05, only: "up" } }],
    [["AGE=1,b,c=any,x=y=Infinity"], { Age: { by: 1 }, "b,c": "any", "x=y": { by: Infinity } }],
  ])("%j names columns as --monotone does", (texts, moves) => {
    expect(parseMoves(texts, columns)).toEqual(moves);
  });

  it.each([
    "age=%",
    "age=+",
    "age=--1",
    "age=+any",
    "age= ",
    "age=",
    "age=0x10",
    "age=1e",
    "age=two",
    "age",
    "=2",
    "",
  ])('refuses "%s" in a sentence', (text) => {
    expect(() => parseMoves([text], columns)).toThrow(InputError);
    expect(() => parseMoves([text], columns)).toThrow(
      `The option --move takes columns with how far they may move, such as age=2,income=5%,sex=any, but "${text}" was given.`,
    );
  });

  it("refuses a column that is named twice, in whatever case", () => {
    expect(() => parseMoves(["age=1,AGE=2"], columns)).toThrow('names the column "Age" twice');
  });
});

describe("--fair", () => {
  it.each([
    [["sex,age=2"], { sex: "any", Age: { by: 2 } }],
    [["SEX", "age=5%"], { sex: "any", Age: { percent: 5 } }],
    [["b,c"], { "b,c": "any" }],
    [["b,c=2"], { "b,c": { by: 2 } }],
    [["x=y"], { "x=y": "any" }],
    [["x=y=3, nobody"], { "x=y": { by: 3 }, nobody: "any" }],
  ])("%j names columns, to any value where nothing else is said", (texts, moves) => {
    expect(parseAlone(texts, columns)).toEqual(moves);
  });

  it("refuses what is no amount, and a column that is named twice", () => {
    expect(() => parseAlone(["age=two"], columns)).toThrow(
      /^The option --fair takes columns .*"age=two" was given/,
    );
    expect(() => parseAlone(["sex,sex=any"], columns)).toThrow(
      'The option --fair names the column "sex" twice',
    );
  });
});

describe("--fixed", () => {
  it.each([
    [
      ["age, sex", "B"],
      ["Age", "sex", "b"],
    ],
    [["b,c"], ["b,c"]],
    [
      ["b", "c,sex"],
      ["b", "c", "sex"],
    ],
  ])("%j names columns as a list, or one by its whole name", (texts, names) => {
    expect(parseColumns(texts, columns)).toEqual(names);
  });
});
