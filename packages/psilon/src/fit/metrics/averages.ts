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
