// What passes through a network beside its rows when each of them may be anywhere in a box: centre c and radius r of every number, so that it
// lies in [c − r, c + r] (interval bounds, arXiv:1810.12715). Gradients of weights and biases are added to those that stand there.

import { loadPart, multiplyAdd, signOf, splat, storePart } from "./vector";

/** out ← |x|. */
export function magnitudes(count: i32, x: usize, out: usize): void {
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    storePart(out + at, v128.abs<f32>(loadPart(x + at, count - j)), count - j);
  }
}

/** G ← G + sign(W)∘T: T is the slope by |W|. */
export function addSigned(count: i32, w: usize, t: usize, gradient: usize): void {
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    const left = count - j;
    const slope = v128.mul<f32>(signOf(loadPart(w + at, left)), loadPart(t + at, left));
    storePart(gradient + at, v128.add<f32>(loadPart(gradient + at, left), slope), left);
  }
}

/** c ← c + b; with `relu` the box of max(h, 0) for h in the box, by its ends. */
export function boxBias(rows: i32, columns: i32, centre: usize, radius: usize, bias: usize, relu: bool): void {
  const half = splat(0.5);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const c = v128.add<f32>(loadPart(centre + at, count), loadPart(bias + at, count));
      if (relu) {
        const r = loadPart(radius + at, count);
        const lower = v128.pmax<f32>(v128.sub<f32>(c, r), splat(0));
        const upper = v128.pmax<f32>(v128.add<f32>(c, r), splat(0));
        storePart(centre + at, v128.mul<f32>(half, v128.add<f32>(lower, upper)), count);
        storePart(radius + at, v128.mul<f32>(half, v128.sub<f32>(upper, lower)), count);
      } else storePart(centre + at, c, count);
    }
    centre += <usize>columns << 2;
    radius += <usize>columns << 2;
  }
}

/** Back: with `relu` an end's slope goes on where the end is above 0; db ← db + column sums of the centre's. */
export function boxBiasBackward(
  rows: i32, columns: i32, centreDelta: usize, radiusDelta: usize, centre: usize, radius: usize, relu: bool,
  biasGradient: usize,
): void {
  const half = splat(0.5);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      let d = loadPart(centreDelta + at, count);
      if (relu) {
        const e = loadPart(radiusDelta + at, count);
        const c = loadPart(centre + at, count);
        const r = loadPart(radius + at, count);
        const lower = v128.and(v128.gt<f32>(v128.sub<f32>(c, r), splat(0)), v128.mul<f32>(half, v128.sub<f32>(d, e)));
        const upper = v128.and(v128.gt<f32>(v128.add<f32>(c, r), splat(0)), v128.mul<f32>(half, v128.add<f32>(d, e)));
        d = v128.add<f32>(upper, lower);
        storePart(centreDelta + at, d, count);
        storePart(radiusDelta + at, v128.sub<f32>(upper, lower), count);
      }
      storePart(biasGradient + at, v128.add<f32>(loadPart(biasGradient + at, count), d), count);
    }
    const step = <usize>columns << 2;
    centreDelta += step;
    radiusDelta += step;
    centre += step;
    radius += step;
  }
}

/**
 * The box of size `size` around x within [lower, upper], row by row: c ← x + size·(½(lower + upper) − x), r ← size·½(upper − lower). Of a
 * group (its first input and how many there are, int32) in a row where one is 1, any other one may be: what is left of x is 1 − size of it,
 * and centre and radius of the input that stands for the group, after all others, are `size`; else they are 0.
 */
export function boxAround(
  rows: i32, columns: i32, groups: i32, group: usize, x: usize, lower: usize, upper: usize, size: f32,
  centre: usize, radius: usize,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const count = columns - j;
      const l = loadPart(lower + at, count);
      const u = loadPart(upper + at, count);
      const own = loadPart(x + at, count);
      const middle = v128.mul<f32>(splat(0.5), v128.add<f32>(l, u));
      storePart(centre + at, multiplyAdd(splat(size), v128.sub<f32>(middle, own), own), count);
      storePart(radius + at, v128.mul<f32>(splat(0.5 * size), v128.sub<f32>(u, l)), count);
    }
    for (let k = 0; k < groups; k++) {
      const first = centre + (<usize>load<i32>(group + (<usize>k << 3)) << 2);
      const end = first + (<usize>load<i32>(group + (<usize>k << 3) + 4) << 2);
      let moved: f32 = 0;
      for (let at = first; at < end; at += 4) {
        const own = load<f32>(at);
        if (own != 0) moved = size;
        store<f32>(at, own * (1 - size));
      }
      const last = <usize>(columns + k) << 2;
      store<f32>(centre + last, moved);
      store<f32>(radius + last, moved);
    }
    const step = <usize>columns << 2;
    x += step;
    lower += step;
    upper += step;
    centre += step + (<usize>groups << 2);
    radius += step + (<usize>groups << 2);
  }
}

/** Which of a group's weights in the row at `w` is the largest, or with `least` the least. */
@inline
function extreme(w: usize, first: i32, count: i32, least: bool): i32 {
  let found = first;
  for (let j = first + 1; j < first + count; j++) {
    const one = load<f32>(w + (<usize>j << 2));
    const best = load<f32>(w + (<usize>found << 2));
    if (least ? one < best : one > best) found = j;
  }
  return found;
}

/** W and |W| with a column more for each group: middle and half width of what its weights can be, row by row. */
export function withGroups(
  rows: i32, columns: i32, groups: i32, group: usize, w: usize, middles: usize, widths: usize,
): void {
  for (let i = 0; i < rows; i++) {
    memory.copy(middles, w, <usize>columns << 2);
    magnitudes(columns, w, widths);
    for (let k = 0; k < groups; k++) {
      const first = load<i32>(group + (<usize>k << 3));
      const count = load<i32>(group + (<usize>k << 3) + 4);
      const least = load<f32>(w + (<usize>extreme(w, first, count, true) << 2));
      const most = load<f32>(w + (<usize>extreme(w, first, count, false) << 2));
      const last = <usize>(columns + k) << 2;
      store<f32>(middles + last, 0.5 * (most + least));
      store<f32>(widths + last, 0.5 * (most - least));
    }
    w += <usize>columns << 2;
    middles += <usize>(columns + groups) << 2;
    widths += <usize>(columns + groups) << 2;
  }
}

@inline
function addTo(at: usize, value: f32): void {
  store<f32>(at, load<f32>(at) + value);
}

/** G ← G + what the slopes by those two matrices come to. */
export function withGroupsBackward(
  rows: i32, columns: i32, groups: i32, group: usize, w: usize, middles: usize, widths: usize, gradient: usize,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = <usize>j << 2;
      const left = columns - j;
      storePart(gradient + at, v128.add<f32>(loadPart(gradient + at, left), loadPart(middles + at, left)), left);
    }
    addSigned(columns, w, widths, gradient);
    for (let k = 0; k < groups; k++) {
      const first = load<i32>(group + (<usize>k << 3));
      const count = load<i32>(group + (<usize>k << 3) + 4);
      const last = <usize>(columns + k) << 2;
      const middle = load<f32>(middles + last);
      const width = load<f32>(widths + last);
      addTo(gradient + (<usize>extreme(w, first, count, false) << 2), 0.5 * (middle + width));
      addTo(gradient + (<usize>extreme(w, first, count, true) << 2), 0.5 * (middle - width));
    }
    w += <usize>columns << 2;
    gradient += <usize>columns << 2;
    middles += <usize>(columns + groups) << 2;
    widths += <usize>(columns + groups) << 2;
  }
}
