import { InputError } from "../../errors.js";
import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { BoxSignal } from "../layers/boxLayer.js";
import { kindOf, type LossKind } from "./loss.js";

/** The side of an output z, the k-th of a row with the targets `y` from `at` on: 1 above, −1 below. */
type Side = (z: number, y: Float32Array, at: number, k: number) => 1 | -1;

const sides: Partial<Record<ReturnType<typeof kindOf>, Side>> = {
  /** (|z − y| + r)² is the largest square for z ± r. */
  "squared-error": (z, y, at, k) => (z >= y[at + k] ? 1 : -1),
  logistic: (_, y, at) => (y[at] > 0.5 ? -1 : 1),
  softmax: (_, y, at, k) => (y[at] === k ? -1 : 1),
};

/**
 * On which side of an output the loss grows: one that is convex in its output is largest at an end of an interval. Of smoothed labels the
 * side that is worse for the row's own class. Throws InputError for losses of which the side does not tell the worse end.
 */
export function worstSide(loss: LossKind): Side {
  const side = sides[kindOf(loss)];
  if (side) return side;
  throw new InputError({
    code: "unsuitable",
    found: `Training on the worst case of boxes is for squared errors and classes, but the loss is "${kindOf(loss)}"`,
  });
}

/** The worst outputs in boxes of outputs: of each the end on the side where the loss grows. */
export function worstEnds(
  { arena }: Backend,
  loss: LossKind,
  { centre, radius }: BoxSignal,
  targets: Tensor,
) {
  const { rows, columns } = centre.values;
  const output = arena.tensor(rows, columns);
  const outputDelta = arena.tensor(rows, columns);
  const chosen = new Int8Array(rows * columns);
  const sideOf = worstSide(loss);
  return {
    outputs: columns,
    output,
    outputDelta,
    forward(n: number): void {
      const c = centre.values.data;
      const r = radius.values.data;
      const y = targets.data;
      const z = output.data;
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < columns; k++) {
          const at = i * columns + k;
          chosen[at] = sideOf(c[at], y, i * targets.columns, k);
          z[at] = c[at] + chosen[at] * r[at];
        }
      }
    },
    backward(n: number): void {
      const slope = outputDelta.data;
      const byCentre = centre.delta.data;
      const byRadius = radius.delta.data;
      for (let at = 0; at < n * columns; at++) {
        byCentre[at] = slope[at];
        byRadius[at] = chosen[at] * slope[at];
      }
    },
  };
}
