import { takeRows } from "../preprocess/inputs.js";
import { type Prepared, truthAt } from "../preprocess/prepare.js";
import type { ClassTarget } from "../preprocess/target.js";
import type { Places } from "./baselineScores.js";
import { calibrationError, toldRows } from "./metrics/calibrationError.js";
import { logLoss } from "./metrics/logLoss.js";
import { probabilities } from "./outputs.js";
import { together } from "./together.js";

/** How probabilities of held-out rows, each with its weight, agree with what is true of them. */
export interface Calibration {
  readonly logLoss: number;
  /** Expected, over 15 bins, as `calibrationError` has it. */
  readonly calibrationError: number;
}

/** What dividing logits by a temperature came to on held-out rows. */
export interface TemperatureRecord {
  readonly temperature: number;
  readonly before: Calibration;
  readonly after: Calibration;
}

/** How far ln T goes, and the standard deviation that a few rows hardly move it beyond. */
const FARTHEST = Math.log(8);
const SPREAD = 0.25;

/** Halvings of the interval: to a millionth of ln T. */
const HALVINGS = 22;

/**
 * The temperature T with the least Σ_i w_i·(−ln p_i(y_i)) + ½·(ln T/¼)² for p_i = softmax(z_i/T) (Guo et al., arXiv:1706.04599; the last term, of a
 * normal prior, keeps a few rows that are all right from making probabilities sure), by bisection of the slope, which is monotone in 1/T but
 * for the prior. `outputs`: logits of rows, as networks have them.
 */
export function fitTemperature(
  outputs: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
  weights: ArrayLike<number> | null,
): number {
  const columns = classes === 2 ? 1 : classes;
  /** The derivative of the sum by ln T. */
  const slope = (lnT: number) => {
    const temperature = Math.exp(lnT);
    const shares = probabilities(outputs, classes, temperature);
    let sum = lnT / SPREAD ** 2;
    for (let i = 0; i < labels.length; i++) {
      let gap = 0;
      for (let k = 0; k < classes; k++) {
        const logit = columns === 1 ? k * outputs[i] : outputs[i * columns + k];
        gap += ((k === labels[i] ? 1 : 0) - shares[i * classes + k]) * logit;
      }
      sum += ((weights?.[i] ?? 1) * gap) / temperature;
    }
    return sum;
  };
  let [low, high] = [-FARTHEST, FARTHEST];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  // Engines may differ in the last digits of an exponential.
  return Math.round(1e4 * Math.exp((low + high) / 2)) / 1e4;
}

/**
 * The temperature that lowers the log loss of the splits' test parts, given the outputs of networks that did not see them; null where none does.
 * Where the model is a mean of these networks, its own probabilities may want another one, but for lack of rows that none of them saw.
 */
export function calibrate(
  prepared: Prepared,
  target: ClassTarget,
  splits: readonly Places[],
  outputs: Float32Array,
): TemperatureRecord | null {
  const places = together(splits.map(({ test }) => test));
  const labels = truthAt(prepared, places);
  const weights = prepared.weights && takeRows(prepared.weights, 1, places);
  const classes = target.classes.length;
  const temperature = fitTemperature(outputs, labels, classes, weights);
  const calibrationAt = (divisor: number) => {
    const shares = probabilities(outputs, classes, divisor);
    return {
      logLoss: logLoss(labels, shares, weights ?? undefined),
      calibrationError: calibrationError(toldRows(labels, shares, classes))(
        weights ?? new Uint8Array(labels.length).fill(1),
      ),
    };
  };
  const [before, after] = [calibrationAt(1), calibrationAt(temperature)];
  return after.logLoss < before.logLoss ? { temperature, before, after } : null;
}
