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

/** By metric, over several splits; null where it is not defined in one of them. */
export function summarizeMetrics(
  perSplit: readonly Readonly<Record<string, number | null>>[],
): Readonly<Record<string, Summary | null>> {
  return Object.fromEntries(
    Object.keys(perSplit[0]).map((name) => {
      const values = perSplit.flatMap((metrics) => metrics[name] ?? []);
      return [name, values.length === perSplit.length ? summarize(values) : null];
    }),
  );
}
