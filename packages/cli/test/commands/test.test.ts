import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { psilon } from "../support/psilon.js";
import { trainSmall } from "../support/smallModels.js";
import { smallCsv } from "../support/tables.js";

const folder = temporaryFolder();
const cwd = folder.path;
const lines = smallCsv().trimEnd().split("\n");
const labels = lines[0].split(",");

/** The small table with another cell in some rows of a column. */
const withCells = (column: string, cell: (row: number) => string | null) =>
  lines
    .map((line, i) => {
      const cells = line.split(",");
      const other = i === 0 ? null : cell(i - 1);
      if (other !== null) cells[labels.indexOf(column)] = other;
      return cells.join(",");
    })
    .join("\n");

beforeAll(async () => {
  folder.write("data.csv", smallCsv());
  await trainSmall(cwd, "y", "kind");
});

const test = (...argv: readonly string[]) => psilon(["test", ...argv], { cwd });

describe("psilon test", () => {
  it("scores a saved model on numbers by every metric, with intervals, beside the mean and what is known of a linear model", async () => {
    folder.write(
      "near.csv",
      withCells("y", (row) => (row === 9 ? "0" : null)),
    );
    const { code, stdout, stderr } = await test("y.safetensors", "near.csv", "--seed", "7");
    expect([code, stderr]).toEqual([0, "Drawing resamples\n"]);
    const figures = String.raw`( +-?[\d.e-]+)`;
    const interval = String.raw` +-?[\d.e-]+ … -?[\d.e-]+`;
    for (const line of [
      /^data {7}y of near\.csv$/m,
      /^tested {5}on 60 rows$/m,
      /^intervals {2}95 %, by 1,000 resamples of the rows, seed 7$/m,
      /^ +PSiLON Net +95 % interval +constant$/m,
      ...["RMSE", "MAE", "R²", "median absolute error"].map(
        (name) => new RegExp(`^${name}${figures}${interval}${figures}$`, "m"),
      ),
      new RegExp(`^rank correlation${figures}${interval} +–$`, "m"),
      /^no MAPE: a true value is 0, or within a hundredth of their median size of it$/m,
      /^constant {2}the mean of the rows that the model was trained on$/m,
      /^linear {4}on the \d+ rows held out in training: ridge regression RMSE [\d.]+, MAE [\d.]+, R² [\d.-]+$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    expect((await test("y.safetensors", "near.csv", "--seed", "7")).stdout).toBe(stdout);
    expect((await test("y.safetensors", "near.csv", "--seed", "8")).stdout).not.toBe(stdout);
    const far = lines.filter(
      (line, i) => i === 0 || Math.abs(Number(line.split(",")[labels.indexOf("y")])) > 0.5,
    );
    folder.write("far.csv", far.join("\n"));
    expect((await test("y.safetensors", "far.csv")).stdout).toMatch(
      /^MAPE +[\d.]+ % +[\d.]+ % … [\d.]+ % +[\d.]+ %$/m,
    );
  });

  it("tells of classes each one's figures and the confusion matrix, as JSON with all of them and no NaN", async () => {
    folder.write(
      "some.csv",
      withCells("kind", (row) => (row < 5 ? "" : null)),
    );
    const { code, stdout } = await test("kind.safetensors", "some.csv");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tested {5}on 55 rows; 5 without a value of the target left out$/m);
    expect(stdout).toMatch(/^class +precision +recall +F1 +average precision +rows$/m);
    expect(stdout).toMatch(/^macro average .* 55$/m);
    expect(stdout).toMatch(/^true class, by what was predicted +high +low$/m);
    const { stdout: json } = await test("kind.safetensors", "some.csv", "--json");
    const found = JSON.parse(json);
    expect(found).toMatchObject({
      task: "classification",
      target: ["kind"],
      rows: { read: 60, tested: 55 },
      intervals: { confidence: 0.95, resamples: 1000, seed: 0 },
      notes: [],
    });
    expect(Object.keys(found.metrics)).toEqual([
      "accuracy",
      "balancedAccuracy",
      "auc",
      "logLoss",
      "brierScore",
      "expectedCalibrationError",
    ]);
    const rows: number[] = found.confusion.flat();
    expect(rows.reduce((sum, count) => sum + count)).toBe(55);
    expect((found.confusion[0][0] + found.confusion[1][1]) / 55).toBeCloseTo(
      found.metrics.accuracy.value,
      12,
    );
    expect(found.classes.map(({ name }: { name: string }) => name)).toEqual(["high", "low"]);
    expect(found.baselines.constant.auc).toBe(0.5);
    expect(found.baselines.validation.linear.accuracy).toBeGreaterThan(0);
  });

  it("says why a metric is missing, and where intervals are not to be relied on", async () => {
    const high = lines.slice(1).filter((line) => line.split(",")[labels.indexOf("kind")] === "high");
    folder.write("high.csv", [lines[0], ...high.slice(0, 6)].join("\n"));
    const { code, stdout } = await test("kind.safetensors", "high.csv");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^AUC +– +– +–$/m);
    expect(stdout).toContain('\nno AUC: every row is of the class "high"\nno row is of the class "low"\n');
    expect(stdout).toMatch(/^intervals are too narrow for classes of few rows: "high" \(6\)$/m);
  });

  it("takes new categories as predict does, and notes them", async () => {
    folder.write(
      "new.csv",
      withCells("c", (row) => (row < 2 ? "violet" : null)),
    );
    const refused = await test("y.safetensors", "new.csv");
    expect([refused.code, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toMatch(/^error: .*"violet"/);
    const { code, stderr } = await test("y.safetensors", "new.csv", "--unseen", "zeros");
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^note: Column "c" has 2 values that no training row had; each counts as none of the known categories\.\n/,
    );
  });

  it.each([
    [
      "a label that the model never saw",
      withCells("kind", (row) => (row === 3 ? "middle" : null)),
      /^error: Row 5 of bad\.csv has the class "middle" in column "kind", which the model does not know; there are "high", "low"\.\n$/,
    ],
    [
      "a table without any label",
      withCells("kind", () => ""),
      /^error: No row of bad\.csv has a value of the target kind, so there is nothing to score\.\n$/,
    ],
    [
      "a table without the target",
      withCells("kind", () => null).replace("kind", "sort"),
      /^error: There is no column "kind" in bad\.csv; [^\n]+\n$/,
    ],
  ])("refuses %s in one sentence", async (_, table, sentence) => {
    folder.write("bad.csv", table);
    const { code, stdout, stderr } = await test("kind.safetensors", "bad.csv");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(sentence);
  });
});
