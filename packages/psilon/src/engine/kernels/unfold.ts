// The windows of images as rows of a matrix, so that a convolution is a matrix product, and back. An image is height × width × channels, channels
// fastest; the windows of `part` of its channels from `first` on are rows of size·size·part numbers (row, column, channel), 0 where a window
// hangs over. Windows are counted through all images, `down` × `across` in each.

/** A copy in vectors: runs are a pixel's channels, too short for the engine's own. */
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

/** Rows `start` to `start + count` of the windows' matrix. */
export function unfold(
  start: i32, count: i32, height: i32, width: i32, channels: i32, first: i32, part: i32,
  size: i32, stride: i32, padding: i32, down: i32, across: i32, x: usize, patches: usize,
): void {
  let to = patches;
  for (let w = start; w < start + count; w++) {
    const image = w / (down * across);
    const top = ((w / across) % down) * stride - padding;
    const left = (w % across) * stride - padding;
    // Of a window's row the pixels that are in the image.
    const from = max(0, -left);
    const end = max(from, min(size, width - left));
    for (let i = top; i < top + size; i++) {
      if (i < 0 || i >= height) {
        clearRun(to, size * part);
        to += <usize>(size * part) << 2;
        continue;
      }
      const pixel = x + (<usize>(((image * height + i) * width + left + from) * channels + first) << 2);
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

/** The transpose: adds rows `start` to `start + count` onto the pixels that their windows see. */
export function foldOnto(
  start: i32, count: i32, height: i32, width: i32, channels: i32, first: i32, part: i32,
  size: i32, stride: i32, padding: i32, down: i32, across: i32, patches: usize, x: usize,
): void {
  let read = patches;
  for (let w = start; w < start + count; w++) {
    const image = w / (down * across);
    const top = ((w / across) % down) * stride - padding;
    const left = (w % across) * stride - padding;
    const from = max(0, -left);
    const end = max(from, min(size, width - left));
    for (let i = top; i < top + size; i++) {
      const next = read + (<usize>(size * part) << 2);
      if (i >= 0 && i < height) {
        const pixel = x + (<usize>(((image * height + i) * width + left + from) * channels + first) << 2);
        read += <usize>(from * part) << 2;
        if (part == channels) {
          addRun(read, pixel, (end - from) * part);
        } else {
          for (let j = 0; j < end - from; j++) {
            addRun(read, pixel + (<usize>(j * channels) << 2), part);
            read += <usize>part << 2;
          }
        }
      }
      read = next;
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
