import { ascending, quantile } from "../../preprocess/statistics.js";
import { checkLengths } from "./averages.js";
import { brierErrors } from "./brierScore.js";
import { CLASS_BINS, toldRows } from "./calibrationError.js";

/** Rows that are predicted alike, beside what came about. */
export interface CalibrationBin {
  /** The least and the greatest prediction that belong here. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** The mean of what was predicted, and of what is true: where these agree, predictions can be taken at their word. */
  readonly predicted: number;
  readonly observed: number;
}

/** What predicted probabilities are worth: a reliability table and its figures. */
export interface ClassCalibration {
  /**
   * By the probability of the second of two classes, of more by that of the predicted class, in 15 bins of equal width, those without rows
   * left out. `observed` is the share of rows that are of that class.
   */
  readonly bins: readonly CalibrationBin[];
  /** Σ_b n_b/n·|predicted_b − observed_b|. */
  readonly expectedCalibrationError: number;
  /** The mean of (p − y)², of two classes for the second one; of more, summed over all. */
  readonly brierScore: number;
}

/** What predicted numbers are worth: a reliability table and how far the truth lies from them. */
export interface NumberCalibration {
  /** By the prediction, in up to ten bins of as many rows each; means in the target's units. */
  readonly bins: readonly CalibrationBin[];
  /** Quantiles of the true value less the predicted one: between those at 0.05 and 0.95 lie 90 % of the rows. */
  readonly residuals: readonly { readonly quantile: number; readonly value: number }[];
}

const NUMBER_BINS = 10;
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

/**
 * Whether probabilities mean what they say: the expected calibration error of two classes (Naeini, Cooper & Hauskrecht, AAAI 2015) and of
 * more (Guo et al., arXiv:1706.04599), the reliability table it is made of, and the Brier score as scikit-learn scales it.
 *
 * `truth`: labels, one per row. `probabilities`: rows × classes, two columns for two classes. Throws RangeError where their lengths do not fit.
 */
export function classCalibration(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): ClassCalibration {
  const rows = truth.length;
  const classes = probabilities.length / rows;
  if (!Number.isInteger(classes)) checkLengths(rows, probabilities.length);
  const bins = Array.from({ length: CLASS_BINS }, () => ({ rows: 0, predicted: 0, observed: 0 }));
  for (const { bin, probability, cameTrue } of toldRows(truth, probabilities, classes)) {
    bins[bin].rows++;
    bins[bin].predicted += probability;
    bins[bin].observed += cameTrue;
  }
  const gap = bins.reduce((sum, { predicted, observed }) => sum + Math.abs(predicted - observed), 0);
  const squares = brierErrors(truth, probabilities, classes).reduce((sum, square) => sum + square, 0);
  return {
    bins: bins.flatMap((bin, b) =>
      bin.rows === 0
        ? []
        : {
            from: b / CLASS_BINS,
            to: (b + 1) / CLASS_BINS,
            rows: bin.rows,
            predicted: bin.predicted / bin.rows,
            observed: bin.observed / bin.rows,
          },
    ),
    expectedCalibrationError: gap / rows,
    brierScore: squares / rows,
  };
}

/**
 * Whether predicted numbers are right on average wherever they lie, and how far off single ones are. Both in the target's units, one per row;
 * throws RangeError for arrays of different length.
 */
export function numberCalibration(truth: ArrayLike<number>, predicted: ArrayLike<number>): NumberCalibration {
  checkLengths(truth.length, predicted.length);
  const rows = truth.length;
  const order = Uint32Array.from({ length: rows }, (_, i) => i).sort((a, b) => predicted[a] - predicted[b]);
  const count = Math.min(NUMBER_BINS, rows);
  const residuals = ascending(Float64Array.from(truth, (value, i) => value - predicted[i]));
  return {
    bins: Array.from({ length: count }, (_, b) => {
      const own = order.subarray(Math.floor((b * rows) / count), Math.floor(((b + 1) * rows) / count));
      const mean = (values: ArrayLike<number>) => own.reduce((sum, row) => sum + values[row], 0) / own.length;
      return {
        from: predicted[own[0]],
        to: predicted[own[own.length - 1]],
        rows: own.length,
        predicted: mean(predicted),
        observed: mean(truth),
      };
    }),
    residuals: QUANTILES.map((share) => ({ quantile: share, value: quantile(residuals, share) })),
  };
}
