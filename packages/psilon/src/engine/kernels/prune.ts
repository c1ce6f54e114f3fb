// The L1 projection and its blend, W = g·[(1−α)·u + α·Π(s·u)] with u = V/N, row by row (N the L1 norm; for a CReLU
// pair that of max(|V⁺|, |V⁻|), with one threshold for both sides). All is said in V's own units: a row's threshold θ is
// the root of Σ_j max(|V_j| − θ, 0) = N/s, and Π(s·u) is s/N times what of V stands above it. So four float32 values at a
// time tell exactly whether they do; the rest is float64, since |V| − θ cancels where s is large.

import { loadPart, splat, storePart } from "./vector";

/** The largest float32 that is at most θ: a float32 is above the one if and only if it is above the other. */
@inline
function bar(theta: f64): v128 {
  const near = <f32>theta;
  return splat(<f64>near > theta ? reinterpret<f32>(reinterpret<u32>(near) - 1) : near);
}

/** The first two of four float32 values, in float64. */
@inline
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** The last two. */
@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

/** Four float32 values from twice two in float64. */
@inline
function join(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

@inline
function sum64(low: v128, high: v128): f64 {
  const sum = v128.add<f64>(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

@inline
function signBits(x: v128): v128 {
  return v128.and(x, splat(-0.0));
}

/** The sum of what four lanes have counted; a comparison that is true is −1, and is subtracted. */
@inline
function counted(counts: v128): i32 {
  return i32x4.extract_lane(counts, 0) + i32x4.extract_lane(counts, 1) +
    (i32x4.extract_lane(counts, 2) + i32x4.extract_lane(counts, 3));
}

/** Magnitudes; of a pair's two sides the larger ones. */
@inline
function sizes(paired: bool, half: usize, at: usize, count: i32): v128 {
  const size = v128.abs<f32>(loadPart(at, count));
  return paired ? f32x4.pmax(size, v128.abs<f32>(loadPart(at + half, count))) : size;
}

/**
 * θ by Newton's method (Michelot's iteration, which needs no sort), from any start. Since Σ_j max(|V_j| − θ, 0) falls and
 * is convex, the first round lands on the root or below it, and from there θ rises: each round keeps fewer entries, or as
 * many, and then the same, so that θ is theirs. It depends on the last support only, and hence not on the start.
 */
@inline
function threshold(paired: bool, columns: i32, v: usize, radius: f64, start: f64): f64 {
  const half = <usize>columns << 2;
  let theta = start;
  let support = columns + 1;
  let round = 0;
  while (true) {
    round++;
    const least = bar(theta);
    let sumLow = f64x2.splat(0), sumHigh = sumLow;
    let counts = i32x4.splat(0);
    for (let j = 0; j < columns; j += 4) {
      const size = sizes(paired, half, v + (<usize>j << 2), columns - j);
      const above = v128.gt<f32>(size, least);
      const kept = v128.and(size, above);
      counts = v128.sub<i32>(counts, above);
      sumLow = v128.add<f64>(sumLow, low(kept));
      sumHigh = v128.add<f64>(sumHigh, high(kept));
    }
    const count = counted(counts);
    if (count == 0) {
      // The start was above all of them; above 0 there is nothing in a row of zeros, or in one that is NaN throughout.
      if (theta == 0) return 0;
      theta = 0;
      continue;
    }
    // The first round may keep too few. Later, more can only be an entry that lies on θ, let in again by rounding.
    if (count == support || (round > 2 && count > support)) return theta;
    support = count;
    theta = max<f64>((sum64(sumLow, sumHigh) - radius) / <f64>count, 0);
  }
}

/** Moves every row's threshold from where it stands to that of scale s; the nearer the two, the sooner. */
export function projectRows(
  paired: bool, rows: i32, columns: i32, raw: usize, norms: usize, scale: f64, thresholds: usize,
): void {
  const width = paired ? 2 * columns : columns;
  for (let i = 0; i < rows; i++) {
    const v = raw + (<usize>(i * width) << 2);
    const at = thresholds + (<usize>i << 3);
    const radius = <f64>load<f32>(norms + (<usize>i << 2)) / scale;
    // s = 1 must keep everything: rounding must not turn a threshold of 0 into a tiny positive one.
    if (!(scale > 1)) store<f64>(at, 0);
    else if (paired) store<f64>(at, threshold(true, columns, v, radius, load<f64>(at)));
    else store<f64>(at, threshold(false, columns, v, radius, load<f64>(at)));
  }
}

/** How many entries of the matrix are above their row's threshold. */
export function countKept(rows: i32, width: i32, raw: usize, thresholds: usize): i32 {
  let counts = i32x4.splat(0);
  for (let i = 0; i < rows; i++) {
    const least = bar(load<f64>(thresholds + (<usize>i << 3)));
    const v = raw + (<usize>(i * width) << 2);
    for (let j = 0; j < width; j += 4) {
      const size = v128.abs<f32>(loadPart(v + (<usize>j << 2), width - j));
      counts = v128.sub<i32>(counts, v128.gt<f32>(size, least));
    }
  }
  return counted(counts);
}

/** a·|V| + b·max(|V| − θ, 0) of two lanes. */
@inline
function mix(size: v128, theta: v128, a: v128, b: v128): v128 {
  const above = f64x2.pmax(f64x2.splat(0), v128.sub<f64>(size, theta));
  return v128.add<f64>(v128.mul<f64>(a, size), v128.mul<f64>(b, above));
}

/** W ← g·[(1−α)·u + α·Π(s·u)]. */
export function blendRows(
  rows: i32, width: i32, raw: usize, norms: usize, thresholds: usize,
  alpha: f64, scale: f64, lengths: usize, lengthStep: i32, effective: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const offset = <usize>(i * width) << 2;
    const theta = f64x2.splat(load<f64>(thresholds + (<usize>i << 3)));
    const factor = <f64>load<f32>(lengths + <usize>(i * lengthStep)) / <f64>load<f32>(norms + (<usize>i << 2));
    const a = f64x2.splat(factor * (1 - alpha));
    const b = f64x2.splat(factor * alpha * scale);
    for (let j = 0; j < width; j += 4) {
      const at = offset + (<usize>j << 2);
      const v = loadPart(raw + at, width - j);
      const size = v128.abs<f32>(v);
      const value = v128.xor(join(mix(low(size), theta, a, b), mix(high(size), theta, a, b)), signBits(v));
      // At α = 1 an entry that is cut may be −0 so far, of which adding 0 makes 0.
      storePart(effective + at, v128.add<f32>(value, splat(0)), width - j);
    }
  }
}

/**
 * (1−α)·G + α·s·JᵀG of four entries: `rest`·G where they are cut and `whole`·G where they are kept, less `shift` with
 * V's sign where they carry the threshold too. float64 in that difference, since it cancels.
 */
@inline
function pulled(g: v128, v: v128, kept: v128, carries: v128, rest: v128, whole: v128, whole64: v128, shift: v128): v128 {
  const sign = signBits(v);
  const slope = v128.xor(g, sign);
  const carried = join(
    v128.sub<f64>(v128.mul<f64>(whole64, low(slope)), shift),
    v128.sub<f64>(v128.mul<f64>(whole64, high(slope)), shift),
  );
  const plain = v128.mul<f32>(v128.bitselect(whole, rest, kept), g);
  return v128.bitselect(v128.xor(carried, sign), plain, carries);
}

@inline
function pullBack(
  paired: bool, rows: i32, columns: i32, raw: usize, norms: usize, thresholds: usize,
  alpha: f64, scale: f64, gradient: usize, dots: usize,
): f64 {
  const half = <usize>columns << 2;
  const width = paired ? 2 * columns : columns;
  const share = alpha * scale;
  const rest = splat(<f32>(1 - alpha));
  const whole = splat(<f32>(1 - alpha + share));
  const whole64 = f64x2.splat(1 - alpha + share);
  let total: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const offset = <usize>(i * width) << 2;
    const v = raw + offset;
    const g = gradient + offset;
    const theta = load<f64>(thresholds + (<usize>i << 3));
    const thetas = f64x2.splat(theta);
    const least = bar(theta);
    // Σ G·V, Σ G·V's excess over ±θ, and Σ G·sign(V) over what is kept.
    let allLow = f64x2.splat(0), allHigh = allLow;
    let overLow = allLow, overHigh = allLow;
    let signedLow = allLow, signedHigh = allLow;
    for (let j = 0; j < width; j += 4) {
      const at = <usize>j << 2;
      const x = loadPart(v + at, width - j);
      const size = v128.abs<f32>(x);
      const slope = v128.xor(loadPart(g + at, width - j), signBits(x));
      const kept = v128.and(slope, v128.gt<f32>(size, least));
      const sizeLow = low(size), sizeHigh = high(size);
      const keptLow = low(kept), keptHigh = high(kept);
      allLow = v128.add<f64>(allLow, v128.mul<f64>(low(slope), sizeLow));
      allHigh = v128.add<f64>(allHigh, v128.mul<f64>(high(slope), sizeHigh));
      overLow = v128.add<f64>(overLow, v128.mul<f64>(keptLow, v128.sub<f64>(sizeLow, thetas)));
      overHigh = v128.add<f64>(overHigh, v128.mul<f64>(keptHigh, v128.sub<f64>(sizeHigh, thetas)));
      signedLow = v128.add<f64>(signedLow, keptLow);
      signedHigh = v128.add<f64>(signedHigh, keptHigh);
    }
    let counts = i32x4.splat(0);
    for (let j = 0; j < columns; j += 4) {
      const size = sizes(paired, half, v + (<usize>j << 2), columns - j);
      counts = v128.sub<i32>(counts, v128.gt<f32>(size, least));
    }
    // At s = 1 nothing is cut and τ is 0 by definition, but it still moves with u: the row's sum stays 1.
    const shift = f64x2.splat(share * sum64(signedLow, signedHigh) / <f64>counted(counts));
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const left = columns - j;
      const x = loadPart(v + at, left);
      const size = v128.abs<f32>(x);
      const kept = v128.gt<f32>(size, least);
      let carries = kept;
      if (paired) {
        const y = loadPart(v + at + half, left);
        const other = v128.abs<f32>(y);
        const keptOther = v128.gt<f32>(other, least);
        // Ties go to the first side, as in the normalizer.
        const wins = v128.ge<f32>(size, other);
        carries = v128.and(kept, wins);
        const to = g + at + half;
        storePart(to, pulled(loadPart(to, left), y, keptOther, v128.andnot(keptOther, wins), rest, whole, whole64, shift), left);
      }
      storePart(g + at, pulled(loadPart(g + at, left), x, kept, carries, rest, whole, whole64, shift), left);
    }
    const dot = ((1 - alpha) * sum64(allLow, allHigh) + share * sum64(overLow, overHigh))
      / <f64>load<f32>(norms + (<usize>i << 2));
    store<f32>(dots + (<usize>i << 2), <f32>dot);
    total += dot;
  }
  return total;
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
  if (paired) return pullBack(true, rows, columns, raw, norms, thresholds, alpha, scale, gradient, dots);
  return pullBack(false, rows, columns, raw, norms, thresholds, alpha, scale, gradient, dots);
}
