// Boxes through h ↦ Σ_j w⁺_j·max(h_j, 0) + w⁻_j·min(h_j, 0): a term is piecewise linear in its h_j with the kink at 0, so that over
// [l, u] it lies between the least and the largest of its values at l, at u and, where 0 is between them, at 0.

import { loadPart, multiplyAdd, splat, storePart, sumLanes } from "./vector";

/** A term's value at h. */
@inline
function termAt(plus: v128, minus: v128, h: v128): v128 {
  const below = v128.mul<f32>(minus, v128.pmin<f32>(h, splat(0)));
  return multiplyAdd(plus, v128.pmax<f32>(h, splat(0)), below);
}

/** Where 0 lies inside of [l, u]. */
@inline
function straddles(lower: v128, upper: v128): v128 {
  return v128.and(v128.lt<f32>(lower, splat(0)), v128.gt<f32>(upper, splat(0)));
}

/**
 * The box of H·Wᵀ for pairs of rows W⁺, W⁻ (rows × 2·columns); with `residual` that of h + H·Wᵀ, taking both as if they moved on their own.
 */
export function boxPair(
  n: i32, rows: i32, columns: i32, residual: bool, w: usize, centre: usize, radius: usize,
  outCentre: usize, outRadius: usize,
): void {
  const half = <usize>columns << 2;
  for (let r = 0; r < n; r++) {
    let row = w;
    for (let i = 0; i < rows; i++) {
      let least = splat(0);
      let most = splat(0);
      for (let j = 0; j < columns; j += 4) {
        const at = <usize>j << 2;
        const count = columns - j;
        const c = loadPart(centre + at, count);
        const d = loadPart(radius + at, count);
        const lower = v128.sub<f32>(c, d);
        const upper = v128.add<f32>(c, d);
        const plus = loadPart(row + at, count);
        const minus = loadPart(row + at + half, count);
        const atLower = termAt(plus, minus, lower);
        const atUpper = termAt(plus, minus, upper);
        const kink = straddles(lower, upper);
        const low = v128.pmin<f32>(atLower, atUpper);
        const high = v128.pmax<f32>(atLower, atUpper);
        least = v128.add<f32>(least, v128.bitselect(v128.pmin<f32>(low, splat(0)), low, kink));
        most = v128.add<f32>(most, v128.bitselect(v128.pmax<f32>(high, splat(0)), high, kink));
      }
      const at = <usize>i << 2;
      const low = sumLanes(least);
      const high = sumLanes(most);
      store<f32>(outCentre + at, 0.5 * (high + low) + (residual ? load<f32>(centre + at) : 0));
      store<f32>(outRadius + at, 0.5 * (high - low) + (residual ? load<f32>(radius + at) : 0));
      row += half << 1;
    }
    centre += half;
    radius += half;
    outCentre += <usize>rows << 2;
    outRadius += <usize>rows << 2;
  }
}

/**
 * What slopes `most` by the largest and `least` by the least value of four terms come to, added to the gradients of the weights and to the
 * slopes by centre and radius; taken from the gradients `fromPlus` and `fromMinus`, if any, of what the weights are the difference to.
 */
