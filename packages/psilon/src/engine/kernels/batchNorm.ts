// Normalization of columns over all rows, a read of x for the moments and one for what is written, and as many back. Numbers are taken less
// their column's in the first row, so that a large mean costs no digits, and are summed in float64. Blocks of rows are few enough to stay in
// the cache while their columns are walked through, four at a time.
//
// `kept`, six rows of a number for each column, is from the way forward: the mean less the first row's m, 1/σ, and y = a·(x − x₀) + b; and on
// the way back p and q of ∂ℓ/∂x = a·(δ + p + q·(x − x₀)). `sums` has room for eight float64 numbers of each four columns.

import { loadPart, multiplyAdd, splat, storePart } from "./vector";

const BLOCK: i32 = 32;
const EPSILON: f64 = 1e-5;
const MOMENTUM: f64 = 0.1;

@inline
function addLow(sums: usize, x: v128): void {
  v128.store(sums, v128.add<f64>(v128.load(sums), f64x2.promote_low_f32x4(x)));
}

@inline
function highHalf(x: v128): v128 {
  return v128.shuffle<i32>(x, x, 2, 3, 2, 3);
}

/** Adds Σu and Σu² of some rows, u = x − x₀. */
@inline
function addMoments(rows: i32, stride: usize, x: usize, first: v128, sums: usize, count: i32): void {
  let low = v128.load(sums);
  let high = v128.load(sums, 16);
  let lowSquares = v128.load(sums, 32);
  let highSquares = v128.load(sums, 48);
  for (let i = 0; i < rows; i++) {
    const u = v128.sub<f32>(loadPart(x, count), first);
    const ul = f64x2.promote_low_f32x4(u);
    const uh = f64x2.promote_low_f32x4(highHalf(u));
    low = v128.add<f64>(low, ul);
    high = v128.add<f64>(high, uh);
    lowSquares = v128.add<f64>(lowSquares, v128.mul<f64>(ul, ul));
    highSquares = v128.add<f64>(highSquares, v128.mul<f64>(uh, uh));
    x += stride;
  }
  v128.store(sums, low);
  v128.store(sums, high, 16);
  v128.store(sums, lowSquares, 32);
  v128.store(sums, highSquares, 48);
}

@inline
function writeRows(
  rows: i32, stride: usize, x: usize, first: v128, a: v128, b: v128, relu: bool, y: usize, count: i32,
): void {
  for (let i = 0; i < rows; i++) {
    let z = multiplyAdd(v128.sub<f32>(loadPart(x, count), first), a, b);
    // As in `activations`: a NaN stays one.
    if (relu) z = v128.pmax<f32>(z, splat(0));
    storePart(y, z, count);
    x += stride;
    y += stride;
  }
}

@inline
function scaleRows(
  rows: i32, columns: i32, x: usize, centre: usize, a: usize, b: usize, relu: bool, y: usize,
): void {
  const stride = <usize>columns << 2;
  for (let start = 0; start < rows; start += BLOCK) {
    const n = min(BLOCK, rows - start);
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at = <usize>j << 2;
      writeRows(n, stride, x + at, v128.load(centre + at), v128.load(a + at), v128.load(b + at), relu, y + at, 4);
    }
    if (j < columns) {
      const at = <usize>j << 2;
      const count = columns - j;
      const c = loadPart(centre + at, count);
      writeRows(n, stride, x + at, c, loadPart(a + at, count), loadPart(b + at, count), relu, y + at, count);
    }
    x += stride * n;
    y += stride * n;
  }
}

/** y ← a·(x − centre) + b, with `relu` its positive part; `centre`, `a` and `b` of each column. */
export function scaleColumns(
  rows: i32, columns: i32, x: usize, centre: usize, a: usize, b: usize, relu: bool, y: usize,
): void {
  if (relu) scaleRows(rows, columns, x, centre, a, b, true, y);
  else scaleRows(rows, columns, x, centre, a, b, false, y);
}

