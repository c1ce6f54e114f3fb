import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type BoxLayer, type BoxSignal, createBoxSignal } from "./boxLayer.js";

/**
 * The box of W⁺max(h, 0) + W⁻min(h, 0) for a pair (`weight`), with `residual` of h + that: each unit of h by the values of its column at both
 * ends and, where it is between them, at 0, which no product of matrices tells.
 */
export function boxPair(
  { arena, kernels }: Backend,
  { rows, columns, effective, gradient }: Weight,
  { centre, radius }: BoxSignal,
  residual: boolean,
): BoxLayer {
  const output = createBoxSignal(arena, centre.values.rows, rows);
  return {
    output,
    forward(n) {
      kernels.boxPair(
        n,
        rows,
        columns,
        residual,
        effective.pointer,
        centre.values.pointer,
        radius.values.pointer,
        output.centre.values.pointer,
        output.radius.values.pointer,
      );
    },
    backward(n) {
      kernels.boxPairBackward(
        n,
        rows,
        columns,
        residual,
        effective.pointer,
        centre.values.pointer,
        radius.values.pointer,
        output.centre.delta.pointer,
        output.radius.delta.pointer,
        centre.delta.pointer,
        radius.delta.pointer,
        gradient.pointer,
      );
    },
  };
}
