// Windows of images, a number of each channel for all of a window's pixels that are in the image. An image is height × width × channels,
// channels fastest, and `down` × `across` windows of it are written.

import { loadPart, splat, storePart } from "./vector";

/** y ← the largest of a window, the first of equals; `winners` ← the pixel that it is, counted through all images. A NaN stays one. */
@inline
function largest(
  top: i32, bottom: i32, left: i32, right: i32, width: i32, stride: usize, image: i32, x: usize, y: usize, winners: usize,
  count: i32,
): void {
  const start = image + top * width + left;
  let best = loadPart(x + stride * start, count);
  let winner = i32x4.splat(start);
  for (let i = top; i < bottom; i++) {
    for (let j = left; j < right; j++) {
      const pixel = image + i * width + j;
      const value = loadPart(x + stride * pixel, count);
      const wins = v128.or(v128.gt<f32>(value, best), v128.ne<f32>(value, value));
      best = v128.bitselect(value, best, wins);
      winner = v128.bitselect(i32x4.splat(pixel), winner, wins);
    }
  }
  storePart(y, best, count);
  storePart(winners, winner, count);
}

/** The largest of every window, and which pixel it is. */
export function maxPool(
  images: i32, height: i32, width: i32, channels: i32, size: i32, stride: i32, padding: i32, down: i32, across: i32,
  x: usize, y: usize, winners: usize,
): void {
  const row = <usize>channels << 2;
  for (let n = 0; n < images; n++) {
    for (let i = 0; i < down; i++) {
      const top = i * stride - padding;
      const bottom = min(height, top + size);
      for (let j = 0; j < across; j++) {
        const left = j * stride - padding;
        const right = min(width, left + size);
        const from = max(0, top);
        const first = max(0, left);
        const image = n * height * width;
        let c = 0;
        for (; c + 4 <= channels; c += 4) {
          const at = <usize>c << 2;
          largest(from, bottom, first, right, width, row, image, x + at, y + at, winners + at, 4);
        }
        const at = <usize>c << 2;
        if (c < channels) {
          largest(from, bottom, first, right, width, row, image, x + at, y + at, winners + at, channels - c);
        }
        y += row;
        winners += row;
      }
    }
  }
}

/** Adds each window's δ onto the pixel that won it; `back`, ∂ℓ/∂x, is 0 at first. */
export function maxPoolBackward(rows: i32, channels: i32, winners: usize, delta: usize, back: usize): void {
  const row = <usize>channels << 2;
  for (let i = 0; i < rows; i++) {
    for (let at: usize = 0; at < row; at += 4) {
      const pixel = back + row * load<i32>(winners + at) + at;
      store<f32>(pixel, load<f32>(pixel) + load<f32>(delta + at));
    }
    winners += row;
    delta += row;
  }
}

@inline
function meanOf(
  top: i32, bottom: i32, left: i32, right: i32, width: i32, stride: usize, factor: f32, x: usize, y: usize, count: i32,
): void {
  let sum = splat(0);
  for (let i = top; i < bottom; i++) {
    for (let j = left; j < right; j++) sum = v128.add<f32>(sum, loadPart(x + stride * (i * width + j), count));
  }
  storePart(y, v128.mul<f32>(sum, splat(factor)), count);
}

@inline
function spread(
  top: i32, bottom: i32, left: i32, right: i32, width: i32, stride: usize, factor: f32, back: usize, delta: usize,
  count: i32,
): void {
  const part = v128.mul<f32>(loadPart(delta, count), splat(factor));
  for (let i = top; i < bottom; i++) {
    for (let j = left; j < right; j++) {
      const at = back + stride * (i * width + j);
      storePart(at, v128.add<f32>(loadPart(at, count), part), count);
    }
  }
}

@inline
function averages(
  images: i32, height: i32, width: i32, channels: i32, size: i32, stride: i32, padding: i32, down: i32, across: i32,
  factor: f32, x: usize, y: usize, isBack: bool,
): void {
  const row = <usize>channels << 2;
  for (let n = 0; n < images; n++) {
    for (let i = 0; i < down; i++) {
      const top = i * stride - padding;
      const from = max(0, top);
      const bottom = min(height, top + size);
      for (let j = 0; j < across; j++) {
        const left = j * stride - padding;
        const first = max(0, left);
        const right = min(width, left + size);
        let c = 0;
        for (; c + 4 <= channels; c += 4) {
          const at = <usize>c << 2;
          if (isBack) spread(from, bottom, first, right, width, row, factor, x + at, y + at, 4);
          else meanOf(from, bottom, first, right, width, row, factor, x + at, y + at, 4);
        }
        const at = <usize>c << 2;
        const count = channels - c;
        if (count > 0) {
          if (isBack) spread(from, bottom, first, right, width, row, factor, x + at, y + at, count);
          else meanOf(from, bottom, first, right, width, row, factor, x + at, y + at, count);
        }
        y += row;
      }
    }
    x += row * (height * width);
  }
}

/** y ← factor times the sum of every window. */
export function averagePool(
  images: i32, height: i32, width: i32, channels: i32, size: i32, stride: i32, padding: i32, down: i32, across: i32,
  factor: f32, x: usize, y: usize,
): void {
  averages(images, height, width, channels, size, stride, padding, down, across, factor, x, y, false);
}

/** Adds factor times each window's δ onto its pixels; `back`, ∂ℓ/∂x, is 0 at first. */
export function averagePoolBackward(
  images: i32, height: i32, width: i32, channels: i32, size: i32, stride: i32, padding: i32, down: i32, across: i32,
  factor: f32, back: usize, delta: usize,
): void {
  averages(images, height, width, channels, size, stride, padding, down, across, factor, back, delta, true);
}

/** y ← the mean of each `places` rows of x. */
export function blockMeans(n: i32, places: i32, columns: i32, x: usize, y: usize): void {
  const row = <usize>columns << 2;
  const factor: f32 = 1 / <f32>places;
  for (let k = 0; k < n; k++) {
    let j = 0;
    for (; j + 4 <= columns; j += 4) meanOf(0, 1, 0, places, 0, row, factor, x + (<usize>j << 2), y + (<usize>j << 2), 4);
    const at = <usize>j << 2;
    if (j < columns) meanOf(0, 1, 0, places, 0, row, factor, x + at, y + at, columns - j);
    x += row * places;
    y += row;
  }
}

/** Each of `places` rows of `back`, ∂ℓ/∂x, ← its part of δ. */
export function blockMeansBackward(n: i32, places: i32, columns: i32, delta: usize, back: usize): void {
  const row = <usize>columns << 2;
  const factor = splat(1 / <f32>places);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < places; i++) {
      for (let j = 0; j < columns; j += 4) {
        const at = <usize>j << 2;
        storePart(back + at, v128.mul<f32>(loadPart(delta + at, columns - j), factor), columns - j);
      }
      back += row;
    }
    delta += row;
  }
}
