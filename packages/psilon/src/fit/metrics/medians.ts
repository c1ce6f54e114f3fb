import { rank } from "./ranks.js";

/**
 * The median of values, one per row: with weights the mean of the least value with half of the weight at or below it and of the least with
 * more than half, so that a weight counts like so many copies (scikit-learn's `median_absolute_error` since 1.7; without weights since ever).
 */
export function medianOf(values: ArrayLike<number>): (weights: ArrayLike<number>) => number {
  const ascending = rank(values).order.reverse();
  return (weights) => {
    let total = 0;
    for (let i = 0; i < values.length; i++) total += weights[i];
    let at = -1;
    let sum = 0;
    while (2 * sum < total) sum += weights[ascending[++at]];
    const lower = values[ascending[at]];
    if (2 * sum > total) return lower;
    do at++;
    while (weights[ascending[at]] === 0);
    return (lower + values[ascending[at]]) / 2;
  };
}
