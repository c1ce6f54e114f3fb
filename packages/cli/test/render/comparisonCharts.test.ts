import type { Comparison } from "psilon";
import { describe, expect, it } from "vitest";
import { comparisonCharts } from "../../src/render/comparisonCharts.js";

describe("the charts of a comparison", () => {
  const point = { epoch: 1, loss: 0.5, validation: 0.25, bound: 0, sparsity: 0, condition: null };
  const charts = (curve: object[]) =>
    comparisonCharts(
      { entries: [{ choices: { optimizer: "adam" }, curve }], folds: 2 } as unknown as Comparison,
      "d.csv",
    ) as { concat: { encoding: { y: { field: string }; color: { legend: object } } }[] };
  const fields = (curve: object[]) => charts(curve).concat.map(({ encoding }) => encoding.y.field);

  it("have a panel for each figure that there is, and none that would be empty", () => {
    expect(fields([point])).toEqual(["loss", "validation", "sparsity"]);
    expect(fields([point, { ...point, bound: 2, condition: 3 }])).toEqual([
      "loss",
      "validation",
      "bound",
      "sparsity",
      "condition",
    ]);
  });

  it("name their lines in full", () => {
    expect(charts([point]).concat[0].encoding.color.legend).toEqual({ labelLimit: 0 });
  });
});
