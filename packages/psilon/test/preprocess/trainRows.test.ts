import { describe, expect, test } from "vitest";
import type { TrainingJob } from "../../src/fit/job.ts";
import { runInProcess } from "../../src/fit/runner.ts";
import { PsilonRegressor } from "../../src/models/estimators.ts";
import { saveModel } from "../../src/models/modelFile.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { writtenOut } from "../../src/preprocess/inputs.ts";
import { rowsToLearnFrom, targetsOf, trainRows } from "../../src/preprocess/trainRows.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { valueAt } from "../../src/tables/values.ts";
import { allRows, asFile } from "../support/csv.ts";
import { mixedTable, quick, refusal, withCells } from "../support/synthetic.ts";

const options = { ...quick, width: 8, epochs: 4 };
const everyThird = (table: Frame, keep: boolean) => allRows(table).filter((row) => (row % 3 === 0) === keep);
const bytes = async (...args: Parameters<typeof trainModel>) => saveModel(await trainModel(...args));

describe("rows that are not to be learned from", () => {
  test("leave no trace in the model, whatever they hold", async () => {
    for (const target of ["value", "kind"] as const) {
      const table = mixedTable(120, [target]);
      const rows = everyThird(table, false);
      const replaced = withCells(table, (cell, row, name) => {
        if (row % 3 !== 0) return cell;
        if (name === target) return target === "kind" ? `class ${row}` : 1e9 * row;
        if (name === "colour") return `colour ${row}`;
        if (name === "wet") return row % 2 === 0 ? null : "perhaps";
        return name === "weight" ? "heavy" : 1e300;
      });
      for (const preset of ["fast", "best", "paper"] as const) {
        const expected = await bytes(table, target, { ...options, preset, rows });
        expect(await bytes(replaced, target, { ...options, preset, rows })).toEqual(expected);
      }
    }
  });

  test("are counted in the schema, whose columns describe the others alone", async () => {
    const table = withCells(mixedTable(90, ["value"]), (cell, row, name) =>
      name === "value" && row === 0 ? null : cell,
    );
    const { schema, record } = await trainModel(table, "value", {
      ...options,
      rows: everyThird(table, false),
    });
    expect(schema.rows).toEqual({ read: 90, used: 89 });
    expect(record.rows).toBe(60);
    const colour = schema.columns.find(({ name }) => name === "colour");
    const present = colour?.kind === "categorical" ? colour.counts.reduce((a, b) => a + b) : 0;
    expect(present + (colour?.missing ?? 0)).toBe(60);
    expect(schema.columns.find(({ role }) => role === "target")?.missing).toBe(1);
  });

  test("may be given in any order, and with rows among them that lack the target", async () => {
    const table = withCells(mixedTable(90, ["value"]), (cell, row, name) =>
      name === "value" && row < 5 ? null : cell,
    );
    const rows = everyThird(table, false);
    const shuffled = rows.toReversed();
    expect(await bytes(table, "value", { ...options, rows: shuffled })).toEqual(
      await bytes(table, "value", { ...options, rows: rows.filter((row) => row >= 5) }),
    );
  });

  test("must be rows of the table, and some must be left", async () => {
    const table = mixedTable(30, ["value"]);
    for (const row of [-1, 30]) {
      expect(
        await refusal(() => trainModel(table, "value", { ...options, rows: Int32Array.of(1, row) })),
      ).toBe(`Row ${row} was named to learn from, but the rows of the given rows are numbered from 0 to 29.`);
    }
    await refusal(() => trainModel(table, "value", { ...options, rows: new Int32Array() }));
    expect(await refusal(() => trainModel(table, "value", { ...options, rows: Int32Array.of(3) }))).toMatch(
      "(1 of its 30 rows)",
    );
  });

  test("a class that only they have is unknown to the model", () => {
    const table = frameFrom({ x: [1, 2, 3, 4, 5, 6], y: ["a", "a", "b", "b", "c", "c"] });
    const { schema } = rowsToLearnFrom(table, ["y"], { rows: Int32Array.of(0, 1, 2, 3) });
    expect(schema.columns[1]).toMatchObject({ categories: ["a", "b"], counts: [2, 2], missing: 0 });
  });
});

