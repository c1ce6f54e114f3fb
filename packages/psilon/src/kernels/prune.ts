// The L1 projection and its blend, W = g·[(1−α)·u + α·Π(s·u)] with u = V/N, row by row (N the L1 norm; for a CReLU
// pair that of max(|V⁺|, |V⁻|), with one threshold for both sides). float64 inside: s·u − τ cancels where s is large.

/** One entry of s·u, for `factor` s/N. */
@inline
function scaled(v: usize, index: i32, factor: f64): f64 {
  return <f64>load<f32>(v + (<usize>index << 2)) * factor;
}

/** The larger magnitude of a pair's two entries; a single entry's own. */
@inline
function larger(paired: bool, columns: i32, v: usize, j: i32, factor: f64): f64 {
  const plus = abs<f64>(scaled(v, j, factor));
  return paired ? max<f64>(plus, abs<f64>(scaled(v, j + columns, factor))) : plus;
}

/** Π(x) of one entry: soft thresholding, kept with its sign. */
@inline
function shrink(x: f64, tau: f64): f64 {
  const size = abs<f64>(x) - tau;
  return size > 0 ? (x > 0 ? size : -size) : 0;
}

/** τ with Σ_j max(s·|u_j| − τ, 0) = 1: Michelot's iteration, which ends after finitely many rounds and needs no sort. */
@inline
function threshold(paired: bool, columns: i32, v: usize, factor: f64): f64 {
  let top: f64 = 0;
  for (let j = 0; j < columns; j++) top = max<f64>(top, larger(paired, columns, v, j, factor));
  // What stands above τ adds up to 1, so τ is at least the largest less 1; from below, the rounds rise to it.
  let tau = top - 1;
  let support = columns + 1;
  while (true) {
    let sum: f64 = 0;
    let count = 0;
    for (let j = 0; j < columns; j++) {
      const u = larger(paired, columns, v, j, factor);
      if (u > tau) {
        sum += u;
        count++;
      }
    }
    // Each round keeps fewer, or the same and is the last. Rounding may let an entry that lies on τ in again: the last, too.
    if (count >= support) return tau;
    support = count;
    tau = (sum - 1) / <f64>count;
  }
}

@inline
function projectAll(
  paired: bool, rows: i32, columns: i32, raw: usize, norms: usize, scale: f64, thresholds: usize,
): f64 {
  const width = paired ? 2 * columns : columns;
  let kept: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const v = raw + (<usize>(i * width) << 2);
    const factor = scale / <f64>load<f32>(norms + (<usize>i << 2));
    // s = 1 must keep everything: rounding must not turn a threshold of 0 into a tiny positive one.
    const tau = scale > 1 ? max<f64>(threshold(paired, columns, v, factor), 0) : 0;
    store<f64>(thresholds + (<usize>i << 3), tau);
    for (let j = 0; j < width; j++) if (abs<f64>(scaled(v, j, factor)) > tau) kept++;
  }
  return kept;
}

/** Fills the thresholds for scale s; returns how many entries of the matrix the projection keeps. */
export function projectRows(
  paired: bool, rows: i32, columns: i32, raw: usize, norms: usize, scale: f64, thresholds: usize,
): f64 {
  if (paired) return projectAll(true, rows, columns, raw, norms, scale, thresholds);
  return projectAll(false, rows, columns, raw, norms, scale, thresholds);
}

/** W ← g·[(1−α)·u + α·Π(s·u)]. */
export function blendRows(
  paired: bool, rows: i32, columns: i32, raw: usize, norms: usize, thresholds: usize,
  alpha: f64, scale: f64, lengths: usize, lengthStep: i32, effective: usize,
): void {
  const width = paired ? 2 * columns : columns;
  for (let i = 0; i < rows; i++) {
    const offset = <usize>(i * width) << 2;
    const factor = scale / <f64>load<f32>(norms + (<usize>i << 2));
    const tau = load<f64>(thresholds + (<usize>i << 3));
    const length: f64 = load<f32>(lengths + <usize>(i * lengthStep));
    const share = (1 - alpha) / scale;
    for (let j = 0; j < width; j++) {
      const u = scaled(raw + offset, j, factor);
      const value = length * (share * u + alpha * shrink(u, tau));
      store<f32>(effective + offset + (<usize>j << 2), <f32>value);
    }
  }
}

/**
 * Turns ∂ℓ/∂W into the gradient that the normalizer's pullback expects, (1−α)·G + α·s·JᵀG, in place, and writes the
 * length gradients ⟨G, (1−α)·u + α·Π(s·u)⟩ to `dots`; returns their sum. On the support S of the larger sides, the
 * threshold's derivative is sign/|S|.
 */
export function blendPullback(
  paired: bool, rows: i32, columns: i32, raw: usize, norms: usize, thresholds: usize,
  alpha: f64, scale: f64, gradient: usize, dots: usize,
): f64 {
  const width = paired ? 2 * columns : columns;
  let total: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const offset = <usize>(i * width) << 2;
    const v = raw + offset;
    const g = gradient + offset;
    const factor = scale / <f64>load<f32>(norms + (<usize>i << 2));
    const tau = load<f64>(thresholds + (<usize>i << 3));
    const share = (1 - alpha) / scale;
    let dot: f64 = 0;
    let signed: f64 = 0;
    let support: f64 = 0;
    for (let j = 0; j < width; j++) {
      const slope: f64 = load<f32>(g + (<usize>j << 2));
      const u = scaled(v, j, factor);
      const projected = shrink(u, tau);
      dot += slope * (share * u + alpha * projected);
      if (projected != 0) signed += projected > 0 ? slope : -slope;
      if (j < columns && larger(paired, columns, v, j, factor) > tau) support++;
    }
    // At s = 1 nothing is cut and τ is 0 by definition, but it still moves with u: the row's sum stays 1.
    const mean = signed / support;
    for (let j = 0; j < width; j++) {
      const at = g + (<usize>j << 2);
      const slope: f64 = load<f32>(at);
      const u = scaled(v, j, factor);
      const mate = paired ? scaled(v, j < columns ? j + columns : j - columns, factor) : 0;
      const wins = j < columns ? abs<f64>(u) >= abs<f64>(mate) : abs<f64>(u) > abs<f64>(mate);
      let through: f64 = 0;
      if (abs<f64>(u) > tau) {
        through = slope;
        if (wins) through -= u > 0 ? mean : -mean;
      }
      store<f32>(at, <f32>((1 - alpha) * slope + alpha * scale * through));
    }
    store<f32>(dots + (<usize>i << 2), <f32>dot);
    total += dot;
  }
  return total;
}
