import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import { maskStep } from "./maskStep.js";
import type { Parameter } from "./parameter.js";
import { updateTensor } from "./updateTensor.js";

/** A bias: zeros at first. */
export const createVector = (backend: Backend, length: number): Parameter =>
  asItStands(backend, backend.arena.tensor(length));

/** What is trained as it stands, without geometry or decay. `updated` hears of every step. */
export function asItStands(backend: Backend, raw: Tensor, updated?: () => void): Parameter {
  const gradient = backend.arena.tensor(raw.rows, raw.columns);
  const parameter: Parameter = {
    kind: "plain",
    raw,
    gradient,
    lengths: null,
    lengthGradient: null,
    lengthUnit: 1,
    state: [],
    mask: null,
    normalize() {
      const { mask } = parameter;
      if (mask && !backend.kernels.maskValues(raw.length, mask.pointer, raw.pointer)) raw.data.fill(0);
      return -1;
    },
    reduce() {},
    pullback() {},
    update(step, moments) {
      const { mask } = parameter;
      const keepsAny = !mask || maskStep(backend, mask, gradient, moments);
      updateTensor(backend, step, 0, 1, raw, gradient, moments);
      if (!keepsAny) raw.data.fill(0);
      updated?.();
      return -1;
    },
  };
  return parameter;
}
