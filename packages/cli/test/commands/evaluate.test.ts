import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { quick } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;

folder.write("data.csv", smallCsv());

describe("psilon evaluate", () => {
  it("reports mean, standard error and every split, beside the baselines", async () => {
    folder.write(
      "splits.json",
      '{"test": [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [50, 51, 52, 53, 54, 55, 56, 57, 58, 59]]}',
    );
    const { code, stdout } = await psilon(
      ["evaluate", "data.csv", "--target", "y", "--splits", "splits.json", ...quick, "--json"],
      { cwd },
    );
    expect(code).toBe(0);
    const { task, metrics, baselines, seconds } = JSON.parse(stdout);
    expect({ task, splits: metrics.rmse.perSplit.length }).toEqual({ task: "regression", splits: 2 });
    const [first, second] = metrics.rmse.perSplit;
    expect(metrics.rmse.mean).toBeCloseTo((first + second) / 2, 12);
    expect(metrics.rmse.stderr).toBeCloseTo(Math.abs(first - second) / 2, 12);
    expect(metrics.rmse.mean).toBeLessThan(baselines.constant.rmse.mean);
    expect(seconds).toBeGreaterThan(0);
  });

  it("cuts the rows into folds itself", async () => {
    const { code, stdout, stderr } = await psilon(
      ["evaluate", "data.csv", "--target", "kind", "--folds", "3", ...quick],
      { cwd },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +accuracy +balanced accuracy +log loss +AUC$/m);
    expect(stdout).toMatch(/^PSiLON Net( +[\d.]+ ± [\d.e-]+){4}$/m);
    expect(stdout.match(/^[123]( +[\d.]+){4} +0\.001 +[\d.]+$/gm)).toHaveLength(3);
    expect(stderr).toBe("Split 1 of 3\nSplit 2 of 3\nSplit 3 of 3\n");
  });

  it("keeps rows of one group together, draws folds anew, and says so", async () => {
    const asked = ["evaluate", "data.csv", "--target", "y", "--groups", "a", "--folds", "2", ...quick];
    const { code, stdout } = await psilon([...asked, "--repeats", "2", "--epochs", "2", "--json"], { cwd });
    expect(code).toBe(0);
    const { splits, repeats, groups, metrics } = JSON.parse(stdout);
    expect({ splits, repeats, groups }).toEqual({ splits: 4, repeats: 2, groups: "a" });
    expect(metrics.rmse.perSplit).toHaveLength(4);
  });

  it.each([
    [["--splits", "s.json", "--repeats", "2"], "The options --splits and --repeats both say how to split"],
    [["--groups", "kind", "--time-column", "y"], "Rows cannot be held out both by the groups"],
    [["--groups", "knid"], 'There is no column "knid"'],
    [["--groups", "kind", "--folds", "3"], "from 2 to the number of groups, 2, but 3 was given"],
    [
      ["--time-limit", "soon"],
      'The option --time-limit takes a time above 0, as in 90, 90s, 5m or 1h, but "soon"',
    ],
  ])("refuses %s in a sentence", async (more, sentence) => {
    const { code, stdout, stderr } = await psilon(["evaluate", "data.csv", "--target", "y", ...more], {
      cwd,
    });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
  });

  it("tells precision, recall and F1 of every class, and who was taken for whom, when asked", async () => {
    const asked = ["evaluate", "data.csv", "--target", "kind", "--folds", "3", ...quick, "--per-class"];
    const { stdout } = await psilon([...asked, "--json"], { cwd });
    const { perClass, metrics, calibration } = JSON.parse(stdout);
    expect(calibration).toBeUndefined();
    const counts: number[][] = perClass.confusion;
    const names = perClass.classes.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["high", "low"]);
    // The folds are of twenty rows each, so that the shares are those of all rows.
    expect(counts.flat().reduce((sum, rows) => sum + rows)).toBe(60);
    expect((counts[0][0] + counts[1][1]) / 60).toBeCloseTo(metrics.accuracy.mean, 12);
    const [high] = perClass.classes;
    expect(high.support).toBe(counts[0][0] + counts[0][1]);
    expect(high.precision).toBeCloseTo(counts[0][0] / (counts[0][0] + counts[1][0]), 12);
    expect(perClass.macro.f1).toBeCloseTo((high.f1 + perClass.classes[1].f1) / 2, 12);
    const text = (await psilon(asked, { cwd })).stdout;
    expect(text).toMatch(/^Over the test rows of all splits together:$/m);
    expect(text).toMatch(/^class +precision +recall +F1 +rows\nhigh( +[\d.]+){4}\nlow( +[\d.]+){4}\n/m);
    expect(text).toMatch(/^macro average( +[\d.]+){3} +60\nweighted average( +[\d.]+){3} +60$/m);
    expect(text).toMatch(new RegExp(`^high +${counts[0][0]} +${counts[0][1]}$`, "m"));
  });

  it("tells how far probabilities and numbers can be taken at their word, when asked", async () => {
    const asked = ["evaluate", "data.csv", "--folds", "2", ...quick, "--calibration"];
    const classes = await psilon([...asked, "--target", "kind", "--json"], { cwd });
    const { calibration } = JSON.parse(classes.stdout);
    expect(calibration.class).toBe("low");
    const bins: { rows: number; predicted: number; observed: number }[] = calibration.bins;
    expect(bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(60);
    const gaps = bins.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.predicted - bin.observed), 0);
    expect(calibration.expectedCalibrationError).toBeCloseTo(gaps / 60, 12);
    expect(calibration.brierScore).toBeLessThan(0.25);
    const numbers = await psilon([...asked, "--target", "y", "--json"], { cwd });
    const [{ target, bins: means, residuals }] = JSON.parse(numbers.stdout).calibration.targets;
    expect(target).toBe("y");
    expect(means.map(({ rows }: { rows: number }) => rows)).toEqual(new Array(10).fill(6));
    const values = residuals.map(({ value }: { value: number }) => value);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values).toHaveLength(5);
  });

  it("refuses to calibrate quantiles by means", async () => {
    const asked = ["--target", "y", "--quantile", "0.1,0.9", "--calibration"];
    const { code, stdout, stderr } = await psilon(["evaluate", "data.csv", ...asked], { cwd });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error: The option --calibration compares predictions with means, [^\n]+\n$/);
  });

  it("refuses to tell numbers apart as classes, before anything is trained", async () => {
    expect(await psilon(["evaluate", "data.csv", "--target", "y", "--per-class"], { cwd })).toEqual({
      code: 2,
      stdout: "",
      stderr:
        'error: The option --per-class tells classes apart, but "y" is to be predicted as a number; leave it out, or ask for classes with --task classification.\n',
    });
  });

  it.each([
    [
      "that is missing",
      "none.json",
      "",
      'There is no file of splits "none.json"; check its name and its folder.',
    ],
    [
      "that is no JSON",
      "s.json",
      "[",
      'The file of splits "s.json" is not JSON; it should look like {"test": [[0, 7], [3, 4]]}.',
    ],
    [
      "without test rows",
      "s.json",
      "[[1]]",
      'The file of splits "s.json" has no list named "test"; it should look like {"test": [[0, 7], [3, 4]]}.',
    ],
    [
      "with rows that are not there",
      "s.json",
      '{"test": [[60]]}',
      "Split 1 names the test row 60, but the rows are numbered from 0 to 59.",
    ],
  ])("refuses a file of splits %s", async (_, name, contents, sentence) => {
    if (contents !== "") folder.write(name, contents);
    const result = await psilon(["evaluate", "data.csv", "--target", "y", "--splits", name], { cwd });
    expect(result).toEqual({ code: 2, stdout: "", stderr: `error: ${sentence}\n` });
  });

  it("refuses a split that tests a class it does not train on, before anything is trained", async () => {
    folder.write("classes.csv", "x,y\n1,a\n2,a\n3,a\n4,b\n5,b\n6,rare\n7,rare\n");
    folder.write("s.json", '{"test": [[0], [5, 6]]}');
    const result = await psilon(["evaluate", "classes.csv", "--target", "y", "--splits", "s.json"], { cwd });
    expect(result).toEqual({
      code: 2,
      stdout: "",
      stderr:
        'error: Split 2 tests row 5, of the class "rare", but trains on no row of that class; leave one in its train part.\n',
    });
  });
});

describe("a class with few rows", () => {
  it("is refused before any split is trained", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${i < 2 ? "rare" : "ab"[i % 2]}`);
    folder.write("rare.csv", `x,y\n${rows.join("\n")}\n`);
    const args = ["evaluate", "rare.csv", "--target", "y", "--epochs", "2", "--preset", "fast"];
    const result = await psilon([...args, "--folds", "5"], { cwd });
    expect(result).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(
        /^error: Fold \d of 5 trains on one row of the class "rare", and a class needs at least two; merge it with another, or leave its rows out\.\n$/,
      ),
    });
    folder.write("rare.json", '{"test": [[5], [0]]}');
    const { code, stderr } = await psilon([...args, "--splits", "rare.json"], { cwd });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: Split 2 trains on one row of the class "rare"/),
    ]);
  });
});
