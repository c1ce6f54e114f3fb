import { crossValidate, frameFrom, type TrainOptions } from "psilon";
import { createRandom } from "psilon/engine";
import { describe, expect, it } from "vitest";
import { frontOf } from "../../src/sweeps/front.js";
import { metricNames, type Objective, objectivesOf } from "../../src/sweeps/objective.js";
import type { TrialOutcome } from "../../src/sweeps/trial.js";
import { done, failed } from "../support/outcomes.js";

const rows = Array.from({ length: 40 }, (_, i) => ({
  a: i % 7,
  b: (i * 5) % 11,
  y: (i % 7) + ((i * 5) % 11) + 1,
  kind: i % 2 === 0 ? "even" : "odd",
}));

describe("What a sweep searches by", () => {
  it.each([
    ["kind", {}, "logLoss"],
    ["y", {}, "rmse"],
    ["y", { loss: "poisson" }, "deviance"],
    ["y", { quantile: [0.1, 0.9] }, "pinball"],
    ["y", { interval: 0.8 }, "rmse"],
  ] as const)(
    "is any metric that is reported of %s with %j, by default %s",
    async (target, options, first) => {
      const frame = frameFrom(rows.map(({ a, b, ...of }) => ({ a, b, [target]: of[target] })));
      const quick = { preset: "fast", epochs: 1, lambda: 1e-3, width: 4, folds: 2 } as const;
      const { task, metrics } = await crossValidate(frame, target, { ...quick, ...options });
      const asked: TrainOptions = options;
      expect(objectivesOf(undefined, { task, options: asked })[0].metric).toBe(first);
      const names = [...Object.keys(metrics), "bound", "sparsity"];
      expect(objectivesOf(names, { task, options: asked }).map(({ metric }) => metric)).toEqual(names);
      const others = ["rmse", "logLoss", "pinball", "deviance", "coverage", "intervalCoverage", "accuracy"];
      for (const other of others.filter((name) => !names.includes(name))) {
        expect(() => objectivesOf([other], { task, options: asked })).toThrow(
          `The metric "${other}" is not measured`,
        );
      }
    },
  );

  const ofNumbers = { task: "regression", options: { quantile: [0.1, 0.9] } } as const;

  it("knows which direction is better", () => {
    const costs = (task: "regression" | "classification", metric: string, ...means: number[]) => {
      const [{ cost }] = objectivesOf([metric], { task, options: {} });
      return means.map((mean) => cost(done({ [metric]: mean })));
    };
    for (const lower of ["rmse", "mae", "medianAbsoluteError", "mape", "bound"]) {
      expect(costs("regression", lower, 1, 2)).toEqual([1, 2]);
    }
    for (const higher of ["r2", "spearman", "sparsity"])
      expect(costs("regression", higher, 1, 2)).toEqual([-1, -2]);
    for (const higher of ["accuracy", "balancedAccuracy", "auc"]) {
      expect(costs("classification", higher, 1, 2)).toEqual([-1, -2]);
    }
    for (const lower of ["logLoss", "brierScore", "expectedCalibrationError"]) {
      expect(costs("classification", lower, 1, 2)).toEqual([1, 2]);
    }
    const [{ cost }] = objectivesOf(["coverage"], ofNumbers);
    expect([0.7, 0.8, 1].map((mean) => cost(done({ coverage: mean })))).toEqual([
      expect.closeTo(0.1),
      expect.closeTo(0),
      expect.closeTo(0.2),
    ]);
  });

  it("has no cost where a trial failed or there is no figure", () => {
    const [{ cost, summary }] = objectivesOf(["rmse"], { task: "regression", options: {} });
    const without = [
      failed,
      done({}),
      done({ rmse: null }),
      done({ rmse: Number.NaN }),
      done({ rmse: Infinity }),
    ];
    for (const outcome of without) expect(cost(outcome)).toBeNull();
    expect([summary(failed), summary(done({ rmse: null }))]).toEqual([null, null]);
  });

  it("is refused in a sentence", () => {
    expect(metricNames("rmse, bound")).toEqual(["rmse", "bound"]);
    expect(() => metricNames("rmsle")).toThrow(
      /^The option --metric takes one or two of logLoss, .*, bound, sparsity, but "rmsle" was given\.$/,
    );
    for (const text of ["rmse,rmse", "rmse,mae,bound"]) {
      expect(() => metricNames(text)).toThrow(
        `takes one metric, or two different ones with a comma between them, but "${text}" was given.`,
      );
    }
    expect(() => metricNames("constructor")).toThrow('but "constructor" was given');
    expect(() => objectivesOf(["rmse"], { task: "classification", options: {} })).toThrow(
      'The metric "rmse" is not measured of classes; search by one of logLoss, accuracy, balancedAccuracy, auc, brierScore, expectedCalibrationError, bound, sparsity.',
    );
    expect(() => objectivesOf(["rmse"], ofNumbers)).toThrow("is not measured of quantiles");
    expect(() => objectivesOf(["deviance"], { task: "regression", options: {} })).toThrow("of these numbers");
  });
});

describe("The front", () => {
  const objectives = objectivesOf(["rmse", "sparsity"], { task: "regression", options: {} });
  /** By its definition. */
  const slowly = (outcomes: ReadonlyMap<number, TrialOutcome>, of: readonly Objective[]) => {
    const points = [...outcomes].flatMap(([number, outcome]) => {
      const costs = of.map(({ cost }) => cost(outcome));
      return costs.some((own) => own === null) ? [] : [{ number, costs: costs as number[] }];
    });
    const beats = (one: readonly number[], other: readonly number[]) =>
      one.every((x, k) => x <= other[k]) && one.some((x, k) => x < other[k]);
    return points
      .filter(({ costs }) => !points.some((other) => beats(other.costs, costs)))
      .map(({ number }) => number)
      .sort((a, b) => a - b);
  };

  it("is that of the definition, ties and trials without figures among them", () => {
    const random = createRandom(3);
    for (let round = 0; round < 300; round++) {
      // Few values, so that many are equal.
      const levels = 1 + (round % 12);
      const value = () => {
        const drawn = random.next();
        return drawn < 0.05 ? null : drawn < 0.1 ? Number.NaN : Math.floor(random.next() * levels);
      };
      const outcomes = new Map(
        Array.from({ length: round % 40 }, (_, number) => [
          number,
          random.next() < 0.1 ? failed : done({ rmse: value(), sparsity: value() }),
        ]),
      );
      const front = frontOf(outcomes, objectives);
      expect([...front].sort((a, b) => a - b)).toEqual(slowly(outcomes, objectives));
      const [best] = frontOf(outcomes, objectives.slice(0, 1));
      expect(best).toBe(slowly(outcomes, objectives.slice(0, 1))[0]);
      expect(frontOf(outcomes, objectives.slice(0, 1)).length).toBeLessThan(2);
    }
  });

  it("goes from the best in the first to the best in the second", () => {
    const outcomes = new Map([
      [0, done({ rmse: 3, sparsity: 0.9 })],
      [1, done({ rmse: 1, sparsity: 0.1 })],
      [2, done({ rmse: 2, sparsity: 0.5 })],
      [3, done({ rmse: 2, sparsity: 0.5 })],
      [4, done({ rmse: 2, sparsity: 0.4 })],
    ]);
    expect(frontOf(outcomes, objectives)).toEqual([1, 2, 3, 0]);
  });
});
