import { describe, expect, it } from "vitest";
import { type SweepSummary, sweepText } from "../../src/render/sweep.js";
import { sweepCharts } from "../../src/render/sweepCharts.js";
import { frontOf } from "../../src/sweeps/front.js";
import { objectivesOf, type Predicted } from "../../src/sweeps/objective.js";
import { done } from "../support/outcomes.js";

const interval: Predicted = { task: "regression", options: { interval: 0.9 } };

function summaryOf(metrics: readonly string[], figures: readonly (readonly number[])[]): SweepSummary {
  const objectives = objectivesOf(metrics, interval);
  const tried = figures.map((own, number) => ({
    number,
    settings: { width: number + 1 },
    outcome: done(Object.fromEntries(metrics.map((metric, i) => [metric, own[i]]))),
  }));
  const front = frontOf(new Map(tried.map(({ number, outcome }) => [number, outcome])), objectives);
  return {
    ...{ data: "d.csv", target: ["y"], task: "regression", search: "grid", space: { width: [1, 2, 3] } },
    ...{ folds: 2, trials: 3, objectives, refused: [], reasons: [], seconds: 1, kept: 0, isOver: true },
    ...{ tried, front, trainBy: () => "psilon train d.csv" },
  };
}

interface Layer {
  readonly mark: { readonly type?: string; readonly interpolate?: string };
}
const lineIn = (summary: SweepSummary) =>
  (sweepCharts(summary) as { layer: readonly Layer[] }).layer.find(({ mark }) => mark.type === "line")?.mark;

describe("the charts of a sweep", () => {
  it("draw a front as what can be had between its trials, whichever way is better", () => {
    const points = [
      [1, 9],
      [2, 5],
      [3, 1],
    ];
    // Where a bound of 7 is wanted, the trial with 5 can be had, to the left of it.
    expect(lineIn(summaryOf(["rmse", "bound"], points))).toMatchObject({ interpolate: "step-after" });
    const rising = points.map(([error, share]) => [error, 1 / share]);
    expect(lineIn(summaryOf(["rmse", "sparsity"], rising))).toMatchObject({ interpolate: "step-before" });
    expect(lineIn(summaryOf(["rmse", "intervalCoverage"], rising))).toBeUndefined();
  });

  it("say with the text what level is to be reached, and name no linear model that is not there", () => {
    const summary = summaryOf(["intervalCoverage"], [[0.8], [0.95], [0.7]]);
    expect(sweepText(summary)).toContain("(nearer to 0.9 is better)");
    const text = JSON.stringify(sweepCharts(summary));
    expect(text).toContain("(nearer to 0.9 is better)");
    expect(text).not.toContain("ridge regression");
  });
});
