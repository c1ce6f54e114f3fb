import type { Direction } from "../engine/networks/spec.js";
import type { FoldedLayer } from "./folded.js";

/** Far above float64's rounding of N and P and below what float32 can tell, so that bounds that round outwards still see the slope is enough. */
const RAISED = 1 + 2 ** -22;

/**
 * s as the folded layers have it, in float64 and then raised to a float32, so that y is monotone in real arithmetic with the weights that
 * are stored. 0 only where no path that could break the direction leads from the input to the output.
 */
export function monotoneSlopes(
  layers: readonly FoldedLayer[],
  directions: readonly Direction[],
): Float32Array {
  let paths: Paths = { positive: Float64Array.of(1), negative: Float64Array.of(0) };
  for (let l = layers.length - 1; l >= 0; l--) paths = throughLayer(layers[l], paths);
  const { positive, negative } = paths;
  return Float32Array.from(directions, (direction, j) => {
    const raised = (direction > 0 ? negative[j] : positive[j]) * RAISED;
    const near = Math.fround(raised);
    const above = near >= raised ? near : near + Math.max(near * 2 ** -23, 2 ** -149);
    return direction === 0 ? 0 : direction * above;
  });
}

/** Sums over paths to the output, by the sign of their product. */
interface Paths {
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

/** A sum that is not 0 stays so, whatever float64 can hold. */
function throughLayer(layer: FoldedLayer, { positive, negative }: Paths): Paths {
  const { rows, columns } = layer;
  const [first, second] =
    layer.kind === "pair" ? [layer.positive, layer.negative] : [layer.weight, layer.weight];
  const isResidual = layer.kind === "pair" && layer.residual;
  const same = isResidual ? positive.slice() : new Float64Array(columns);
  const opposite = isResidual ? negative.slice() : new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      const up = Math.max(first[at], second[at], 0);
      const down = Math.max(-first[at], -second[at], 0);
      same[j] += positive[i] * up + negative[i] * down;
      opposite[j] += positive[i] * down + negative[i] * up;
    }
  }
  const notLost = (sum: number) => (sum === 0 ? 0 : Math.max(sum, 1e-250));
  return { positive: same.map(notLost), negative: opposite.map(notLost) };
}
