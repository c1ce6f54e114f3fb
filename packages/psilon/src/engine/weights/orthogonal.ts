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
  const zero = new Float64Array(size);
  for (let i = 0; i < count; i++) {
    const vector = vectors[i];
    // Twice is enough: the second sweep removes what rounding, and taking four at a time, left of the first.
    for (let sweep = 0; sweep < 2; sweep++) {
      for (let k = 0; k < i; k += 4) {
        const at = (m: number) => (m < i ? vectors[m] : zero);
        subtractProjections(vector, at(k), at(k + 1), at(k + 2), at(k + 3));
      }
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

/** v ← v − Σ ⟨v, u⟩·u over four unit vectors in two passes: four sums at a time do not wait for each other. */
function subtractProjections(
  v: Float64Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
): void {
  let onA = 0;
  let onB = 0;
  let onC = 0;
  let onD = 0;
  for (let j = 0; j < v.length; j++) {
    const x = v[j];
    onA += x * a[j];
    onB += x * b[j];
    onC += x * c[j];
    onD += x * d[j];
  }
  for (let j = 0; j < v.length; j++) v[j] -= onA * a[j] + onB * b[j] + (onC * c[j] + onD * d[j]);
}
