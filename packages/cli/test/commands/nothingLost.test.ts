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
    expect(stderr).toMatch(/^error: [^\n]*\n$/);
    return stderr;
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

it("leaves text of more values than can become inputs out, and says so", async () => {
  const lines = Array.from({ length: 2600 }, (_, i) => `id${i % 1300},${i % 17},${i % 5}\n`);
  folder.write("ids.csv", `id,a,y\n${lines.join("")}`);
  const { code, stdout } = await psilon(["train", "ids.csv", ...quick, "--out", "ids.st"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^left out {2}column "id": it has 1\d{3} different text values, more than the 1000 that can become inputs$/m,
  );
});