@inline
function termsBackward(
  plus: v128, minus: v128, centre: usize, radius: usize, most: v128, least: v128, centreDelta: usize, radiusDelta: usize,
  plusGradient: usize, minusGradient: usize, fromPlus: usize, fromMinus: usize, count: i32,
): void {
  const c = loadPart(centre, count);
  const d = loadPart(radius, count);
  const lower = v128.sub<f32>(c, d);
  const upper = v128.add<f32>(c, d);
  const atLower = termAt(plus, minus, lower);
  const atUpper = termAt(plus, minus, upper);
  const kink = straddles(lower, upper);
  const isUp = v128.ge<f32>(atUpper, atLower);
  const high = v128.pmax<f32>(atLower, atUpper);
  const low = v128.pmin<f32>(atLower, atUpper);
  // The value at 0 has no slope.
  const toMost = v128.andnot(most, v128.and(kink, v128.le<f32>(high, splat(0))));
  const toLeast = v128.andnot(least, v128.and(kink, v128.ge<f32>(low, splat(0))));
  const toUpper = v128.bitselect(toMost, toLeast, isUp);
  const toLower = v128.bitselect(toLeast, toMost, isUp);
  const up = v128.mul<f32>(toUpper, v128.bitselect(plus, minus, v128.gt<f32>(upper, splat(0))));
  const down = v128.mul<f32>(toLower, v128.bitselect(plus, minus, v128.gt<f32>(lower, splat(0))));
  storePart(centreDelta, v128.add<f32>(loadPart(centreDelta, count), v128.add<f32>(up, down)), count);
  storePart(radiusDelta, v128.add<f32>(loadPart(radiusDelta, count), v128.sub<f32>(up, down)), count);
  const byPlus = v128.add<f32>(
    v128.mul<f32>(toUpper, v128.pmax<f32>(upper, splat(0))), v128.mul<f32>(toLower, v128.pmax<f32>(lower, splat(0))),
  );
  const byMinus = v128.add<f32>(
    v128.mul<f32>(toUpper, v128.pmin<f32>(upper, splat(0))), v128.mul<f32>(toLower, v128.pmin<f32>(lower, splat(0))),
  );
  // One after the other, since both gradients may be the same.
  storePart(plusGradient, v128.add<f32>(loadPart(plusGradient, count), byPlus), count);
  storePart(minusGradient, v128.add<f32>(loadPart(minusGradient, count), byMinus), count);
  if (!fromPlus) return;
  storePart(fromPlus, v128.sub<f32>(loadPart(fromPlus, count), byPlus), count);
  storePart(fromMinus, v128.sub<f32>(loadPart(fromMinus, count), byMinus), count);
}

/** Of one vector of weights of a pair's row i, for all n rows that read it. */
@inline
function columnsBackward(
  n: i32, rows: i32, half: usize, w: usize, centre: usize, radius: usize, outCentreDelta: usize, outRadiusDelta: usize,
  centreDelta: usize, radiusDelta: usize, gradient: usize, count: i32,
): void {
  const plus = loadPart(w, count);
  const minus = loadPart(w + half, count);
  for (let r = 0; r < n; r++) {
    const d = load<f32>(outCentreDelta);
    const e = load<f32>(outRadiusDelta);
    termsBackward(
      plus, minus, centre, radius, splat(0.5 * (d + e)), splat(0.5 * (d - e)), centreDelta, radiusDelta,
      gradient, gradient + half, 0, 0, count,
    );
    centre += half;
    radius += half;
    centreDelta += half;
    radiusDelta += half;
    outCentreDelta += <usize>rows << 2;
    outRadiusDelta += <usize>rows << 2;
  }
}

/** Back through `boxPair`: G ← G + ∂ℓ/∂W, and what was read gets its slopes. Each weight and its gradient are met once. */
export function boxPairBackward(
  n: i32, rows: i32, columns: i32, residual: bool, w: usize, centre: usize, radius: usize,
  outCentreDelta: usize, outRadiusDelta: usize, centreDelta: usize, radiusDelta: usize, gradient: usize,
): void {
  const half = <usize>columns << 2;
  const all = <usize>n * half;
  if (residual) {
    memory.copy(centreDelta, outCentreDelta, all);
    memory.copy(radiusDelta, outRadiusDelta, all);
  } else {
    memory.fill(centreDelta, 0, all);
    memory.fill(radiusDelta, 0, all);
  }
  for (let i = 0; i < rows; i++) {
    const down = <usize>i << 2;
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at = <usize>j << 2;
      columnsBackward(
        n, rows, half, w + at, centre + at, radius + at, outCentreDelta + down, outRadiusDelta + down,
        centreDelta + at, radiusDelta + at, gradient + at, 4,
      );
    }
    const at = <usize>j << 2;
    if (j < columns) {
      columnsBackward(
        n, rows, half, w + at, centre + at, radius + at, outCentreDelta + down, outRadiusDelta + down,
        centreDelta + at, radiusDelta + at, gradient + at, columns - j,
      );
    }
    w += half << 1;
    gradient += half << 1;
  }
}

