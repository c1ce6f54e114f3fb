import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Moments, StepRule } from "./parameter.js";

/** One step on every entry of a tensor by itself, measured in `unit`; `decay` is the step's own for matrices, 0 for what does not decay. */
export function updateTensor(
  { kernels }: Backend,
  { rule, constants }: StepRule,
  decay: number,
  unit: number,
  values: Tensor,
  gradient: Tensor,
  { first, second }: Moments,
): void {
  kernels.updateValues(
    rule,
    decay,
    values.length,
    unit,
    values.pointer,
    gradient.pointer,
    first.pointer,
    second.pointer,
    constants.pointer,
  );
}
