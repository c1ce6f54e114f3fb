/**
 * Replaces v and w by the global minimum of
 *
 *     ½‖v − v̄‖² + ½‖w − w̄‖² + λ·‖v‖₁·‖w‖₁,
 *
 * the proximal map of the 1-path-norm of one hidden unit with incoming weights w̄ and outgoing weights v̄ (Latorre,
 * Rolland, Hallak & Cevher, arXiv:2007.01003). Both are soft-thresholded, v by λ‖w‖₁ and w by λ‖v‖₁; where the penalty is
 * large enough one of them becomes 0 and the other stays. The paper compares the stationary points over all pairs of
 * support sizes; here (derived) they are visited in one sweep. With w at its best, the objective depends on A = ‖v‖₁
 * alone: it is continuously differentiable and quadratic between the m + n values of A at which a coordinate of v enters
 * or one of w leaves, so its minimum is at A = 0 or the lowest point of a convex piece.
 *
 * @param v m values, replaced. Of two equal minima v = 0 is taken first.
 * @param w n values, replaced.
 * @param threshold λ ≥ 0.
 * @param sorted Room for the magnitudes of v and of w in order, so that training allocates nothing.
 */
export function pathNormProximal(
  v: Float64Array,
  w: Float64Array,
  threshold: number,
  sorted: { readonly v: Float64Array; readonly w: Float64Array } = {
    v: new Float64Array(v.length),
    w: new Float64Array(w.length),
  },
): void {
  if (threshold === 0) return;
  sortMagnitudes(v, sorted.v);
  sortMagnitudes(w, sorted.w);
  const m = v.length;
  const n = w.length;
  // The s largest of v and the t largest of w are not 0: their sums, and the other coordinates' squares.
  let s = 0;
  let t = n;
  let sumV = 0;
  let sumW = 0;
  let squaresV = 0;
  let squaresW = 0;
  for (let i = 0; i < m; i++) squaresV += sorted.v[i] * sorted.v[i];
  for (let j = 0; j < n; j++) sumW += sorted.w[j];

  // The minimum so far: v = 0, w = w̄.
  let best = squaresV / 2;
  let bestV = Number.POSITIVE_INFINITY;
  let bestW = 0;
  let start = 0;
  while (s < m) {
    // A is now where the next coordinate of v enters.
    const entering = sorted.v[m - 1 - s++];
    sumV += entering;
    squaresV -= entering * entering;
    const full = sumV - s * (s < m ? sorted.v[m - 1 - s] : 0);
    for (;;) {
      const leaving = t > 0 ? sorted.w[n - t] : 0;
      const isLastPiece = t === 0 || leaving / threshold > full;
      const end = isLastPiece ? full : leaving / threshold;
      const curvature = 1 - s * t * threshold * threshold;
      if (curvature > 0) {
        const stationary = (sumV - s * threshold * sumW) / curvature;
        const a = Math.min(Math.max(stationary, start), end);
        const thresholdV = (sumV - a) / s;
        const thresholdW = threshold * a;
        const value =
          (s * thresholdV * thresholdV + squaresV + t * thresholdW * thresholdW + squaresW) / 2 +
          thresholdW * (sumW - t * thresholdW);
        if (value < best) {
          best = value;
          bestV = thresholdV;
          bestW = thresholdW;
        }
      }
      start = end;
      if (isLastPiece) break;
      sumW -= leaving;
      squaresW += leaving * leaving;
      t--;
    }
  }
  softThreshold(v, bestV);
  softThreshold(w, bestW);
}

/** |x| in ascending order. */
function sortMagnitudes(x: Float64Array, sorted: Float64Array): void {
  for (let i = 0; i < x.length; i++) sorted[i] = Math.abs(x[i]);
  sorted.sort();
}

/** x ← sign(x)·max(|x| − τ, 0); a NaN stays one, for training to see. */
function softThreshold(x: Float64Array, threshold: number): void {
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i]) - threshold;
    x[i] = size <= 0 ? 0 : Math.sign(x[i]) * size;
  }
}
