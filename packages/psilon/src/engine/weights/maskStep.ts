import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Moments } from "./parameter.js";

/**
 * Takes from a step what would move the entries that a mask holds at 0, gradient and momentum, so that an update leaves them
 * where they are and a row's norm is that of what is kept. Returns whether the mask keeps anything.
 */
export function maskStep(
  { kernels }: Backend,
  mask: Tensor,
  gradient: Tensor,
  { first }: Pick<Moments, "first">,
): boolean {
  kernels.maskValues(mask.length, mask.pointer, first.pointer);
  return kernels.maskValues(mask.length, mask.pointer, gradient.pointer);
}
