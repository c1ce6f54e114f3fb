/** Mean, standard deviation (over n, not n − 1), least and greatest of the values that are not NaN. */
export interface ColumnMoments {
  readonly count: number;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

export function moments(values: Float64Array): ColumnMoments {
  let count = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (count === 0) return { count, mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN };

  // In units of a power of two near the greatest magnitude: no square overflows at 1e300, and no digit is lost.
  const unit = 2 ** Math.floor(Math.log2(Math.max(-min, max)));
  let sum = 0;
  for (const value of values) if (!Number.isNaN(value)) sum += value / unit;
  const mean = sum / count;
  let squares = 0;
  for (const value of values) if (!Number.isNaN(value)) squares += (value / unit - mean) ** 2;
  const std = min === max ? 0 : Math.sqrt(squares / count) * unit;
  return { count, mean: min === max ? min : mean * unit, std, min, max };
}

/** The values that are not NaN, ascending. */
export function ascending(values: Float64Array): Float64Array {
  // NaN goes last.
  const sorted = values.slice().sort();
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1])) count--;
  return sorted.subarray(0, count);
}

/** The p-quantile of ascending values, 0 ≤ p ≤ 1, by linear interpolation between neighbours (NumPy's default). */
export function quantile(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  const share = place - below;
  return sorted[below] * (1 - share) + sorted[above] * share;
}
