import { InputError } from "../../errors.js";
import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import { maskStep } from "./maskStep.js";
import { updateTensor } from "./updateTensor.js";
import type { Weight } from "./weight.js";

/** W = V: no lengths, no normalizer, no projection. `raw` is multiplied by `scale`. */
export function plainWeight(
  backend: Backend,
  rows: number,
  columns: number,
  paired: boolean,
  raw: Tensor,
  scale: number,
): Weight {
  const { arena, kernels } = backend;
  const gradient = arena.tensor(raw.rows, raw.columns);
  const values = raw.data;
  for (let i = 0; i < values.length; i++) values[i] *= scale;
  const refuse = (): never => {
    throw new InputError({
      code: "unsuitable",
      found: 'The L1 projection prunes L1-normalized weights, not "plain" ones',
      value: "plain",
    });
  };
  const weight: Weight = {
    kind: "plain",
    rows,
    columns,
    paired,
    raw,
    effective: raw,
    gradient,
    lengths: null,
    lengthGradient: null,
    lengthUnit: 1,
    state: [],
    projection: null,
    mask: null,
    normalize() {
      const { mask } = weight;
      if (mask && !kernels.maskValues(raw.length, mask.pointer, raw.pointer)) raw.data.fill(0);
      return -1;
    },
    reduce() {},
    pullback() {
      const { mask } = weight;
      if (mask) kernels.maskValues(raw.length, mask.pointer, gradient.pointer);
    },
    update(step, moments) {
      const { mask } = weight;
      const keepsAny = !mask || maskStep(backend, mask, gradient, moments);
      updateTensor(backend, step, step.decay, 1, raw, gradient, moments);
      if (!keepsAny) raw.data.fill(0);
      return -1;
    },
    project: refuse,
    freeze: refuse,
    kept: refuse,
  };
  return weight;
}
