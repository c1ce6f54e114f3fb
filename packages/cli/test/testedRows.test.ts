import { describe, expect, it } from "vitest";
import { calibrationOf, perClassOf, type TestedRows } from "../src/testedRows.js";

const classes = (truth: number[], labels: number[], second: number[]): TestedRows => ({
  truth: Int32Array.from(truth),
  predicted: {
    task: "classification",
    classes: ["no", "yes"],
    labels: Int32Array.from(labels),
    probabilities: Float64Array.from(second.flatMap((share) => [1 - share, share])),
  },
});

describe("the test parts of several splits", () => {
  it("are counted together, row by row, and not averaged over the parts", () => {
    const parts = [classes([0, 1, 1], [0, 1, 0], [0.25, 0.75, 0.25]), classes([0], [1], [0.75])];
    const { classes: found, confusion } = perClassOf(parts);
    expect(found.map(({ name, support }) => [name, support])).toEqual([
      ["no", 2],
      ["yes", 2],
    ]);
    expect(confusion).toEqual([
      [1, 1],
      [1, 1],
    ]);
    const calibration = calibrationOf(parts);
    expect(calibration).toMatchObject({
      class: "yes",
      bins: [
        { rows: 2, predicted: 0.25, observed: 0.5 },
        { rows: 2, predicted: 0.75, observed: 0.5 },
      ],
      expectedCalibrationError: 0.25,
    });
  });

  it("have each target's numbers in a table of their own", () => {
    const numbers = (truth: number[], values: number[]): TestedRows => ({
      truth: Float64Array.from(truth),
      predicted: { task: "regression", targets: ["a", "b"], values: Float64Array.from(values) },
    });
    const calibration = calibrationOf([numbers([1, 10], [2, 20]), numbers([3, 30], [3, 50])]);
    if (!("targets" in calibration)) throw new Error("expected numbers");
    const [a, b] = calibration.targets;
    expect([a.target, b.target]).toEqual(["a", "b"]);
    expect(a.bins.map(({ predicted, observed }) => [predicted, observed])).toEqual([
      [2, 1],
      [3, 3],
    ]);
    expect(b.residuals.map(({ value }) => value)[2]).toBe(-15);
  });
});
