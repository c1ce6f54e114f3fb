import { type Shape, shapeText } from "./shape.js";
import { checkSize } from "./weighted.js";

/** How a window moves over an image. */
export interface Windows {
  /** Height and width. */
  readonly size: number;
  readonly stride?: number;
  readonly padding?: number;
  /** Parts of the channels that are each by themselves. */
  readonly groups?: number;
}

/**
 * How many windows there are down and across an image, or what a layer of such windows reads, as the end of the sentence "It reads …". Throws
 * InputError for a size, a stride or a padding that is none.
 */
export function windowsOver(
  input: Shape,
  name: "kernel" | "window",
  { size, stride = 1, padding = 0 }: Windows,
): readonly [number, number] | string {
  checkSize(`${name} size`, size);
  checkSize("stride", stride);
  checkSize("padding", padding, 0);
  const [height, width] = input;
  const least = Math.max(1, size - 2 * padding);
  if (padding >= size) return `images with a padding below its ${name}s' size of ${size}, not of ${padding}`;
  if (input.length !== 3 || height < least || width < least) {
    return `images height × width × channels of at least ${shapeText([least, least])}`;
  }
  const along = (pixels: number) => Math.floor((pixels + 2 * padding - size) / stride) + 1;
  return [along(height), along(width)];
}
