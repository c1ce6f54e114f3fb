import type { Backend } from "../backend/backend.js";
import type { Parameter } from "./parameter.js";
import { updateTensor } from "./updateTensor.js";

/** A bias, or whatever else is trained as it stands: zeros at first, without geometry, decay or mask. */
export function createVector(backend: Backend, length: number): Parameter {
  const raw = backend.arena.tensor(length);
  const gradient = backend.arena.tensor(length);
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
      return -1;
    },
  };
}
