import { frameFrom, trainModel } from "psilon";
import { describe, expect, it } from "vitest";
import { boundText } from "../../src/render/bound.js";
import { evaluationText } from "../../src/render/evaluation.js";

describe("a bound", () => {
  it("of 0 says that nothing is left, and what to do", async () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({ x: i, y: (7 * i) % 5 }));
    const model = await trainModel(frameFrom(rows), "y", {
      preset: "fast",
      lambda: 1e-3,
      epochs: 1,
      width: 4,
    });
    const [bound] = model.record.bounds;
    const text = (value: number) =>
      boundText({ ...model, record: { ...model.record, bounds: [{ ...bound, value }] } });
    expect(text(0)).toMatch(
      /^1-path-norm 0\nnothing is left .*: every prediction is the same\nask for fewer zeros, /,
    );
    expect(text(1)).toMatch(/^1-path-norm 1\na prediction moves by at most [\d.]+ \(y\)\n/);
    // y goes from 0 to 4, and the target's scale is about 1.4.
    expect(text(1)).toMatch(/\nwhen every number moves by at most one standard deviation.*$/);
    expect(text(5)).toMatch(/ one standard deviation.*\nthat is larger than the range of the data, 0 … 4$/);
    expect(text(Number.POSITIVE_INFINITY)).toBe(
      "1-path-norm beyond the largest number of float64: nothing is promised",
    );
  });

  it("is never printed below what it is, where models are compared", () => {
    const summary = { mean: 0.5, stderr: null, perSplit: [0.5] };
    // R² is not defined where a split has one row alone.
    const metrics = { rmse: summary, mape: summary, r2: null };
    const text = evaluationText({
      task: "regression",
      data: "a.csv",
      target: ["y"],
      network: "net",
      preset: "fast",
      splits: 1,
      metrics,
      baselines: { linear: metrics, constant: metrics },
      lambdas: [1e-3],
      bounds: [7.00001],
      sparsities: [0],
      seconds: 1,
    });
    expect(text).toMatch(/^ +RMSE +R²\nPSiLON Net +0\.5 +–$/m);
    expect(text).toMatch(/^1 +0\.5 +– +0\.001 +7\.001$/m);
  });
});
