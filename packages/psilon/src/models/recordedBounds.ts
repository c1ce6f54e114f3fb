import type { ModelPart } from "../bounds/boundedModel.js";
import { pathBounds } from "../bounds/globalBounds.js";
import type { PathMethod } from "../bounds/passes.js";

/** A bound by paths as a model file holds it: ‖f(x) − f(y)‖₁ ≤ value·‖x − y‖_∞ for encoded rows x, y and outputs f. */
export interface RecordedBound {
  readonly name: PathMethod;
  readonly kind: "upper bound";
  readonly inputNorm: "inf";
  readonly outputNorm: "1";
  /** What the value was computed in before it was rounded outwards. */
  readonly arithmetic: "float64 from float32 weights";
  /** Infinity, in a file null, where the bound is beyond float64: it then says nothing. */
  readonly value: number;
}

/** What the weights themselves promise, the smallest first. */
export function recordedBounds(members: readonly ModelPart[]): RecordedBound[] {
  return pathBounds(members).map(({ method, atMost }) => ({
    name: method,
    kind: "upper bound",
    inputNorm: "inf",
    outputNorm: "1",
    arithmetic: "float64 from float32 weights",
    value: atMost,
  }));
}
