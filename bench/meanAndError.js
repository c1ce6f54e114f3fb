/** "4.17 ± 0.4": the mean of some values and its standard error, to three digits and to one; of one value, the value. */
export function meanAndError(values) {
  if (values.length === 0) return "–";
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return mean.toPrecision(3);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / (values.length - 1) / values.length);
  return `${mean.toPrecision(3)} ± ${error.toPrecision(1)}`;
}
