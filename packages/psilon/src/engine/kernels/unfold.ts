// The windows of images as rows of matrices, so that a convolution is a sum of matrix products. An image is height × width × channels, channels
// fastest. Unfolded along its rows only, it takes `size` times its room, not size²: for each row of pixels and each place of a window along
// it the size·part numbers (column, channel) that the window sees in that row, of `part` of the channels from `first` on, 0 where it hangs over.
// The i-th row of a window is then a matrix of its own, rows of pixels i, i + stride, …: rows of pixels that are `stride` apart stand together.

/** A copy in vectors: runs are some pixels' channels, too short for the engine's own. */
@inline
function copyRun(from: usize, to: usize, count: i32): void {
  let j = 0;
  for (; j + 4 <= count; j += 4) v128.store(to + (<usize>j << 2), v128.load(from + (<usize>j << 2)));
  for (; j < count; j++) store<f32>(to + (<usize>j << 2), load<f32>(from + (<usize>j << 2)));
}

@inline
function addRun(from: usize, to: usize, count: i32): void {
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    const at = <usize>j << 2;
    v128.store(to + at, v128.add<f32>(v128.load(to + at), v128.load(from + at)));
  }
  for (; j < count; j++) {
    const at = <usize>j << 2;
    store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at));
  }
}

@inline
function clearRun(to: usize, count: i32): void {
  let j = 0;
  for (; j + 4 <= count; j += 4) v128.store(to + (<usize>j << 2), f32x4.splat(0));
  for (; j < count; j++) store<f32>(to + (<usize>j << 2), 0);
}

/**
 * The `rows` rows of pixels from number `top` on, without those that lie outside of the image, for windows at `across` places. Row i stands at
 * (i mod stride)·⌈rows/stride⌉ + ⌊i/stride⌋, as across × (size·part) numbers.
 */
export function unfoldRows(
  top: i32, rows: i32, height: i32, width: i32, channels: i32, first: i32, part: i32,
  size: i32, stride: i32, padding: i32, across: i32, image: usize, unfolded: usize,
): void {
  const apart = (rows + stride - 1) / stride;
  const run = size * part;
  for (let i = 0; i < rows; i++) {
    let to = unfolded + (<usize>((((i % stride) * apart + i / stride) * across) * run) << 2);
    const row = top + i;
    if (row < 0 || row >= height) continue;
    for (let w = 0; w < across; w++) {
      const left = w * stride - padding;
      // Of a window's row the pixels that are in the image.
      const from = max(0, -left);
      const end = min(size, width - left);
      const pixel = image + (<usize>((row * width + left + from) * channels + first) << 2);
      clearRun(to, from * part);
      to += <usize>(from * part) << 2;
      if (part == channels) {
        copyRun(pixel, to, (end - from) * part);
        to += <usize>((end - from) * part) << 2;
      } else {
        for (let j = 0; j < end - from; j++) {
          copyRun(pixel + (<usize>(j * channels) << 2), to, part);
          to += <usize>part << 2;
        }
      }
      clearRun(to, (size - end) * part);
      to += <usize>((size - end) * part) << 2;
    }
  }
}

/** The transpose: adds every number to that of the image from which it would have been copied. */
export function foldRows(
  top: i32, rows: i32, height: i32, width: i32, channels: i32, first: i32, part: i32,
  size: i32, stride: i32, padding: i32, across: i32, unfolded: usize, image: usize,
): void {
  const apart = (rows + stride - 1) / stride;
  const run = size * part;
  for (let i = 0; i < rows; i++) {
    const row = top + i;
    if (row < 0 || row >= height) continue;
    let read = unfolded + (<usize>((((i % stride) * apart + i / stride) * across) * run) << 2);
    for (let w = 0; w < across; w++) {
      const left = w * stride - padding;
      const from = max(0, -left);
      const end = min(size, width - left);
      const pixel = image + (<usize>((row * width + left + from) * channels + first) << 2);
      const run0 = read + (<usize>(from * part) << 2);
      if (part == channels) {
        addRun(run0, pixel, (end - from) * part);
      } else {
        for (let j = 0; j < end - from; j++) {
          addRun(run0 + (<usize>(j * part) << 2), pixel + (<usize>(j * channels) << 2), part);
        }
      }
      read += <usize>run << 2;
    }
  }
}

/** Copies `columns` numbers of every row, between rows of `fromStride` and `toStride` numbers. */
export function copyColumns(rows: i32, columns: i32, from: usize, fromStride: i32, to: usize, toStride: i32): void {
  for (let i = 0; i < rows; i++) {
    copyRun(from, to, columns);
    from += <usize>fromStride << 2;
    to += <usize>toStride << 2;
  }
}
