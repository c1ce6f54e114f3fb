import { normal } from "../random/normal.js";
import type { Random } from "../random/random.js";

/**
 * A random rows × columns matrix, row-major, whose rows are orthonormal (columns, where there are more rows than
 * columns): Gram–Schmidt on a Gaussian matrix, which makes it uniform among all such matrices. float64.
 */
export function orthogonal(rows: number, columns: number, random: Random): Float64Array {
  const count = Math.min(rows, columns);
  const size = Math.max(rows, columns);
  const vectors = Array.from({ length: count }, () =>
    Float64Array.from({ length: size }, () => normal(random)),
  );
  for (let i = 0; i < count; i++) {
    const vector = vectors[i];
    // Twice is enough: the second sweep removes what rounding left of the first.
    for (let sweep = 0; sweep < 2; sweep++) {
      for (let k = 0; k < i; k++) subtractProjection(vector, vectors[k]);
    }
    let sum = 0;
    for (let j = 0; j < size; j++) sum += vector[j] * vector[j];
    const scale = 1 / Math.sqrt(sum);
    for (let j = 0; j < size; j++) vector[j] *= scale;
  }
  const matrix = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++)
      matrix[i * columns + j] = rows <= columns ? vectors[i][j] : vectors[j][i];
  }
  return matrix;
}

/** v ← v − ⟨v, unit⟩·unit. */
function subtractProjection(v: Float64Array, unit: Float64Array): void {
  let dot = 0;
  for (let j = 0; j < v.length; j++) dot += v[j] * unit[j];
  for (let j = 0; j < v.length; j++) v[j] -= dot * unit[j];
}
