import { expect } from "vitest";
import { toOnnx } from "../../src/exports/onnx/toOnnx.ts";
import { exportPlan } from "../../src/exports/plan.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { predictionNames } from "../../src/preprocess/target.ts";
import { daysOf } from "../../src/tables/dates.ts";
import type { Row } from "../../src/tables/frameFrom.ts";
import { runOnnx } from "../support/onnxRuntime.ts";
import type { Answer } from "./agreement.ts";

/** Rows as the graph's inputs. */
function feedsOf(model: TabularModel, rows: readonly Row[]) {
  const { columns } = exportPlan(model);
  return Object.fromEntries(
    columns.map(({ name, holds }) => {
      const cells = rows.map((row) => row[name] ?? null);
      return [
        name,
        holds === "texts"
          ? cells.map((cell) => (cell === null ? "" : String(cell)))
          : Float64Array.from(cells, (cell) =>
              cell === null ? Number.NaN : cell instanceof Date ? daysOf(cell.getTime()) : Number(cell),
            ),
      ];
    }),
  );
}

/** What onnxruntime says of the rows, with the shapes and types that were promised. */
export async function answersOf(model: TabularModel, rows: readonly Row[]): Promise<Answer[]> {
  const { outputs } = await runOnnx(toOnnx(model), feedsOf(model, rows));
  const { target } = model;
  if (target.task === "classification") {
    const { label, probabilities } = outputs;
    const count = target.classes.length;
    expect(label.dims).toEqual([rows.length]);
    expect(probabilities.dims).toEqual([rows.length, count]);
    return rows.map((_, i) => ({
      label: String(label.data[i]),
      numbers: target.classes.map((_, k) => Number(probabilities.data[i * count + k])),
    }));
  }
  const ends = target.interval ? target.names.flatMap((name) => [`${name}_low`, `${name}_high`]) : [];
  const names = [...predictionNames(target), ...ends];
  expect(Object.keys(outputs).toSorted()).toEqual(names.toSorted());
  for (const name of names) {
    expect(outputs[name].dims).toEqual([rows.length, 1]);
    expect(outputs[name].type).toBe("float64");
  }
  return rows.map((_, i) => ({ numbers: names.map((name) => Number(outputs[name].data[i])) }));
}
