import { type PredictedRows, predictionNames, type TabularModel, type Truth } from "psilon";
import { type Calibration, calibrationOf } from "../../testedRows.js";

/** Of one target, rows as they were predicted beside how far off that was. */
export interface Residuals {
  readonly target: string;
  /** Some rows, spread evenly over the table, at most so many as make a readable picture. */
  readonly points: readonly { readonly predicted: number; readonly residual: number }[];
}

/** Whether predictions can be taken at their word. */
export type Reliability =
  | { readonly of: "classes"; readonly calibration: Exclude<Calibration, { targets: unknown }> }
  | {
      readonly of: "numbers";
      readonly calibration: Extract<Calibration, { targets: unknown }>;
      readonly residuals: readonly Residuals[];
    }
  /** The share of rows whose true value is at most the predicted quantile, which should be its level. */
  | {
      readonly of: "quantiles";
      readonly levels: readonly { readonly name: string; readonly level: number; readonly below: number }[];
    };

/** Rows in a picture of residuals. */
const POINTS = 400;

export function reliabilityOf({ target }: TabularModel, truth: Truth, predicted: PredictedRows): Reliability {
  if (target.task === "regression" && target.levels && predicted.task === "regression") {
    const { levels } = target;
    const { values } = predicted;
    const below = (k: number) =>
      truth.filter((y, i) => y <= values[i * levels.length + k]).length / truth.length;
    return {
      of: "quantiles",
      levels: predictionNames(target).map((name, k) => ({ name, level: levels[k], below: below(k) })),
    };
  }
  const calibration = calibrationOf([{ truth, predicted }]);
  if (!("targets" in calibration)) return { of: "classes", calibration };
  const values = predicted.task === "regression" ? predicted.values : [];
  const count = calibration.targets.length;
  const rows = truth.length / count;
  const step = Math.ceil(rows / POINTS);
  return {
    of: "numbers",
    calibration,
    residuals: calibration.targets.map(({ target: name }, k) => ({
      target: name,
      points: Array.from({ length: Math.ceil(rows / step) }, (_, p) => {
        const at = p * step * count + k;
        return { predicted: values[at], residual: truth[at] - values[at] };
      }),
    })),
  };
}