/** γ/√(σ² + ε) of each column. */
export function scalesOfVariances(columns: i32, variance: usize, gamma: usize, a: usize): void {
  for (let at: usize = 0; at < <usize>columns << 2; at += 4) {
    store<f32>(a + at, <f32>(<f64>load<f32>(gamma + at) / sqrt<f64>(<f64>load<f32>(variance + at) + EPSILON)));
  }
}

/**
 * y ← γ·(x − μ)/√(σ² + ε) + β, with `relu` its positive part, by the moments of these rows, which also move the running ones; of a single
 * row they do not, since it says nothing of a variance.
 */
export function batchNorm(
  rows: i32, columns: i32, x: usize, gamma: usize, beta: usize,
  runningMean: usize, runningVariance: usize, sums: usize, kept: usize, relu: bool, y: usize,
): void {
  const stride = <usize>columns << 2;
  memory.fill(sums, 0, <usize>((columns + 3) >> 2) << 6);
  for (let start = 0; start < rows; start += BLOCK) {
    const n = min(BLOCK, rows - start);
    const block = x + stride * start;
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at = <usize>j << 2;
      addMoments(n, stride, block + at, v128.load(x + at), sums + (at << 2), 4);
    }
    const at = <usize>j << 2;
    if (j < columns) addMoments(n, stride, block + at, loadPart(x + at, columns - j), sums + (at << 2), columns - j);
  }
  const count = <f64>rows;
  const a = kept + 2 * stride;
  const b = kept + 3 * stride;
  for (let j = 0; j < columns; j++) {
    const at = <usize>j << 2;
    const own = sums + (<usize>(j >> 2) << 6) + (<usize>(j & 3) << 3);
    const shift = load<f64>(own) / count;
    const variance = max<f64>(load<f64>(own + 32) / count - shift * shift, 0);
    const inverse = 1 / sqrt<f64>(variance + EPSILON);
    const scale = load<f32>(gamma + at) * inverse;
    store<f32>(kept + at, <f32>shift);
    store<f32>(kept + stride + at, <f32>inverse);
    store<f32>(a + at, <f32>scale);
    store<f32>(b + at, <f32>(load<f32>(beta + at) - shift * scale));
    if (rows == 1) continue;
    const mean: f64 = load<f32>(runningMean + at);
    const spread: f64 = load<f32>(runningVariance + at);
    store<f32>(runningMean + at, <f32>(mean + MOMENTUM * (load<f32>(x + at) + shift - mean)));
    const unbiased = (variance * count) / (count - 1);
    store<f32>(runningVariance + at, <f32>(spread + MOMENTUM * (unbiased - spread)));
  }
  scaleColumns(rows, columns, x, x, a, b, relu, y);
}

/** δ where what was written is above 0. */
@inline
function passed(relu: bool, delta: v128, u: v128, a: v128, b: v128): v128 {
  return relu ? v128.and(delta, v128.gt<f32>(multiplyAdd(u, a, b), splat(0))) : delta;
}

/** Adds Σδ and Σδ·u of some rows. */
@inline
function addSlopes(
  rows: i32, stride: usize, x: usize, delta: usize, first: v128, a: v128, b: v128, relu: bool, sums: usize, count: i32,
): void {
  let total = splat(0);
  let products = splat(0);
  for (let i = 0; i < rows; i++) {
    const u = v128.sub<f32>(loadPart(x, count), first);
    const d = passed(relu, loadPart(delta, count), u, a, b);
    total = v128.add<f32>(total, d);
    products = multiplyAdd(d, u, products);
    x += stride;
    delta += stride;
  }
  addLow(sums, total);
  addLow(sums + 16, highHalf(total));
  addLow(sums + 32, products);
  addLow(sums + 48, highHalf(products));
}