/**
 * How far each class' output can be above that of the row's own, y (one float32 a row): out_k ← max over the box of z_k − z_y, by the
 * differences of their rows; 0 for y itself. Of weights that are no pairs W⁺ and W⁻ are the same rows.
 */
export function boxDifferences(
  n: i32, classes: i32, columns: i32, paired: bool, w: usize, bias: usize, labels: usize, centre: usize, radius: usize,
  out: usize,
): void {
  const half = paired ? <usize>columns << 2 : 0;
  const stride = <usize>columns << (paired ? 3 : 2);
  for (let r = 0; r < n; r++) {
    const label = <i32>load<f32>(labels + (<usize>r << 2));
    const own = w + <usize>label * stride;
    for (let k = 0; k < classes; k++) {
      const row = w + <usize>k * stride;
      let most = splat(0);
      for (let j = 0; j < columns; j += 4) {
        const at = <usize>j << 2;
        const count = columns - j;
        const c = loadPart(centre + at, count);
        const d = loadPart(radius + at, count);
        const lower = v128.sub<f32>(c, d);
        const upper = v128.add<f32>(c, d);
        const plus = v128.sub<f32>(loadPart(row + at, count), loadPart(own + at, count));
        const minus = v128.sub<f32>(loadPart(row + half + at, count), loadPart(own + half + at, count));
        const high = v128.pmax<f32>(termAt(plus, minus, lower), termAt(plus, minus, upper));
        const kink = straddles(lower, upper);
        most = v128.add<f32>(most, v128.bitselect(v128.pmax<f32>(high, splat(0)), high, kink));
      }
      const at = <usize>k << 2;
      const biases = load<f32>(bias + at) - load<f32>(bias + (<usize>label << 2));
      store<f32>(out + at, sumLanes(most) + biases);
    }
    centre += <usize>columns << 2;
    radius += <usize>columns << 2;
    out += <usize>classes << 2;
  }
}

/** Back through `boxDifferences`: gradients of weights and biases are added to, and what was read gets its slopes. */
export function boxDifferencesBackward(
  n: i32, classes: i32, columns: i32, paired: bool, w: usize, labels: usize, centre: usize, radius: usize, outDelta: usize,
  centreDelta: usize, radiusDelta: usize, gradient: usize, biasGradient: usize,
): void {
  const width = <usize>columns << 2;
  const half = paired ? width : 0;
  const stride = <usize>columns << (paired ? 3 : 2);
  for (let r = 0; r < n; r++) {
    const label = <i32>load<f32>(labels + (<usize>r << 2));
    const own = <usize>label * stride;
    memory.fill(centreDelta, 0, width);
    memory.fill(radiusDelta, 0, width);
    for (let k = 0; k < classes; k++) {
      if (k == label) continue;
      const slope = load<f32>(outDelta + (<usize>k << 2));
      const row = <usize>k * stride;
      for (let j = 0; j < columns; j += 4) {
        const at = <usize>j << 2;
        const count = columns - j;
        const plus = v128.sub<f32>(loadPart(w + row + at, count), loadPart(w + own + at, count));
        const minus = v128.sub<f32>(loadPart(w + row + half + at, count), loadPart(w + own + half + at, count));
        termsBackward(
          plus, minus, centre + at, radius + at, splat(slope), splat(0), centreDelta + at, radiusDelta + at,
          gradient + row + at, gradient + row + half + at, gradient + own + at, gradient + own + half + at, count,
        );
      }
      const to = biasGradient + (<usize>k << 2);
      store<f32>(to, load<f32>(to) + slope);
      const from = biasGradient + (<usize>label << 2);
      store<f32>(from, load<f32>(from) - slope);
    }
    centre += width;
    radius += width;
    centreDelta += width;
    radiusDelta += width;
    outDelta += <usize>classes << 2;
  }
}
