import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Parameter } from "./parameter.js";
import { updateTensor } from "./updateTensor.js";

/** A bias: zeros at first. */
export const createVector = (backend: Backend, length: number): Parameter =>
  asItStands(backend, backend.arena.tensor(length));

/** What is trained as it stands, without geometry, decay or mask. `updated` hears of every step. */
export function asItStands(backend: Backend, raw: Tensor, updated?: () => void): Parameter {
  const gradient = backend.arena.tensor(raw.rows, raw.columns);
  return {
    kind: "plain",
    raw,
    gradient,
    lengths: null,
    lengthGradient: null,
    lengthUnit: 1,
    state: [],
    mask: null,
    normalize: () => -1,
    reduce() {},
    pullback() {},
    update(step, moments) {
      updateTensor(backend, step, 0, 1, raw, gradient, moments);
      updated?.();
      return -1;
    },
  };
}
