import { gamma, orInfinity } from "./rounding.js";

/** A window that moves over an image with zeros around it, and how many windows there are down and across. */
export interface Windows {
  readonly height: number;
  readonly width: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly down: number;
  readonly across: number;
}

/**
 * The largest sum of what the pixels of one window weigh, over all windows, where each of `weights` has size × size numbers that are not
 * negative; zeros around the image are no pixels. So with |w| it is a convolution's norm ℓ∞→ℓ∞, which is the largest sum of a row of its
 * matrix. Rounded outwards; `roundings`: what a weight has met.
 */
export function largestOverWindows(
  windows: Windows,
  weights: readonly Float64Array[],
  roundings: number,
): number {
  const { height, width, size, stride, padding, down, across } = windows;
  const seen = (count: number, pixels: number) =>
    distinct(count, (i) => places(size, (p) => isBelow(i * stride - padding + p, pixels)));
  return largestSum(seen(down, height), seen(across, width), windows, weights, roundings);
}

/** The same over all pixels, of what a pixel weighs in the windows that see it: the norm ℓ1→ℓ1, the largest sum of a column. */
export function largestOverPixels(
  windows: Windows,
  weights: readonly Float64Array[],
  roundings: number,
): number {
  const { height, width, size, stride, padding, down, across } = windows;
  const seenBy = (pixels: number, count: number) =>
    distinct(pixels, (y) =>
      places(size, (p) => (y + padding - p) % stride === 0 && isBelow((y + padding - p) / stride, count)),
    );
  return largestSum(seenBy(height, down), seenBy(width, across), windows, weights, roundings);
}

function largestSum(
  rows: readonly (readonly number[])[],
  columns: readonly (readonly number[])[],
  { size }: Windows,
  weights: readonly Float64Array[],
  roundings: number,
): number {
  let largest = 0;
  for (const weight of weights) {
    for (const own of rows) {
      for (const others of columns) {
        let sum = 0;
        for (const p of own) for (const q of others) sum += weight[p * size + q];
        largest = Math.max(largest, sum);
      }
    }
  }
  return orInfinity(largest * (1 + 2 * gamma(roundings + size * size + 2)));
}

const isBelow = (place: number, count: number) => place >= 0 && place < count;

const places = (size: number, isIn: (p: number) => boolean) =>
  Array.from({ length: size }, (_, p) => p).filter(isIn);

/** The lists of so many places, each once. */
const distinct = (count: number, list: (place: number) => number[]): number[][] => [
  ...new Map(Array.from({ length: count }, (_, i) => list(i)).map((own) => [own.join(), own])).values(),
];
