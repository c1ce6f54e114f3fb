/**
 * The singular values of a rows × columns matrix, largest first, in float64: Householder reflections to bidiagonal form (Golub &
 * Kahan 1965), whose values are found by counting and halving. Their error is a few roundings of the largest.
 *
 * `matrix`: row-major; min(rows, columns) values are returned.
 */
export function singularValues(matrix: ArrayLike<number>, rows: number): Float64Array {
  const band = bidiagonal(matrix, rows);
  return Float64Array.from({ length: (band.length + 1) / 2 }, (_, k) => valueAt(band, k));
}

/** κ = σ_max/σ_min in float64; Infinity for a matrix without full rank, to within rounding. */
export function conditionNumber(matrix: ArrayLike<number>, rows: number): number {
  const band = bidiagonal(matrix, rows);
  const largest = valueAt(band, 0);
  const smallest = valueAt(band, (band.length + 1) / 2 - 1);
  const noise = largest * Number.EPSILON * Math.max(rows, matrix.length / rows);
  return smallest > noise ? largest / smallest : Number.POSITIVE_INFINITY;
}

/** d₁, e₁, d₂, e₂, …, d_n: the diagonal and the one above of a bidiagonal matrix with the same singular values. */
function bidiagonal(matrix: ArrayLike<number>, rows: number): Float64Array {
  const columns = matrix.length / rows;
  // Standing, so that there is a diagonal entry for every column.
  const [m, n] = rows >= columns ? [rows, columns] : [columns, rows];
  const a = Float64Array.from(matrix);
  if (rows < columns) {
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) a[j * n + i] = matrix[i * columns + j];
  }
  const band = new Float64Array(2 * n - 1);
  const sums = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    band[2 * k] = reflectColumn(a, m, n, k, sums);
    if (k + 1 < n) band[2 * k + 1] = reflectRow(a, m, n, k);
  }
  return band;
}

/** Turns column k below the diagonal into zeros by a reflection of all rows from k; returns the new diagonal entry. */
function reflectColumn(a: Float64Array, m: number, n: number, k: number, sums: Float64Array): number {
  let square = 0;
  for (let i = k; i < m; i++) square += a[i * n + k] * a[i * n + k];
  if (square === 0) return 0;
  const head = a[k * n + k];
  const entry = head > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  a[k * n + k] = head - entry;
  const half = square - head * entry;
  sums.fill(0, k + 1);
  for (let i = k; i < m; i++) {
    const v = a[i * n + k];
    for (let j = k + 1; j < n; j++) sums[j] += v * a[i * n + j];
  }
  for (let i = k; i < m; i++) {
    const v = a[i * n + k] / half;
    for (let j = k + 1; j < n; j++) a[i * n + j] -= v * sums[j];
  }
  return entry;
}

/** The same for row k to the right of the entry beside the diagonal, which it returns. */
function reflectRow(a: Float64Array, m: number, n: number, k: number): number {
  const row = a.subarray(k * n, (k + 1) * n);
  let square = 0;
  for (let j = k + 1; j < n; j++) square += row[j] * row[j];
  if (square === 0) return 0;
  const head = row[k + 1];
  const entry = head > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  row[k + 1] = head - entry;
  const half = square - head * entry;
  for (let i = k + 1; i < m; i++) {
    let sum = 0;
    for (let j = k + 1; j < n; j++) sum += row[j] * a[i * n + j];
    for (let j = k + 1; j < n; j++) a[i * n + j] -= (sum / half) * row[j];
  }
  return entry;
}

/** The k-th largest singular value, k from 0, by halving. */
function valueAt(band: Float64Array, k: number): number {
  const n = (band.length + 1) / 2;
  let low = 0;
  // No value exceeds the largest sum of two neighbours (Gershgorin).
  let high =
    band.reduce((most, b, i) => Math.max(most, Math.abs(b) + Math.abs(band[i + 1] ?? 0)), 0) * 1.0001;
  const resolution = high * Number.EPSILON;
  while (high - low > resolution) {
    const middle = (low + high) / 2;
    if (countBelow(band, middle) >= n - k) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/**
 * How many singular values lie below x > 0: the symmetric tridiagonal matrix with a zero diagonal and `band` beside it has the
 * eigenvalues ±σ, and the signs of its LDLᵀ pivots count those below x (Sylvester's law of inertia).
 */
function countBelow(band: Float64Array, x: number): number {
  let count = 0;
  let pivot = -x;
  for (let i = 0; i <= band.length; i++) {
    if (pivot < 0) count++;
    if (i < band.length) pivot = -x - (band[i] * band[i]) / (pivot === 0 ? Number.MIN_VALUE : pivot);
  }
  return count - (band.length + 1) / 2;
}
