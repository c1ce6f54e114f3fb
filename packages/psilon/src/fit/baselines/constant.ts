/** Σ w_i·y_i / Σ w_i for each output of `targets` (rows × outputs): what to predict when nothing is known, for squared error. */
export function weightedMeans(
  targets: ArrayLike<number>,
  outputs: number,
  weights?: ArrayLike<number>,
): Float64Array {
  const means = new Float64Array(outputs);
  const rows = targets.length / outputs;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const weight = weights?.[i] ?? 1;
    total += weight;
    for (let k = 0; k < outputs; k++) means[k] += weight * targets[i * outputs + k];
  }
  return means.map((sum) => sum / total);
}

/** For each level τ the least value with at least τ of the rows' weight at or below it: what to predict for the pinball loss. */
export function weightedQuantiles(
  values: ArrayLike<number>,
  levels: readonly number[],
  weights?: ArrayLike<number>,
): Float64Array {
  const weight = (i: number) => weights?.[i] ?? 1;
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const total = order.reduce((sum, i) => sum + weight(i), 0);
  return Float64Array.from(levels, (level) => {
    let at = 0;
    for (let sum = weight(order[0]); sum < level * total && at < order.length - 1; sum += weight(order[at]))
      at++;
    return values[order[at]];
  });
}

/** The weighted share of each class: what to predict when nothing is known, for log loss. */
export function classFrequencies(
  labels: ArrayLike<number>,
  classes: number,
  weights?: ArrayLike<number>,
): Float64Array {
  const sums = new Float64Array(classes);
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const weight = weights?.[i] ?? 1;
    total += weight;
    sums[labels[i]] += weight;
  }
  return sums.map((sum) => sum / total);
}

/** The same prediction for every row: rows × values. */
export function predictConstant(values: Float64Array, rows: number): Float64Array {
  return Float64Array.from({ length: rows * values.length }, (_, i) => values[i % values.length]);
}
