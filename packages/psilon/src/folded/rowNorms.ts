import type { FoldedLayer } from "./folded.js";

/** The L1 or L2 norm of each row; of a pair that of max(|W⁺|, |W⁻|), by which both are normalized. */
export function rowNorms(layer: FoldedLayer, norm: 1 | 2): Float64Array {
  const { rows, columns } = layer;
  const [first, second] =
    layer.kind === "pair" ? [layer.positive, layer.negative] : [layer.weight, layer.weight];
  return new Float64Array(rows).map((_, i) => {
    let sum = 0;
    for (let k = i * columns; k < (i + 1) * columns; k++) {
      const size = Math.max(Math.abs(first[k]), Math.abs(second[k]));
      sum += norm === 1 ? size : size * size;
    }
    return norm === 1 ? sum : Math.sqrt(sum);
  });
}
