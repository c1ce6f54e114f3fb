import type { FoldedNetwork } from "../networks/folded.js";

/**
 * An upper bound on how fast a network's output can change: ‖f(x) − f(y)‖₁ ≤ value·‖x − y‖_∞ for all inputs x, y.
 * Because ‖·‖_q ≤ ‖·‖₁ and ‖·‖_∞ ≤ ‖·‖_p, it holds for every other pair of norms ℓp → ℓq as well.
 */
export interface Bound {
  readonly name: "path-norm" | "column" | "tight" | "improved" | "skip" | "folded";
  readonly kind: "upper bound";
  readonly inputNorm: "inf";
  readonly outputNorm: "1";
  /** What the value was computed in: exact for real arithmetic but for float64's own rounding. */
  readonly arithmetic: "float64 from float32 weights";
  readonly value: number;
}

/** Throws TypeError where a bound is asked of an architecture it is not defined for. */
export function expectArchitecture(
  network: FoldedNetwork,
  architecture: FoldedNetwork["architecture"],
  bound: string,
): void {
  if (network.architecture !== architecture) {
    throw new TypeError(
      `The ${bound} is defined for the architecture ${architecture}, but the network is of ${network.architecture}.`,
    );
  }
}
