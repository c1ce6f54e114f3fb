// Whole signals, value by value.

import { loadPart, splat, storePart } from "./vector";

/** y ← x. */
export function copyValues(count: i32, x: usize, y: usize): void {
  memory.copy(y, x, <usize>count << 2);
}

/** out ← a + b. */
export function sumOf(count: i32, a: usize, b: usize, out: usize): void {
  for (let k = 0; k < count; k += 4) {
    const at = <usize>k << 2;
    storePart(out + at, v128.add<f32>(loadPart(a + at, count - k), loadPart(b + at, count - k)), count - k);
  }
}

/** y ← max(x, 0). */
export function positivePart(count: i32, x: usize, y: usize): void {
  for (let k = 0; k < count; k += 4) {
    const at = <usize>k << 2;
    storePart(y + at, v128.pmax<f32>(loadPart(x + at, count - k), splat(0)), count - k);
  }
}

/** δ ← δ where x > 0, else 0. */
export function zeroWhereNot(count: i32, x: usize, delta: usize): void {
  for (let k = 0; k < count; k += 4) {
    const at = <usize>k << 2;
    const on = v128.gt<f32>(loadPart(x + at, count - k), splat(0));
    storePart(delta + at, v128.and(loadPart(delta + at, count - k), on), count - k);
  }
}
