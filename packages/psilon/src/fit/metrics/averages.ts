export function weightedMean(
  count: number,
  value: (i: number) => number,
  weight: (i: number) => number,
): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < count; i++) {
    sum += weight(i) * value(i);
    total += weight(i);
  }
  return sum / total;
}

export function rowWeight(weights: ArrayLike<number> | undefined, outputs: number): (i: number) => number {
  return weights === undefined ? () => 1 : (i) => weights[Math.floor(i / outputs)];
}

export function checkLengths(truth: number, predicted: number): void {
  if (truth !== predicted)
    throw new RangeError(`There are ${truth} true values but ${predicted} predictions.`);
}

/**
 * A figure of some rows by their weights, one per row, of which some are above 0: a weight counts like so many copies of its row. Null where
 * it is not defined.
 */
export type Weighted = (weights: ArrayLike<number>) => number | null;

/** Σ w_i·v_i / Σ w_i. */
export function meanOf(values: Float64Array): (weights: ArrayLike<number>) => number {
  return (weights) => {
    let sum = 0;
    let total = 0;
    for (let i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
      total += weights[i];
    }
    return sum / total;
  };
}
