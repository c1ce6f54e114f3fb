import { existsSync, linkSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadModel } from "psilon";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";

const folder = temporaryFolder();
const cwd = folder.path;
const quick = [
  ...["--target", "y", "--preset", "fast", "--width", "4", "--epochs", "2", "--lambda", "0.001"],
  ...["--threads", "1"],
];

/** y beside a number, and a column whose one stray cell makes it another kind. */
const withStray = (cellOf: (row: number) => string, stray: string, at: number) =>
  `a,x,y\n${Array.from({ length: 60 }, (_, i) => `${(7 * i) % 11},${i === at ? stray : cellOf(i)},${i % 13}\n`).join("")}`;

describe.each([
  ["a maybe among yes and no", (row: number) => (row % 2 ? "yes" : "no"), "maybe"],
  ["a letter among a few numbers", (row: number) => String(1 + (row % 3)), "A"],
  ["a name among names", (row: number) => `n${row % 31}`, "n0"],
])("%s", (_, cellOf, stray) => {
  it("ends neither train nor evaluate, whatever part it is in", async () => {
    for (const at of [0, 17]) {
      folder.write("stray.csv", withStray(cellOf, stray, at));
      const evaluated = await psilon(["evaluate", "stray.csv", ...quick, "--folds", "4", "--json"], { cwd });
      expect(evaluated).toMatchObject({ code: 0, stdout: expect.stringContaining('"splits":4') });
      const trained = await psilon(["train", "stray.csv", ...quick, "--out", "stray.st"], { cwd });
      expect(trained).toMatchObject({ code: 0, stdout: expect.stringContaining("saved     stray.st") });
    }
  });
});

describe("what the test rows lack is said before anything is trained", () => {
  const refused = async (...argv: readonly string[]) => {
    const { code, stdout, stderr } = await psilon([...argv, ...quick], { cwd });
    expect([code, stdout]).toEqual([2, ""]);
    // Notes on the table come before.
    const [, error] = /^(?:note: [^\n]*\n)*(error: [^\n]*\n)$/.exec(stderr) ?? expect.fail(stderr);
    return error;
  };

  it("by train, of a number that is text in the other table", async () => {
    folder.write(
      "learn.csv",
      withStray((row) => String(row), "0", 0),
    );
    folder.write(
      "test.csv",
      withStray((row) => String(row), "many", 3),
    );
    expect(await refused("train", "learn.csv", "--test", "test.csv", "--out", "none.st")).toMatch(
      'Column "x" of test.csv holds numbers, but row 5 has "many"',
    );
    expect(existsSync(join(cwd, "none.st"))).toBe(false);
  });

  it("by train, of a table that is the one learned from, under whatever name", async () => {
    folder.write(
      "learn.csv",
      withStray((row) => String(row), "0", 0),
    );
    if (!existsSync(join(cwd, "linked.csv"))) linkSync(join(cwd, "learn.csv"), join(cwd, "linked.csv"));
    expect(await refused("train", "learn.csv", "--test", "linked.csv")).toMatch(
      "the table that is learned from",
    );
    expect(await refused("train", "sample:cars", "--test", "sample:cars")).toMatch(
      "the table that is learned from",
    );
  });

  it("by evaluate, of the last split as of the first", async () => {
    folder.write("gaps.csv", "a,y\n1,1\n2,2\n3,3\n4,4\n5,\n6,\n");
    folder.write("splits.json", '{"test": [[0, 1], [4, 5]]}');
    expect(await refused("evaluate", "gaps.csv", "--splits", "splits.json")).toBe(
      "error: Split 2 tests no row of gaps.csv that has a value to predict (y); fill one in, or give it other test rows.\n",
    );
    // The second split trains on rows among which the column does not vary.
    folder.write(
      "flat.csv",
      `a,y\n${Array.from({ length: 12 }, (_, i) => `${i < 4 ? i : 7},${i % 5}\n`).join("")}`,
    );
    folder.write("splits.json", '{"test": [[8, 9], [0, 1, 2, 3]]}');
    expect(await refused("evaluate", "flat.csv", "--splits", "splits.json")).toMatch("(8 of its 12 rows)");
  });
});

describe("an interruption while a linear model is fitted", () => {
  const rows = Array.from(
    { length: 3000 },
    (_, i) => `a${(i * 37) % 450},b${(i * 101) % 449},${((i * 37) % 450) + ((i * 101) % 449)}\n`,
  );

  it.each(["SIGINT", "SIGTERM"] as const)(
    "by %s leaves the whole model, and no score beside it",
    async (signal) => {
      folder.write("wide.csv", `a,b,y\n${rows.join("")}`);
      const out = `${signal}.st`;
      const { code, stdout } = await psilon(["train", "wide.csv", ...quick, "--out", out], {
        cwd,
        interrupt: /linear model/,
        signal,
      });
      expect(code).toBe(130);
      expect(stdout).toMatch(/^ridge regression( +–){6}$/m);
      expect(stdout).toMatch(new RegExp(`^saved     ${out}$`, "m"));
      const { record } = loadModel(Uint8Array.from(readFileSync(join(cwd, out))), out);
      expect(record.interrupted).toBe(false);
      expect(record.validation).toMatchObject({ linear: null, constant: { rmse: expect.any(Number) } });
      expect(readdirSync(cwd).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    },
  );
});

it("learns from text of however many values, the most frequent ones apart", async () => {
  const lines = Array.from({ length: 2600 }, (_, i) => `id${i % 1300},${i % 17},${i % 5}\n`);
  folder.write("ids.csv", `id,a,y\n${lines.join("")}`);
  const { code, stdout } = await psilon(["train", "ids.csv", ...quick, "--out", "ids.st"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^data +y from 2 columns of ids\.csv$/m);
  const { schema } = loadModel(Uint8Array.from(readFileSync(join(cwd, "ids.st"))), "ids.st");
  const [id] = schema.columns;
  expect(id).toMatchObject({ kind: "categorical", rest: { categories: expect.any(Number) } });
  expect(id.kind === "categorical" && id.categories.length).toBe(1000);
});

it.each<[what: string, contents: string, summary: RegExp]>([
  [
    "a class with one row",
    "a,y\n1,no\n2,no\n3,maybe\n4,no\n5,yes\n6,yes\n",
    /^data +y from 1 column of odd\.csv\n +5 rows: 5 to learn from$[\s\S]*^left out +the only row of the class "maybe"$/m,
  ],
  [
    "a column without values",
    "a,b c,y\n1,,1\n2,,2\n3,,4\n",
    /^data +y from 1 column of odd\.csv\n +3 rows: 3 to learn from$[\s\S]*^left out +column "b c": it has no values$/m,
  ],
  [
    "more columns than rows",
    "a,b,c,d,y\n1,2,3,4,5\n2,3,4,5,6\n4,3,2,1,0\n",
    /^data +y from 4 columns of odd\.csv\n +3 rows: 3 to learn from$/m,
  ],
])("%s does not end train", async (_, contents, summary) => {
  folder.write("odd.csv", contents);
  const trained = await psilon(["train", "odd.csv", ...quick, "--holdout", "0", "--out", "odd.st"], { cwd });
  expect(trained).toMatchObject({ code: 0, stdout: expect.stringMatching(summary) });
});
