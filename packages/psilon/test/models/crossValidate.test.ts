import { describe, expect, test } from "vitest";
import { createBackend } from "../../src/engine/backend/backend.ts";
import { runInProcess } from "../../src/fit/runner.ts";
import { crossValidate } from "../../src/models/crossValidate.ts";
import { evaluationSplits } from "../../src/models/evaluationSplits.ts";
import { predictTable, testTable } from "../../src/models/predictTable.ts";
import { scoreBaselines } from "../../src/models/scoreBaselines.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { mixedTable, quick, refusal } from "../support/synthetic.ts";

const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
const numbers = mixedTable(90, ["value"]);
const classes = mixedTable(90, ["kind"]);
const fast = { ...quick, width: 8, epochs: 6 };

describe("Cross-validation", () => {
  test("trains on each train part, scores its test part, and sums up", async () => {
    const { task, splits, metrics, baselines, predictions } = await crossValidate(numbers, "value", {
      ...fast,
      folds: 3,
    });
    expect([task, splits.length, predictions]).toEqual(["regression", 3, null]);
    const drawn = evaluationSplits(numbers, "value", { folds: 3 });
    for (const [k, { train, test, model, scores, linear, constant }] of splits.entries()) {
      expect({ train, test }).toEqual(drawn[k]);
      const own = await trainModel(numbers, "value", { ...fast, rows: train });
      expect(model.members).toEqual(own.members);
      expect(scores).toEqual(testTable(backend, own, numbers, test).scores.metrics);
      const parts = [train, test].map((rows) => ({ frame: numbers, rows }));
      expect({ linear, constant }).toEqual(await scoreBaselines(own, parts[0], parts[1]));
    }
    const rmseOf = (scores: object) => (scores as { rmse: number }).rmse;
    const rmses = splits.map(({ scores }) => rmseOf(scores));
    expect(metrics.rmse!.perSplit).toEqual(rmses);
    expect(metrics.rmse!.mean).toBeCloseTo((rmses[0] + rmses[1] + rmses[2]) / 3, 12);
    const linear = splits.map((split) => rmseOf(split.linear!));
    expect(baselines.linear.rmse!.perSplit).toEqual(linear);
    expect(baselines.constant.rmse!.perSplit).toHaveLength(3);
  });

  test("takes no comfort from repeats: their error is that of one time", async () => {
    const once = await crossValidate(numbers, "value", { ...fast, epochs: 2, folds: 2 });
    const twice = await crossValidate(numbers, "value", { ...fast, epochs: 2, folds: 2, repeats: 2 });
    const { perSplit, mean, stderr } = twice.metrics.rmse!;
    expect(perSplit.slice(0, 2)).toEqual(once.metrics.rmse!.perSplit);
    const squares = perSplit.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    // Over two folds, with the deviation among four splits.
    expect(stderr).toBeCloseTo(Math.sqrt(squares / 3 / 2), 12);
  });

  test("hands over what was predicted for rows that were not seen, each once, of repeats the mean", async () => {
    const { splits, predictions } = await crossValidate(classes, "kind", {
      ...fast,
      folds: 2,
      repeats: 2,
      predictions: true,
    });
    if (predictions?.task !== "classification") throw new Error("Classes were to be told apart.");
    expect(predictions.rows).toEqual(Int32Array.from({ length: 90 }, (_, row) => row));
    expect(predictions.classes).toEqual(["high", "low", "middle"]);
    const row = 17;
    const own = splits.filter(({ test }) => test.includes(row));
    expect(own).toHaveLength(2);
    const shares = own.map(({ model }) => {
      const predicted = predictTable(backend, model, classes, Int32Array.of(row));
      return predicted.task === "classification" ? predicted.probabilities : new Float64Array();
    });
    for (let k = 0; k < 3; k++) {
      expect(predictions.probabilities[row * 3 + k]).toBeCloseTo((shares[0][k] + shares[1][k]) / 2, 5);
    }
    const [{ tested, test }] = splits;
    expect(tested?.truth).toHaveLength(test.length);
  });

  test("leaves rows that no window tests out of the predictions", async () => {
    const { predictions, splits } = await crossValidate(numbers, "value", {
      ...fast,
      epochs: 2,
      folds: 2,
      timeColumn: "length",
      predictions: true,
    });
    expect(predictions?.rows.length).toBe(splits[0].test.length + splits[1].test.length);
    expect(splits[1].model.encoder.columns.map(({ name }) => name)).not.toContain("length");
    expect(splits[1].model.record.control).toEqual({ timeColumn: "length" });
  });

  test("tells how far it is, and stops when it is told to", async () => {
    const told: number[] = [];
    const controller = new AbortController();
    const stopping = crossValidate(numbers, "value", {
      ...fast,
      folds: 3,
      signal: controller.signal,
      onProgress: ({ split, splits, done }) => {
        told.push(done);
        expect(splits).toBe(3);
        if (split === 1) controller.abort(new Error("enough"));
      },
    });
    await expect(stopping).rejects.toThrow("enough");
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told[told.length - 1]).toBeLessThan(1);
  });

  test("refuses what nobody could hear, and what neither asks for predictions nor does not", async () => {
    for (const [option, needed] of [
      ["onProgress", "a function"],
      ["predictions", "true or false"],
    ]) {
      expect(await refusal(() => crossValidate(classes, "kind", { ...fast, [option]: 5 }))).toBe(
        `The option "${option}" is the number 5, but ${needed} is needed.`,
      );
    }
  });

  test("knows its own options beside those of training, and tests on no other table", async () => {
    const refused = (options: object) =>
      refusal(() => crossValidate(classes, "kind", { ...fast, ...options }));
    expect(await refused({ fold: 3 })).toBe('There is no option "fold"; did you mean "folds"?');
    expect(await refused({ epoch: 3 })).toBe('There is no option "epoch"; did you mean "epochs"?');
    expect(await refused({ test: { frame: classes, rows: Int32Array.of(0) } })).toBe(
      "Cross-validation tests on parts of the table that it trains on, and takes no other one as `test`; leave it out, or say by `testRows` which rows each split is tested on.",
    );
  });

  test("refuses before the first step what a later split would be refused for", async () => {
    let runs = 0;
    const sentence = await refusal(() =>
      crossValidate(classes, "kind", {
        ...fast,
        testRows: [[0], []],
        run: (jobs, hooks) => {
          runs++;
          return runInProcess(jobs, hooks);
        },
      }),
    );
    expect(sentence).toBe("Split 2 has no test rows.");
    expect(runs).toBe(0);
  });
});
