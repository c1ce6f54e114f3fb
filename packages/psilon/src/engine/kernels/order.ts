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

/**
 * y_ik ← Σ_t w_t·(the t-th largest of |x_ij + b_kj| over all j), t below `depth` and that not above `columns`; `order`, rows × units × depth:
 * which j those are. `largest`: room for `depth` values.
 */
export function orderStatistics(
  rows: i32, columns: i32, units: i32, depth: i32, x: usize, b: usize, w: usize, y: usize, order: usize, largest: usize,
): void {
  const end = <usize>(depth - 1) << 2;
  for (let i = 0; i < rows; i++) {
    let shift = b;
    for (let k = 0; k < units; k++) {
      for (let at: usize = 0; at <= end; at += 4) store<f32>(largest + at, -1);
      let least: f32 = -1;
      for (let j = 0; j < columns; j += 4) {
        const from = <usize>j << 2;
        const sum = v128.add<f32>(loadPart(x + from, columns - j), loadPart(shift + from, columns - j));
        if (v128.all_true<i32>(v128.le<f32>(v128.abs<f32>(sum), splat(least)))) continue;
        for (let c = j; c < min(j + 4, columns); c++) {
          const value = abs<f32>(load<f32>(x + (<usize>c << 2)) + load<f32>(shift + (<usize>c << 2)));
          // Not a number comes in as well, and then goes out.
          if (value <= least) continue;
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
      let total: f32 = 0;
      for (let at: usize = 0; at <= end; at += 4) total += load<f32>(w + at) * load<f32>(largest + at);
      store<f32>(y, total);
      y += 4;
      order += end + 4;
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
