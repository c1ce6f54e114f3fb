import type { WeightKind } from "./kinds.js";
import { beforeEquilibration } from "./transforms/beforeEquilibration.js";
import { beforeNewton } from "./transforms/beforeNewton.js";

/**
 * V with T(V) = W for effective weights W, row after row, of a kind that does not divide each row by its own norm. What is
 * normalized already stays as it is when it is normalized again, except by the two whose inverse is solved for.
 */
export function rawFrom(kind: WeightKind, effective: Float32Array, rows: number): Float32Array {
  if (kind === "row-column-equilibrated") return beforeEquilibration(effective, rows);
  if (kind === "newton-orthogonal") return beforeNewton(effective, rows);
  return effective;
}
