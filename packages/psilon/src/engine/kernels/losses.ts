// Per-batch losses. Each returns Σ_r w_r·ℓ_r (not divided) and writes δ = scale·w_r·∂ℓ_r/∂output; `weights` may be 0
// for all ones. The caller chooses scale, so that ½, 1/n and λ's conventions stay out of here.

@inline
function rowWeight(weights: usize, row: i32): f32 {
  return weights ? load<f32>(weights + (<usize>row << 2)) : 1;
}

/** ℓ = mean over outputs of (output − y)². */
export function squaredError(
  rows: i32, columns: i32, output: usize, target: usize, weights: usize, scale: f32, delta: usize,
): f64 {
  let total: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const w = rowWeight(weights, i);
    const factor: f32 = (2 * scale * w) / <f32>columns;
    let sum: f64 = 0;
    for (let j = 0; j < columns; j++) {
      const at = <usize>(i * columns + j) << 2;
      const error = load<f32>(output + at) - load<f32>(target + at);
      sum += <f64>error * error;
      store<f32>(delta + at, factor * error);
    }
    total += (w * sum) / columns;
  }
  return total;
}

/** ℓ = log(1 + eᶻ) − t·z for a logit z and y in {0, 1}, where t = (1 − smoothing)·y + smoothing/2. */
export function logisticLoss(
  rows: i32, logit: usize, target: usize, weights: usize, scale: f32, smoothing: f64, delta: usize,
): f64 {
  let total: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const at = <usize>i << 2;
    const w = rowWeight(weights, i);
    const z: f64 = load<f32>(logit + at);
    const y: f64 = (1 - smoothing) * load<f32>(target + at) + smoothing / 2;
    const small = NativeMath.exp(-abs<f64>(z));
    total += w * (max<f64>(z, 0) - y * z + NativeMath.log1p(small));
    const probability = z >= 0 ? 1 / (1 + small) : small / (1 + small);
    store<f32>(delta + at, scale * w * <f32>(probability - y));
  }
  return total;
}

/**
 * ℓ = log Σ_k exp(z_k) − Σ_k t_k·z_k for class index y, one float32 per row, where t_k is (1 − smoothing)·[k = y] +
 * smoothing/classes.
 */
export function softmaxLoss(
  rows: i32, classes: i32, logits: usize, target: usize, weights: usize, scale: f32, smoothing: f64, delta: usize,
): f64 {
  const each = smoothing / classes;
  let total: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const row = logits + (<usize>(i * classes) << 2);
    const out = delta + (<usize>(i * classes) << 2);
    const w = rowWeight(weights, i);
    const label = <i32>load<f32>(target + (<usize>i << 2));
    let top: f32 = load<f32>(row);
    for (let k = 1; k < classes; k++) top = max<f32>(top, load<f32>(row + (<usize>k << 2)));
    let sum: f64 = 0;
    for (let k = 0; k < classes; k++) sum += NativeMath.exp(<f64>load<f32>(row + (<usize>k << 2)) - top);
    let loss: f64 = NativeMath.log(sum) + top - (1 - smoothing) * load<f32>(row + (<usize>label << 2));
    // A logit of −∞ costs nothing where its share is 0.
    if (each > 0) for (let k = 0; k < classes; k++) loss -= each * load<f32>(row + (<usize>k << 2));
    total += w * loss;
    for (let k = 0; k < classes; k++) {
      const at = <usize>k << 2;
      const probability = NativeMath.exp(<f64>load<f32>(row + at) - top) / sum;
      store<f32>(out + at, scale * w * <f32>(probability - each - (k == label ? 1 - smoothing : 0)));
    }
  }
  return total;
}

/**
 * One column's part of ℓ = mean over columns of max(τ·e, (τ − 1)·e) with e = y − output, for one target a row: least where the
 * output is the τ-quantile (Koenker and Bassett 1978). The slope is 0 at the kink.
 */
export function quantileLoss(
  rows: i32, columns: i32, column: i32, level: f32, output: usize, target: usize, weights: usize, scale: f32, delta: usize,
): f64 {
  let total: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const at = <usize>(i * columns + column) << 2;
    const w = rowWeight(weights, i);
    const error = load<f32>(target + (<usize>i << 2)) - load<f32>(output + at);
    total += <f64>w * max<f32>(level * error, (level - 1) * error) / columns;
    const slope: f32 = error > 0 ? -level : error < 0 ? 1 - level : 0;
    store<f32>(delta + at, ((scale * w) / <f32>columns) * slope);
  }
  return total;
}

/** From here on e^z goes on as its tangent, so that no output is too large to be computed with. */
const STEEPEST: f64 = 30;

/** ℓ = mean over outputs of e^z − y·z for z the logarithm of a rate and y ≥ 0. */
export function poissonLoss(
  rows: i32, columns: i32, output: usize, target: usize, weights: usize, scale: f32, delta: usize,
): f64 {
  let total: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const w = rowWeight(weights, i);
    for (let j = 0; j < columns; j++) {
      const at = <usize>(i * columns + j) << 2;
      const z: f64 = load<f32>(output + at);
      const y: f64 = load<f32>(target + at);
      const rate = NativeMath.exp(min<f64>(z, STEEPEST));
      total += w * (rate * (1 + max<f64>(z - STEEPEST, 0)) - y * z) / columns;
      store<f32>(delta + at, ((scale * w) / <f32>columns) * <f32>(rate - y));
    }
  }
  return total;
}
