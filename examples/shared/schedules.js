/** Up to the peak in a tenth of the steps, then down to a thousandth of it, along half a cosine each. */
export const oneCycle = (peak) => ({
  kind: "one-cycle",
  initial: peak / 20,
  peak,
  final: peak / 1000,
  warmup: 0.1,
});

/** Up to the peak linearly in a twentieth of the steps, then down to 0 along half a cosine. */
export const cosine = (peak) => ({ kind: "cosine", peak, final: 0, warmup: 0.05 });
