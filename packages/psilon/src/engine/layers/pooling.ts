import type { Shape } from "./shape.js";
import { windowsOver } from "./windows.js";

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
  const windows = windowsOver(input, "window", windowsOf(spec));
  return typeof windows === "string" ? windows : [...windows, input[2]];
}
