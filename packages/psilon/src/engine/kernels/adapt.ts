// W_i = s_i · (E_i ⊙ r): the columns of a matrix weighed by r, one factor each, with s_i = N(E_i) / N(E_i ⊙ r) where rows
// keep their norm and 1 where they have none to keep. Norm kinds: 0 is none, 1 is L1, 2 is L2. A row of zeros has s_i = 1.

import { loadPart, multiplyAdd, signOf, splat, storePart, sumLanes } from "./vector";

@inline
function sizeTerm(norm: i32, v: v128, sum: v128): v128 {
  return norm == 1 ? v128.add<f32>(sum, v128.abs<f32>(v)) : multiplyAdd(v, v, sum);
}

@inline
function sizeOf(norm: i32, sum: v128): f32 {
  return norm == 1 ? sumLanes(sum) : sqrt<f32>(sumLanes(sum));
}

/** Writes W. */
export function adaptRows(norm: i32, rows: i32, columns: i32, e: usize, r: usize, w: usize): void {
  for (let i = 0; i < rows; i++) {
    const offset = <usize>(i * columns) << 2;
    let before = splat(0);
    let after = splat(0);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const x = loadPart(e + offset + at, count);
      const y = v128.mul<f32>(x, loadPart(r + at, count));
      before = sizeTerm(norm, x, before);
      after = sizeTerm(norm, y, after);
      storePart(w + offset + at, y, count);
    }
    if (norm == 0) continue;
    const size = sizeOf(norm, after);
    if (!(size > 0)) continue;
    const scale = splat(sizeOf(norm, before) / size);
    for (let j = 0; j < columns; j += 4) {
      const at = w + offset + (<usize>j << 2);
      storePart(at, v128.mul<f32>(scale, loadPart(at, columns - j)), columns - j);
    }
  }
}

/**
 * Adds ∂ℓ/∂E and ∂ℓ/∂r for ∂ℓ/∂W = `gradient`. With d = ⟨∂_i, E_i ⊙ r⟩ and b = N(E_i ⊙ r)
 *
 *     L1:  ∂E_ij = s·r_j·∂_ij + (d/b)·sign(E_ij)·(1 − s·|r_j|)    ∂r_j = Σ_i s·E_ij·∂_ij − (d/b)·s·|E_ij|·sign(r_j)
 *     L2:  ∂E_ij = s·r_j·∂_ij + (d/b²)·E_ij·(1/s − s·r_j²)       ∂r_j = Σ_i s·E_ij·∂_ij − (d/b²)·s·E_ij²·r_j
 */
export function adaptPullback(
  norm: i32, rows: i32, columns: i32, e: usize, r: usize, gradient: usize, toE: usize, toR: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const offset = <usize>(i * columns) << 2;
    let before = splat(0);
    let after = splat(0);
    let dots = splat(0);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const x = loadPart(e + offset + at, count);
      const y = v128.mul<f32>(x, loadPart(r + at, count));
      before = sizeTerm(norm, x, before);
      after = sizeTerm(norm, y, after);
      dots = multiplyAdd(y, loadPart(gradient + offset + at, count), dots);
    }
    const size = norm == 0 ? <f32>0 : sizeOf(norm, after);
    const keeps = size > 0;
    const factor: f32 = keeps ? sizeOf(norm, before) / size : 1;
    const share: f32 = keeps ? sumLanes(dots) / (norm == 1 ? size : size * size) : 0;
    const s = splat(factor);
    const k = splat(share);
    const one = splat(norm == 1 ? 1 : 1 / factor);
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const x = loadPart(e + offset + at, count);
      const a = loadPart(r + at, count);
      const g = v128.mul<f32>(s, loadPart(gradient + offset + at, count));
      const direction = norm == 1 ? signOf(x) : x;
      const weight = norm == 1 ? v128.abs<f32>(a) : v128.mul<f32>(a, a);
      const rest = v128.sub<f32>(one, v128.mul<f32>(s, weight));
      const onE = v128.add<f32>(v128.mul<f32>(a, g), v128.mul<f32>(v128.mul<f32>(k, direction), rest));
      const pull = norm == 1 ? v128.mul<f32>(v128.abs<f32>(x), signOf(a)) : v128.mul<f32>(v128.mul<f32>(x, x), a);
      const onR = v128.sub<f32>(v128.mul<f32>(x, g), v128.mul<f32>(v128.mul<f32>(k, s), pull));
      storePart(toE + offset + at, v128.add<f32>(loadPart(toE + offset + at, count), onE), count);
      storePart(toR + at, v128.add<f32>(loadPart(toR + at, count), onR), count);
    }
  }
}