/** δ ← a·(δ + p + q·u), over what came back. */
@inline
function writeSlopes(
  rows: i32, stride: usize, x: usize, delta: usize, first: v128, a: v128, b: v128, p: v128, q: v128, relu: bool,
  count: i32,
): void {
  for (let i = 0; i < rows; i++) {
    const u = v128.sub<f32>(loadPart(x, count), first);
    const d = passed(relu, loadPart(delta, count), u, a, b);
    storePart(delta, v128.mul<f32>(a, v128.add<f32>(d, multiplyAdd(q, u, p))), count);
    x += stride;
    delta += stride;
  }
}

@inline
function backwardRows(
  rows: i32, columns: i32, x: usize, delta: usize, gammaGradient: usize, betaGradient: usize,
  sums: usize, kept: usize, relu: bool, isAsked: bool,
): void {
  const stride = <usize>columns << 2;
  const a = kept + 2 * stride;
  const b = kept + 3 * stride;
  const p = kept + 4 * stride;
  const q = kept + 5 * stride;
  memory.fill(sums, 0, <usize>((columns + 3) >> 2) << 6);
  for (let start = 0; start < rows; start += BLOCK) {
    const n = min(BLOCK, rows - start);
    const from = x + stride * start;
    const back = delta + stride * start;
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at = <usize>j << 2;
      const first = v128.load(x + at);
      addSlopes(n, stride, from + at, back + at, first, v128.load(a + at), v128.load(b + at), relu, sums + (at << 2), 4);
    }
    const at = <usize>j << 2;
    const count = columns - j;
    if (count > 0) {
      const first = loadPart(x + at, count);
      const into = sums + (at << 2);
      addSlopes(
        n, stride, from + at, back + at, first, loadPart(a + at, count), loadPart(b + at, count), relu, into, count,
      );
    }
  }
  for (let j = 0; j < columns; j++) {
    const at = <usize>j << 2;
    const own = sums + (<usize>(j >> 2) << 6) + (<usize>(j & 3) << 3);
    const total = load<f64>(own);
    const shift: f64 = load<f32>(kept + at);
    const inverse: f64 = load<f32>(kept + stride + at);
    const slope = inverse * (load<f64>(own + 32) - shift * total);
    store<f32>(gammaGradient + at, <f32>slope);
    store<f32>(betaGradient + at, <f32>total);
    const factor = (-inverse * slope) / rows;
    store<f32>(p + at, <f32>(-total / rows - shift * factor));
    store<f32>(q + at, <f32>factor);
  }
  if (!isAsked) return;
  for (let start = 0; start < rows; start += BLOCK) {
    const n = min(BLOCK, rows - start);
    const from = x + stride * start;
    const back = delta + stride * start;
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      const at = <usize>j << 2;
      const first = v128.load(x + at);
      writeSlopes(
        n, stride, from + at, back + at, first, v128.load(a + at), v128.load(b + at),
        v128.load(p + at), v128.load(q + at), relu, 4,
      );
    }
    const at = <usize>j << 2;
    const count = columns - j;
    if (count > 0) {
      const first = loadPart(x + at, count);
      writeSlopes(
        n, stride, from + at, back + at, first, loadPart(a + at, count), loadPart(b + at, count),
        loadPart(p + at, count), loadPart(q + at, count), relu, count,
      );
    }
  }
}

/** After `batchNorm` with the same x: the slopes of γ and β, and δ ← ∂ℓ/∂x over ∂ℓ/∂y where it is asked for. */
export function batchNormBackward(
  rows: i32, columns: i32, x: usize, delta: usize, gammaGradient: usize, betaGradient: usize,
  sums: usize, kept: usize, relu: bool, isAsked: bool,
): void {
  if (relu) backwardRows(rows, columns, x, delta, gammaGradient, betaGradient, sums, kept, true, isAsked);
  else backwardRows(rows, columns, x, delta, gammaGradient, betaGradient, sums, kept, false, isAsked);
}
