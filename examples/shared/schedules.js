/** Up to the peak in a tenth of the steps, then down to a thousandth of it, along half a cosine each. */
export const oneCycle = (peak) => ({
  kind: "one-cycle",
  initial: peak / 20,
  peak,
  final: peak / 1000,
  warmup: 0.1,
});
