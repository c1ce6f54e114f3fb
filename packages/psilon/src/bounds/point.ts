import { pullRow } from "./backwards.js";
import type { BoundedModel, ModelMember } from "./boundedModel.js";
import { type Intervals, intervalsThrough } from "./intervals.js";
import { above, orInfinity } from "./rounding.js";

/** Where a number lies, both ends included. */
export interface Range {
  readonly lower: number;
  readonly upper: number;
}

/** r·f(x) and its gradient at x (one-sided at a kink), in float64 and not rounded outwards: where to look, not what holds. */
export function valueAndGradient(
  model: BoundedModel,
  row: Float64Array,
  x: Float64Array,
  gradient: Float64Array,
): number {
  gradient.fill(0);
  let value = 0;
  for (const member of model.members) {
    const hidden = hiddenAt(member, x);
    const { row: r, plus: a, minus: b } = member.room;
    r.set(row);
    for (let l = member.layers.length - 1; l >= 0; l--) {
      const constant = pullRow(member.layers[l], r, member.room);
      value += constant;
      const { columns } = member.layers[l];
      if (l === 0) {
        for (let j = 0; j < columns; j++) {
          gradient[member.inputs[j]] += a[j];
          value += a[j] * x[member.inputs[j]];
        }
      } else {
        for (let j = 0; j < columns; j++) r[j] = hidden[l - 1][j] > 0 ? a[j] : b[j];
      }
    }
  }
  for (let j = 0; j < gradient.length; j++) gradient[j] /= model.networks;
  return value / model.networks;
}

/** What each layer but the last computes at x. */
function hiddenAt({ layers, inputs }: ModelMember, x: Float64Array): Float64Array[] {
  let from = Float64Array.from(inputs, (j) => x[j]);
  return layers.slice(0, -1).map(({ rows, columns, positive, negative, bias }, l) => {
    const out = bias.slice();
    for (let j = 0; j < columns; j++) {
      const matrix = l === 0 || from[j] > 0 ? positive : negative;
      if (!matrix || from[j] === 0) continue;
      for (let i = 0; i < rows; i++) out[i] += matrix[i * columns + j] * from[j];
    }
    from = out;
    return out;
  });
}

type Ends = Pick<Intervals, "lower" | "upper">;

/** lower ≤ r·f(x) ≤ upper for a row r of −1, 0 and 1, by interval arithmetic at one point. */
export function enclose(model: BoundedModel, row: Float64Array, x: Float64Array): Range {
  const outputs = model.members.map(({ layers, inputs }) => {
    const at = Float64Array.from(inputs, (j) => x[j]);
    return layers.reduce<Ends>((from, layer, l) => intervalsThrough(layer, from, l === 0), {
      lower: at,
      upper: at,
    });
  });
  return meanOf(model, outputs, row);
}

/** The mean of the members' r·outputs for a row r of −1, 0 and 1, whose products round nothing; rounded outwards. */
export function meanOf({ networks }: BoundedModel, outputs: readonly Ends[], row: Float64Array): Range {
  const atMost = (sign: 1 | -1) => {
    let sum = 0;
    for (const { lower, upper } of outputs) {
      for (let k = 0; k < row.length; k++) {
        const r = sign * row[k];
        if (r !== 0) sum = above(sum + r * (r > 0 ? upper[k] : lower[k]));
      }
    }
    return orInfinity(above(sum / networks));
  };
  return { lower: -atMost(-1), upper: atMost(1) };
}
