import { asGiven, isObject, type Kind } from "../arguments.js";
import { InputError } from "../errors.js";
import type { RegressionTarget } from "../preprocess/target.js";

/** How far apart predictions may be: in the target's units, or by a factor, neither more than that times nor less than that part of one another. */
export type Tolerance = number | { readonly factor: number };

export const aTolerance: Kind = {
  name: "a number, or an object with a factor such as { factor: 1.05 },",
  is: (value) => typeof value === "number" || (isObject(value) && "factor" in value),
};

/** Tolerances up to this many of a target's scales leave room to add a prediction to them. */
const MOST = 2 ** 1000;

/**
 * The tolerance in the units of each of the network's outputs. Throws InputError unless it is a finite number above 0 there, as it has to be
 * where it was given.
 */
export function scaledTolerances({ names, scales }: RegressionTarget, tolerance: number): number[] {
  if (!(tolerance > 0 && Number.isFinite(tolerance))) {
    throw new InputError({
      code: "out-of-range",
      found: `The tolerance is a positive number in the target's units, but ${asGiven(tolerance)} was given`,
      value: String(tolerance),
    });
  }
  const scaled = scales.map((scale) => tolerance / scale);
  const far = scaled.findIndex((limit) => !(limit <= MOST));
  if (far < 0) return scaled;
  throw new InputError({
    code: "out-of-range",
    found: `The tolerance ${tolerance} is too large to be told from infinity beside the scale ${scales[far]} of ${names[far]}`,
    where: { column: names[far] },
    value: String(tolerance),
    remedy: "give a smaller one",
  });
}

/** Throws InputError unless the tolerance is a finite number above 0, or a finite factor above 1, that means something for the target. */
export function checkTolerance(target: RegressionTarget, tolerance: Tolerance): void {
  if (typeof tolerance === "number") {
    // On a log scale there is no unit in which it could be infinite.
    scaledTolerances(target.link ? { ...target, scales: [1] } : target, tolerance);
    return;
  }
  if (tolerance.factor > 1 && Number.isFinite(tolerance.factor)) return;
  throw new InputError({
    code: "out-of-range",
    found: `A tolerance that is a factor is a number above 1, but ${asGiven(tolerance.factor)} was given`,
    value: String(tolerance.factor),
    remedy: "5 percent are a factor of 1.05",
  });
}
