import { addScaled, dot } from "./vector.js";

/** A smooth convex function: returns its value at `point` and writes its gradient. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

const MEMORY = 10;
const SUFFICIENT_DECREASE = 1e-4;

/**
 * Minimizes a smooth convex function by L-BFGS with halved steps (Nocedal & Wright, *Numerical Optimization*, alg. 7.5).
 * Ends when no entry of the gradient exceeds `tolerance`, when rounding allows no further decrease (both are `done`), or
 * after `maxIterations`.
 *
 * `precondition` multiplies a vector in place by a symmetric positive definite guess at the inverse of the second
 * derivative.
 */
export function minimize(
  objective: Objective,
  start: Float64Array,
  {
    precondition,
    tolerance,
    maxIterations,
  }: {
    readonly precondition: (vector: Float64Array) => void;
    readonly tolerance: number;
    readonly maxIterations: number;
  },
): { readonly point: Float64Array; readonly done: boolean } {
  let point = start.slice();
  let gradient = new Float64Array(point.length);
  let value = objective(point, gradient);
  const pairs: { step: Float64Array; change: Float64Array; inverse: number }[] = [];

  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largest(gradient) <= tolerance) return { point, done: true };
    const direction = gradient.slice();
    const shares = new Float64Array(pairs.length);
    for (let p = pairs.length - 1; p >= 0; p--) {
      shares[p] = pairs[p].inverse * dot(pairs[p].step, direction);
      addScaled(direction, -shares[p], pairs[p].change);
    }
    precondition(direction);
    pairs.forEach(({ step, change, inverse }, p) => {
      addScaled(direction, shares[p] - inverse * dot(change, direction), step);
    });

    const slope = -dot(gradient, direction);
    const nextGradient = new Float64Array(point.length);
    let next = point;
    let nextValue = value;
    for (let length = 1; length > 1e-10; length /= 2) {
      next = point.slice();
      addScaled(next, -length, direction);
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + SUFFICIENT_DECREASE * length * slope) break;
    }
    if (!(nextValue < value)) return { point, done: true };

    const step = next.slice();
    addScaled(step, -1, point);
    const change = nextGradient.slice();
    addScaled(change, -1, gradient);
    const curvature = dot(step, change);
    if (curvature > 0) {
      pairs.push({ step, change, inverse: 1 / curvature });
      if (pairs.length > MEMORY) pairs.shift();
    }
    point = next;
    gradient = nextGradient;
    value = nextValue;
  }
  return { point, done: false };
}

function largest(vector: Float64Array): number {
  let result = 0;
  for (const entry of vector) result = Math.max(result, Math.abs(entry));
  return result;
}