describe("sample weights", () => {
  test("of 0 leave a row out altogether", async () => {
    for (const target of ["value", "kind"] as const) {
      const table = mixedTable(120, [target]);
      const sampleWeights = Float64Array.from({ length: 120 }, (_, row) => (row % 3 === 0 ? 0 : 1));
      const rows = everyThird(table, false);
      expect(await bytes(table, target, { ...options, sampleWeights })).toEqual(
        await bytes(table, target, { ...options, sampleWeights, rows }),
      );
      // Weights of 1 are a multiplication by 1.
      expect(await bytes(table, target, { ...options, sampleWeights })).toEqual(
        await bytes(table, target, { ...options, rows }),
      );
    }
  });

  test("mean the same on any scale", async () => {
    const table = mixedTable(90, ["value"]);
    const weights = Float64Array.from({ length: 90 }, (_, row) => 1 + (row % 4));
    const fit = (scale: number) =>
      bytes(table, "value", { ...options, sampleWeights: weights.map((weight) => scale * weight) });
    const expected = await fit(1);
    expect(await fit(1024)).toEqual(expected);
    expect(await fit(2 ** -30)).toEqual(expected);
  });

  test("average 1 in every part, so that λ means the same in each", async () => {
    const means: number[] = [];
    await trainModel(mixedTable(60, ["value"]), "value", {
      ...options,
      sampleWeights: Float64Array.from({ length: 60 }, (_, row) => (row === 0 ? 100 : 1)),
      run: (jobs, hooks) => {
        for (const { train, validation } of jobs) {
          for (const weights of [train.weights, validation?.weights]) {
            if (weights) means.push(weights.reduce((sum, weight) => sum + weight / weights.length, 0));
          }
        }
        return runInProcess(jobs, hooks);
      },
    });
    expect(means).toHaveLength(7);
    for (const mean of means) expect(mean).toBeCloseTo(1, 5);
  });

  test("draw the model to the rows that weigh", async () => {
    // The same x means 0 in light rows and 10 in heavy ones.
    const table = frameFrom({
      x: Array.from({ length: 200 }, (_, i) => Math.floor(i / 2) % 10),
      y: Array.from({ length: 200 }, (_, i) => (i % 2 ? 10 : 0) + 0.01 * (i % 7)),
    });
    const means = [];
    for (const heavy of [1, 20]) {
      const sampleWeights = Array.from({ length: 200 }, (_, i) => (i % 2 ? heavy : 1));
      const regressor = await new PsilonRegressor({ ...quick, sampleWeights }).fit(table, "y");
      const predicted = await regressor.predict(table);
      means.push(predicted.reduce((sum, value) => sum + value / 200, 0));
    }
    expect(means[0]).toBeGreaterThan(4.5);
    expect(means[0]).toBeLessThan(5.5);
    // 10·20/21 = 9.5
    expect(means[1]).toBeGreaterThan(9);
  });

  test("of classes and of rows multiply, in what is trained on and in what λ is chosen by", async () => {
    const table = mixedTable(60, ["sign"]);
    const sampleWeights = Float64Array.from({ length: 60 }, (_, row) => 1 + (row % 4));
    // Every row can be told by its length.
    const lengths = new Map(Array.from(allRows(table), (row) => [valueAt(table.columns[0], row), row]));
    const jobs: TrainingJob[] = [];
    const { encoder } = await trainModel(table, "sign", {
      ...options,
      sampleWeights,
      classWeights: { plus: 5 },
      run: (list, hooks) => {
        jobs.push(...list);
        return runInProcess(list, hooks);
      },
    });
    const [column] = encoder.columns;
    const place = (x: number) =>
      column.kind === "numeric"
        ? [...lengths].find(
            ([length]) => Math.abs((Number(length) - column.mean) / column.std - x) < 1e-5,
          )?.[1]
        : undefined;
    for (const { train, validation } of jobs) {
      for (const part of [train, validation]) {
        if (!part) continue;
        const inputs = writtenOut(part.inputs);
        const width = inputs.length / part.rows;
        const shares = Array.from(part.weights!, (weight, i) => {
          const row = place(inputs[i * width])!;
          return weight / (sampleWeights[row] * (part.targets[i] === 1 ? 5 : 1));
        });
        for (const share of shares) expect(share / shares[0]).toBeCloseTo(1, 5);
      }
    }
  });

  test("are named by the row's own number when they are bad", async () => {
    const table = asFile(mixedTable(30, ["value"]), "houses.csv");
    const spoiled = withCells(table, (cell, row, name) => (name === "value" && row < 5 ? null : cell));
    const sampleWeights = new Float64Array(30).fill(1).with(20, -1);
    expect(await refusal(() => trainModel(spoiled, "value", { ...options, sampleWeights }))).toBe(
      "The weight of row 22 of houses.csv is -1, but a weight is a finite number of at least 0.",
    );
  });

  test("are one per row, finite, not negative, and not all 0", async () => {
    const table = mixedTable(30, ["value"]);
    const refused = (sampleWeights: number[]) =>
      refusal(() => trainModel(table, "value", { ...options, sampleWeights }));
    expect(await refused(Array(29).fill(1))).toMatch("29 sample weights for the 30 rows");
    expect(await refused([-1, ...Array(29).fill(1)])).toMatch("is -1");
    expect(await refused([Number.NaN, ...Array(29).fill(1)])).toMatch("is NaN");
    expect(await refused([Number.POSITIVE_INFINITY, ...Array(29).fill(1)])).toMatch("is Infinity");
    expect(await refused(Array(30).fill(0))).toBe("All weights are 0, so no row would count.");
  });
});

