// What sorts: groups of channels, and units that read the largest distances. Where a value came from is kept as an int32 for the way back.

import { loadPart, splat } from "./vector";

/** Every `size` values in descending order, equal ones as they stand; `order`: of each its place among those that were read. */
export function sortGroups(groups: i32, size: i32, x: usize, y: usize, order: usize): void {
  const group = <usize>size << 2;
  for (let g = 0; g < groups; g++) {
    for (let i = 0; i < size; i++) {
      const value = load<f32>(x + (<usize>i << 2));
      let at = <usize>i << 2;
      for (; at > 0 && load<f32>(y + at - 4) < value; at -= 4) {
        store<f32>(y + at, load<f32>(y + at - 4));
        store<i32>(order + at, load<i32>(order + at - 4));
      }
      store<f32>(y + at, value);
      store<i32>(order + at, i);
    }
    x += group;
    y += group;
    order += group;
  }
}

/** Each slope back to the place that its value came from. */
export function sortGroupsBackward(groups: i32, size: i32, order: usize, delta: usize, readDelta: usize): void {
  const group = <usize>size << 2;
  for (let g = 0; g < groups; g++) {
    for (let at: usize = 0; at < group; at += 4) {
      store<f32>(readDelta + (<usize>load<i32>(order + at) << 2), load<f32>(delta + at));
    }
    delta += group;
    readDelta += group;
    order += group;
  }
}

/** The least of |x_j + b_j| over the j in `order`. */
@inline
function leastAt(depth: i32, order: usize, x: usize, b: usize): f32 {
  let least: f32 = Infinity;
  for (let t = 0; t < depth; t++) {
    const at = <usize>load<i32>(order + (<usize>t << 2)) << 2;
    least = min(least, abs<f32>(load<f32>(x + at) + load<f32>(b + at)));
  }
  return least;
}

/**
 * The `depth` largest |x_j + b_j| that are at least `floor` into `largest`, in descending order, equal ones as they stand, and their places into
 * `order`. Returns whether there are so many.
 */
@inline
function findLargest(
  columns: i32, depth: i32, floor: f32, x: usize, b: usize, order: usize, largest: usize,
): bool {
  const end = <usize>(depth - 1) << 2;
  for (let at: usize = 0; at <= end; at += 4) store<f32>(largest + at, -1);
  let least: f32 = -1;
  let poison: f32 = 0;
  for (let j = 0; j < columns; j += 4) {
    const from = <usize>j << 2;
    const sizes = v128.abs<f32>(v128.add<f32>(loadPart(x + from, columns - j), loadPart(b + from, columns - j)));
    const out = v128.or(v128.lt<f32>(sizes, splat(floor)), v128.le<f32>(sizes, splat(least)));
    if (v128.all_true<i32>(out)) continue;
    for (let c = j; c < min(j + 4, columns); c++) {
      const value = abs<f32>(load<f32>(x + (<usize>c << 2)) + load<f32>(b + (<usize>c << 2)));
      if (value < floor || value <= least) continue;
      if (value != value) {
        poison = value;
        continue;
      }
      let at = end;
      for (; at > 0 && load<f32>(largest + at - 4) < value; at -= 4) {
        store<f32>(largest + at, load<f32>(largest + at - 4));
        store<i32>(order + at, load<i32>(order + at - 4));
      }
      store<f32>(largest + at, value);
      store<i32>(order + at, c);
      least = load<f32>(largest + end);
    }
  }
  // What is no number goes out as none.
  if (poison != 0) store<f32>(largest, poison);
  return least >= 0;
}

/**
 * y_ik ← Σ_t w_t·(the t-th largest of |x_ij + b_kj| over all j), t below `depth` and that not above `columns`; `order`, rows × units × depth:
 * which j those are, and before, where it is likely that large ones are. `largest`: room for `depth` values.
 */
export function orderStatistics(
  rows: i32, columns: i32, units: i32, depth: i32, x: usize, b: usize, w: usize, y: usize, order: usize, largest: usize,
): void {
  for (let i = 0; i < rows; i++) {
    let shift = b;
    for (let k = 0; k < units; k++) {
      // No more than these can be larger than the least of any so many.
      const floor = leastAt(depth, order, x, shift);
      if (!findLargest(columns, depth, floor, x, shift, order, largest)) {
        findLargest(columns, depth, 0, x, shift, order, largest);
      }
      let total: f32 = 0;
      for (let t = 0; t < depth; t++) {
        total += load<f32>(w + (<usize>t << 2)) * load<f32>(largest + (<usize>t << 2));
      }
      store<f32>(y, total);
      y += 4;
      order += <usize>depth << 2;
      shift += <usize>columns << 2;
    }
    x += <usize>columns << 2;
  }
}

/** ∂ℓ/∂b, and ∂ℓ/∂x unless that is 0: δ_ik·w_t·sign(x_ij + b_kj) at each j in the order. */
export function orderStatisticsBackward(
  rows: i32, columns: i32, units: i32, depth: i32, x: usize, b: usize, w: usize, order: usize, delta: usize,
  gradient: usize, readDelta: usize,
): void {
  const row = <usize>columns << 2;
  memory.fill(gradient, 0, <usize>units * row);
  if (readDelta) memory.fill(readDelta, 0, <usize>rows * row);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < units; k++) {
      const shift = b + <usize>k * row;
      const slopes = gradient + <usize>k * row;
      const d = load<f32>(delta);
      for (let t = 0; t < depth; t++) {
        const at = <usize>load<i32>(order + (<usize>t << 2)) << 2;
        const size = d * load<f32>(w + (<usize>t << 2));
        const slope = load<f32>(x + at) + load<f32>(shift + at) < 0 ? -size : size;
        store<f32>(slopes + at, load<f32>(slopes + at) + slope);
        if (readDelta) store<f32>(readDelta + at, load<f32>(readDelta + at) + slope);
      }
      delta += 4;
      order += <usize>depth << 2;
    }
    x += row;
    if (readDelta) readDelta += row;
  }
}
