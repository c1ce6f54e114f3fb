import { windowsAlong } from "./convolution.js";
import { type Shape, shapeText } from "./shape.js";
import { checkSize } from "./weighted.js";

/** Square windows that move over an image height × width × channels; every channel is by itself. */
export interface PoolingSpec {
  /** Height and width of a window. */
  readonly size: number;
  /** Default: the size, so that windows lie side by side. Where they do not reach the end, it is left out. */
  readonly stride?: number;
  /** Pixels around the image, fewer than `size`; default: 0. */
  readonly padding?: number;
}

/** As a layer kind's `choices`. */
export const poolingChoices = { size: true, stride: true, padding: true } as const;

export const windowsOf = ({ size, stride = size, padding = 0 }: PoolingSpec): Required<PoolingSpec> => ({
  size,
  stride,
  padding,
});

/** As a layer kind's `shape`. */
export function pooledShape(spec: PoolingSpec, input: Shape): Shape | string {
  const windows = windowsOf(spec);
  const { size, stride, padding } = windows;
  checkSize("window size", size);
  checkSize("stride", stride);
  checkSize("padding", padding, 0);
  const [height, width, channels] = input;
  const least = Math.max(1, size - 2 * padding);
  if (padding >= size) return `images with a padding below its windows' size of ${size}, not of ${padding}`;
  if (input.length !== 3 || height < least || width < least) {
    return `images height × width × channels of at least ${shapeText([least, least])}`;
  }
  return [windowsAlong(height, windows), windowsAlong(width, windows), channels];
}
