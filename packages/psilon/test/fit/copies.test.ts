import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import { compare } from "../../src/fit/compare.ts";
import type { TrainingJob } from "../../src/fit/job.ts";
import { runInProcess } from "../../src/fit/runner.ts";
import { saveModel } from "../../src/models/modelFile.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { writtenOut } from "../../src/preprocess/inputs.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { kFolds, splitCopies } from "../../src/tables/splits.ts";
import { valueAt } from "../../src/tables/values.ts";
import { mixedTable, quick } from "../support/synthetic.ts";

const options = { ...quick, width: 6, epochs: 3 };

/** As many rows as there are, drawn with replacement. */
function bootstrap(count: number, seed: number): Int32Array {
  const random = createRandom(seed);
  return Int32Array.from({ length: count }, () => Math.floor(count * random.next()));
}

/** The table that has every drawn row as often as it was drawn. */
const drawn = ({ columns }: Frame, rows: Int32Array): Frame =>
  frameFrom(
    Object.fromEntries(
      columns.map((column) => [column.name, Array.from(rows.toSorted(), (row) => valueAt(column, row))]),
    ),
  );

describe("rows that are given several times", () => {
  test("count as often as they are given, in what columns hold and in training", async () => {
    const table = mixedTable(60, ["value"]);
    const rows = bootstrap(60, 1);
    const jobs: TrainingJob[] = [];
    const model = await trainModel(table, "value", {
      ...options,
      rows,
      run: (list, hooks) => {
        jobs.push(...list);
        return runInProcess(list, hooks);
      },
    });
    const whole = await trainModel(drawn(table, rows), "value", options);
    expect(model.encoder).toEqual(whole.encoder);
    // Which rows were held out, the drawing alone tells.
    expect({ ...model.target, heldOut: null }).toEqual({ ...whole.target, heldOut: null });
    expect(model.record.rows).toBe(60);
    expect(jobs.at(-1)?.train.rows).toBe(60);
    const colour = (of: typeof model) => of.schema.columns.find(({ name }) => name === "colour");
    expect(colour(model)).toEqual(colour(whole));
  });

  test("are in one part with all their copies, in folds and where a share is held out", async () => {
    for (const count of [60, 400]) {
      // Every row can be told by its x.
      const table = frameFrom({
        x: Array.from({ length: count }, (_, row) => row),
        y: Array.from({ length: count }, (_, row) => Math.sin(row)),
      });
      const rows = bootstrap(count, 2);
      const jobs: TrainingJob[] = [];
      const run: typeof runInProcess = (list, hooks) => {
        jobs.push(...list);
        return runInProcess(list, hooks);
      };
      await trainModel(table, "y", { ...options, rows, run });
      await compare(table, "y", { width: [4] }, { ...options, rows, run, folds: 3 });
      const split = jobs.filter(({ validation }) => validation !== null);
      expect(split.length).toBeGreaterThan(3);
      for (const { train, validation } of split) {
        const known = new Set(writtenOut(train.inputs));
        expect(writtenOut(validation!.inputs).some((x) => known.has(x))).toBe(false);
        expect(train.rows + validation!.rows).toBe(count);
      }
    }
  });

  test("given once each are split as all rows are", async () => {
    const rows = Int32Array.of(3, 5, 8, 9, 12);
    const split = ({ length }: Int32Array) => kFolds(length, 2, createRandom(1));
    expect(splitCopies(rows, undefined, split)).toEqual(split(rows));
    const table = mixedTable(60, ["kind"]);
    const everyRow = Int32Array.from({ length: 60 }, (_, row) => row);
    expect(saveModel(await trainModel(table, "kind", { ...options, rows: everyRow }))).toEqual(
      saveModel(await trainModel(table, "kind", options)),
    );
  });
});
