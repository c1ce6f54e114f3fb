import { Tensor } from "../engine/backend/arena.js";
import type { Backend } from "../engine/backend/backend.js";
import { type CodedInputs, writeRows } from "../engine/training/codedInputs.js";
import type { Inputs } from "../engine/training/spec.js";
import { blockPass } from "./blockPass.js";
import { densePass } from "./densePass.js";
import type { FoldedNetwork } from "./folded.js";
import { type PlacedMatrix, placeLayers } from "./placedLayer.js";
import { rowPass } from "./rowPass.js";
import { sortUnits } from "./sortUnits.js";

/** A folded network in the arena, ready to compute. */
export interface Predictor {
  readonly inputs: number;
  readonly outputs: number;
  /**
   * f(x) for every row of x (rows × inputs, or coded), as a new array of rows × outputs. A row alone is computed in a way of its own, which
   * is faster and may differ in the last bits, but for one that is `amongMore` and handed over apart from them. Throws RangeError for a part
   * of a row and for rows of another width.
   */
  predict(x: Inputs, amongMore?: boolean): Float32Array;
}

/**
 * Places the network's weights in the backend's arena, where they stay until the arena is released; those that are
 * mostly 0 without their zeros. There a weight of 0 takes no part, so that an infinite or missing input spoils only the
 * units that have a weight for it.
 *
 * `placed`: what the networks of an ensemble have in the arena already, one list for all of them; what they share is there once.
 */
export function createPredictor(
  backend: Backend,
  network: FoldedNetwork,
  placed: PlacedMatrix[] = [],
): Predictor {
  const layers = placeLayers(backend.arena, sortUnits(network), placed);
  const runRow = rowPass(backend, layers);
  const isDense = layers.every(({ weight }) => weight instanceof Tensor);
  const many = isDense ? densePass(backend, layers) : blockPass(backend, layers);
  const { slopes } = network;
  const { inputs } = layers[0];
  const outputs = layers[layers.length - 1].rows;
  const predict = (x: Float32Array, amongMore: boolean): Float32Array => {
    const count = x.length / inputs;
    if (!Number.isInteger(count)) {
      throw new RangeError(`${x.length} values are not whole rows of ${inputs} inputs.`);
    }
    const result = new Float32Array(count * outputs);
    if (count === 1 && !amongMore) runRow(x, result);
    else {
      for (let start = 0; start < count; start += many.rows) {
        many.run(x, start, Math.min(many.rows, count - start), result);
      }
    }
    if (slopes) addSlopes(slopes, x, result);
    return result;
  };
  /** A piece after the other is written out, and computed as it would be among all rows. */
  const predictCoded = (coded: CodedInputs, amongMore: boolean): Float32Array => {
    const { rows, width } = coded;
    if (width !== inputs) throw new RangeError(`Rows of ${width} inputs are not rows of ${inputs} inputs.`);
    const result = new Float32Array(rows * outputs);
    const piece = new Float32Array(Math.min(rows, many.rows) * inputs);
    for (let start = 0; start < rows; start += many.rows) {
      const n = Math.min(many.rows, rows - start);
      const part = result.subarray(start * outputs, (start + n) * outputs);
      writeRows(coded, null, start, n, piece);
      if (rows === 1 && !amongMore) runRow(piece, part);
      else many.run(piece, 0, n, part);
      if (slopes) addSlopes(slopes, piece, part);
    }
    return result;
  };
  return {
    inputs,
    outputs,
    predict: (x, amongMore = false) =>
      x instanceof Float32Array ? predict(x, amongMore) : predictCoded(x, amongMore),
  };
}

/** Adds Σ_j slopes_j·x_j to the one output of each row, summed in float64 and rounded once. */
function addSlopes(slopes: Float32Array, x: Float32Array, result: Float32Array): void {
  for (let r = 0, at = 0; r < result.length; r++, at += slopes.length) {
    let sum = result[r];
    for (let j = 0; j < slopes.length; j++) if (slopes[j] !== 0) sum += slopes[j] * x[at + j];
    result[r] = sum;
  }
}
