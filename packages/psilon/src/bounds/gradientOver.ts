import type { Direction } from "../engine/networks/spec.js";
import type { Analysis, MemberFacts } from "./analysis.js";
import type { OutputRow } from "./certificate.js";
import { rowOf } from "./outputRow.js";
import { above, gamma, orInfinity } from "./rounding.js";

/** Lower and upper ends, one pair a place. */
interface Ends {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * lower_j ≤ ∂F/∂x_j ≤ upper_j for every input j, wherever in the analysed box F has a derivative, and hence between any two points of the
 * box that differ in x_j alone (derived). Backwards from the row r over the outputs, in interval arithmetic: a layer hands back rP where
 * the sign of what it reads is fixed to +, rN where it is −, and the hull of both where it is open. Rounded outwards, each end by
 * its own terms alone. Throws InputError for an output that the model has not.
 */
export function gradientOver({ model, members }: Analysis, output: OutputRow): Ends {
  const row = rowOf(output, model.outputs);
  const lower = new Float64Array(model.inputs);
  const upper = new Float64Array(model.inputs);
  for (const facts of members) {
    const ends = memberGradient(facts, row);
    facts.member.inputs.forEach((input, j) => {
      // What is 0 rounds nothing.
      if (ends.lower[j] !== 0) lower[input] = -above(-lower[input] - ends.lower[j]);
      if (ends.upper[j] !== 0) upper[input] = above(upper[input] + ends.upper[j]);
    });
  }
  const outwards = (value: number) => (value === 0 ? 0 : orInfinity(above(value / model.networks)));
  return { lower: lower.map((value) => -outwards(-value)), upper: upper.map(outwards) };
}

/** Of one output, the direction in which it moves with each input all over the box; 0 where that is not proven or it does not move. */
export function directionsOver(analysis: Analysis): Direction[] {
  const { lower, upper } = gradientOver(analysis, { plus: 0, minus: null });
  return Array.from(lower, (low, j) => (low >= 0 && upper[j] > 0 ? 1 : upper[j] <= 0 && low < 0 ? -1 : 0));
}

function memberGradient({ member, layers }: MemberFacts, row: Float64Array): Ends {
  let ends: Ends = { lower: row, upper: row };
  for (let l = member.layers.length - 1; l >= 0; l--) {
    const { rows, columns, positive, negative } = member.layers[l];
    const plus = throughMatrix(positive, rows, columns, ends);
    if (l === 0) return plus;
    const zero = { lower: new Float64Array(columns), upper: new Float64Array(columns) };
    const minus = negative ? throughMatrix(negative, rows, columns, ends) : zero;
    const { lower, upper } = layers[l - 1];
    for (let j = 0; j < columns; j++) {
      if (lower[j] >= 0) continue;
      const isOff = upper[j] <= 0;
      plus.lower[j] = isOff ? minus.lower[j] : Math.min(plus.lower[j], minus.lower[j]);
      plus.upper[j] = isOff ? minus.upper[j] : Math.max(plus.upper[j], minus.upper[j]);
    }
    ends = plus;
  }
  return ends;
}

/** The ends of rM for every r between the ends. */
function throughMatrix(matrix: Float64Array, rows: number, columns: number, { lower, upper }: Ends): Ends {
  const ends = { lower: new Float64Array(columns), upper: new Float64Array(columns) };
  const sizes = { lower: new Float64Array(columns), upper: new Float64Array(columns) };
  const error = 2 * gamma(rows + 8);
  for (let i = 0; i < rows; i++) {
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      const weight = matrix[at];
      if (weight === 0) continue;
      const [low, high] = weight > 0 ? [lower[i], upper[i]] : [upper[i], lower[i]];
      ends.lower[j] += weight * low;
      ends.upper[j] += weight * high;
      sizes.lower[j] += Math.abs(weight * low) + (low === 0 ? 0 : Number.MIN_VALUE);
      sizes.upper[j] += Math.abs(weight * high) + (high === 0 ? 0 : Number.MIN_VALUE);
    }
  }
  // An underflow loses less than the smallest number, of which each size holds as many as terms.
  const outwards = (value: number, size: number) =>
    size === 0 ? 0 : orInfinity(value + error * size + rows * Number.MIN_VALUE);
  return {
    lower: ends.lower.map((value, j) => -outwards(-value, sizes.lower[j])),
    upper: ends.upper.map((value, j) => outwards(value, sizes.upper[j])),
  };
}
