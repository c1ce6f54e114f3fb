// Dropout by four sequences of xoshiro128** (Blackman & Vigna, 2021) side by side, number k by the sequence k mod 4. Their sixteen words are
// 32 float32 numbers, since as a float32 not every word would outlive being copied: the low 16 bits of each, then the high ones.

import { loadPart, splat, storePart } from "./vector";

@inline
function rotated(x: v128, by: i32): v128 {
  return v128.or(v128.shl<i32>(x, by), v128.shr<u32>(x, 32 - by));
}

@inline
function word(state: usize, k: usize): v128 {
  const low = v128.trunc_sat<u32>(v128.load(state + 16 * k));
  return v128.or(low, v128.shl<i32>(v128.trunc_sat<u32>(v128.load(state + 16 * k + 64)), 16));
}

@inline
function storeWord(state: usize, k: usize, x: v128): void {
  v128.store(state + 16 * k, v128.convert<u32>(v128.and(x, i32x4.splat(0xffff))));
  v128.store(state + 16 * k + 64, v128.convert<u32>(v128.shr<u32>(x, 16)));
}

/**
 * y ← scale·x where a random word is at least `threshold`, else 0. `state` is where the sequences stand, `next` where they stand then: 0
 * where nobody needs that.
 */
export function dropout(count: i32, threshold: u32, scale: f32, state: usize, next: usize, x: usize, y: usize): void {
  let a = word(state, 0);
  let b = word(state, 1);
  let c = word(state, 2);
  let d = word(state, 3);
  const least = i32x4.splat(threshold);
  const scales = splat(scale);
  for (let k = 0; k < count; k += 4) {
    const times5 = v128.add<i32>(v128.shl<i32>(b, 2), b);
    const turned = rotated(times5, 7);
    const drawn = v128.add<i32>(v128.shl<i32>(turned, 3), turned);
    const shifted = v128.shl<i32>(b, 9);
    c = v128.xor(c, a);
    d = v128.xor(d, b);
    b = v128.xor(b, c);
    a = v128.xor(a, d);
    c = v128.xor(c, shifted);
    d = rotated(d, 11);
    const at = <usize>k << 2;
    const kept = v128.and(v128.mul<f32>(loadPart(x + at, count - k), scales), v128.ge<u32>(drawn, least));
    storePart(y + at, kept, count - k);
  }
  if (!next) return;
  storeWord(next, 0, a);
  storeWord(next, 1, b);
  storeWord(next, 2, c);
  storeWord(next, 3, d);
}
