/** Repeated measurements, one a split. */
export interface Summary {
  readonly mean: number;
  /** s/√n, with s over n − 1; null for a single measurement. */
  readonly stderr: number | null;
  readonly perSplit: readonly number[];
}

export function summarize(perSplit: readonly number[]): Summary {
  const n = perSplit.length;
  const mean = perSplit.reduce((sum, value) => sum + value, 0) / n;
  const squares = perSplit.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, stderr: n > 1 ? Math.sqrt(squares / (n - 1) / n) : null, perSplit };
}
