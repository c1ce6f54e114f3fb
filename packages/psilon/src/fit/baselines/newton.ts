import type { Breathe } from "./breathe.js";
import { conjugateGradients } from "./conjugateGradients.js";
import { addScaled, dot } from "./vector.js";

/** A smooth convex function, its curvature, and a rough inverse of it. */
export interface Curved {
  /** The value at `point`, where the curvature is measured from now on; writes the gradient. */
  evaluate(point: Float64Array, gradient: Float64Array): number;
  /** The second derivative times `vector`. */
  curvature(vector: Float64Array): Float64Array;
  /** A function that multiplies in place by a symmetric positive definite guess at the second derivative's inverse. */
  preconditioner(): Promise<(vector: Float64Array) => void>;
}

const SUFFICIENT_DECREASE = 1e-4;
const MAX_STEPS = 50;
/** A Newton step need not be exact. */
const ROUGHLY = { enough: 1e-2, most: 250 };

/**
 * Minimizes a smooth convex function by Newton steps, each solved roughly by preconditioned conjugate gradients and
 * halved until the value decreases (Nocedal & Wright, *Numerical Optimization*, alg. 7.1).
 *
 * Returns a new point: where no entry of the gradient exceeds `tolerance`, or where rounding allows no further decrease.
 */
export async function minimize(
  problem: Curved,
  start: Float64Array,
  tolerance: number,
  breathe: Breathe,
): Promise<Float64Array> {
  let point = start.slice();
  let gradient = new Float64Array(point.length);
  let value = problem.evaluate(point, gradient);
  for (let step = 0; step < MAX_STEPS && largest(gradient) > tolerance; step++) {
    const system = { product: problem.curvature, precondition: await problem.preconditioner() };
    const direction = await conjugateGradients(system, gradient, ROUGHLY, breathe);
    const slope = -dot(gradient, direction);
    const nextGradient = new Float64Array(point.length);
    let next = point;
    let nextValue = value;
    for (let length = 1; length > 1e-10; length /= 2) {
      await breathe();
      next = point.slice();
      addScaled(next, -length, direction);
      nextValue = problem.evaluate(next, nextGradient);
      if (nextValue <= value + SUFFICIENT_DECREASE * length * slope) break;
    }
    if (!(nextValue < value)) break;
    point = next;
    gradient = nextGradient;
    value = nextValue;
  }
  return point;
}

function largest(vector: Float64Array): number {
  let result = 0;
  for (const entry of vector) result = Math.max(result, Math.abs(entry));
  return result;
}
