// Pruning masks: of a value's own shape, 0 where it is held at 0 and 1 where it is kept.

import { loadPart, splat, storePart } from "./vector";

@inline
function keptAt(mask: usize, left: i32): v128 {
  return v128.ne<f32>(loadPart(mask, left), splat(0));
}

/**
 * Zeroes what the mask does not keep; but where it keeps nothing at all, everything stays as it is. Returns whether it keeps
 * anything.
 */
export function maskValues(count: i32, mask: usize, values: usize): bool {
  let j = 0;
  while (j < count && !v128.any_true(keptAt(mask + (<usize>j << 2), count - j))) j += 4;
  if (j >= count) return false;
  for (j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    const left = count - j;
    // Selected, not multiplied, so that not even a NaN is left.
    storePart(values + at, v128.and(loadPart(values + at, left), keptAt(mask + at, left)), left);
  }
  return true;
}