describe("class weights", () => {
  /** Nine rows in ten are "common" and x tells little. */
  const skewed = frameFrom({
    x: Array.from({ length: 300 }, (_, i) => Math.sin(i * i) + (i % 10 === 0 ? 1 : 0)),
    y: Array.from({ length: 300 }, (_, i) => (i % 10 === 0 ? "rare" : "common")),
  });

  test("that are balanced find more of a rare class", async () => {
    const recalls = [];
    for (const classWeights of [undefined, "balanced"] as const) {
      const { record } = await trainModel(skewed, "y", { ...quick, classWeights });
      const { model } = record.validation!;
      recalls.push("accuracy" in model ? model.accuracy : Number.NaN);
    }
    // Calling rare what is common costs accuracy, which is reported unweighted.
    expect(recalls[1]).toBeLessThan(recalls[0] - 0.05);
  });

  test("by name that are all equal change nothing", async () => {
    const alike = await trainModel(skewed, "y", { ...options, classWeights: { rare: 2, common: 2 } });
    const { members, target } = await trainModel(skewed, "y", options);
    expect(alike.members).toEqual(members);
    expect(alike.target).toEqual(target);
  });

  test("name classes that exist and go with classes alone", async () => {
    expect(await refusal(() => trainModel(skewed, "y", { ...options, classWeights: { rar: 2 } }))).toMatch(
      'did you mean "rare"?',
    );
    expect(await refusal(() => trainModel(skewed, "y", { ...options, classWeights: { rare: -2 } }))).toMatch(
      "-2",
    );
    expect(
      await refusal(() =>
        trainModel(mixedTable(30, ["value"]), "value", { ...options, classWeights: "balanced" }),
      ),
    ).toMatch("Class weights were given, but the target is a number");
  });
});

describe("The rows to learn from", () => {
  const table = asFile(frameFrom({ x: [1, 2, 3, 4, 5], y: [1, 2, null, 4, 5] }));
  const learned = (given?: Int32Array, weights?: number[], targets = ["y"]) => [
    ...trainRows(table, targets, given, weights),
  ];

  test("ascend, as often as they are given, without those that lack a target or weigh nothing", () => {
    expect(learned()).toEqual([0, 1, 3, 4]);
    expect(learned(Int32Array.of(4, 2, 0, 4, 4))).toEqual([0, 4, 4, 4]);
    expect(learned(undefined, [0, 1, 1, 0.5, 0])).toEqual([1, 3]);
    expect(learned(Int32Array.of(0, 1, 1), [0, 2, 2, 2, 2])).toEqual([1, 1]);
    expect(learned(undefined, undefined, [])).toEqual([0, 1, 2, 3, 4]);
    // Bad weights are refused where rows are weighed, by their own number.
    expect(learned(undefined, [-1, 1, 1, 1, Number.NaN])).toEqual([0, 1, 3, 4]);
  });

  test("are rows of the table", async () => {
    for (const row of [-1, 5]) {
      expect(await refusal(() => learned(Int32Array.of(0, row)))).toBe(
        `Row ${row} was named to learn from, but the rows of data.csv are numbered from 0 to 4.`,
      );
    }
    expect(await refusal(() => trainRows(table, ["y"], [0.5] as never, undefined))).toMatch(
      /^Row 0.5 was named/,
    );
  });

  test("may be none, which is refused elsewhere, unless that is for their weights", async () => {
    expect(learned(Int32Array.of(2))).toEqual([]);
    expect(learned(Int32Array.of(2), [0, 0, 0, 0, 0])).toEqual([]);
    for (const rows of [undefined, Int32Array.of(0)]) {
      expect(await refusal(() => learned(rows, [0, 0, 1, 0, 0]))).toBe(
        "All weights are 0, so no row would count.",
      );
    }
  });

  test("are told in messages by how many of the table's they are, unless they are all that have the target", async () => {
    const constant = withCells(table, (cell, row, name) => (name === "y" && row !== 2 ? 7 : cell));
    const refused = (...rows: number[]) =>
      refusal(() => rowsToLearnFrom(constant, ["y"], { rows: Int32Array.from(rows) }));
    expect(await refused(0, 1, 3, 4)).toMatch('The target "y" of data.csv is "7"');
    expect(await refused(0, 1, 3)).toMatch('The target "y" of data.csv (3 of its 5 rows) is "7"');
  });
});

test("Targets are names of columns, one or several", async () => {
  expect(targetsOf("y")).toEqual(["y"]);
  expect(targetsOf(["y", "z"])).toEqual(["y", "z"]);
  for (const bad of [undefined, 3, ["y", null]]) {
    const shown = Array.isArray(bad) ? "null" : String(bad);
    expect(await refusal(() => targetsOf(bad as never))).toMatch(`but ${shown} was given.`);
  }
});
