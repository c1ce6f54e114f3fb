import { InputError } from "../errors.js";
import { type Path, placeOn, type Stretch } from "./paths.js";
import { above, below } from "./rounding.js";

/** All x with lower ≤ x ≤ upper in every input, around a centre, and on its paths. Sides may have no width, or be infinite. */
export interface Box {
  readonly centre: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** No two of the same input, and none of an infinite side. */
  readonly paths?: readonly Path[];
}

/**
 * The box between `lower` and `upper`. Its centre is what a change is counted from; by default the middle, or on a side that is
 * infinite the number nearest 0. Throws InputError where lengths differ, a number is NaN, a side is turned around, or the centre
 * is infinite or outside; paths are taken as they are.
 */
export function boxBetween(
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
  centre: ArrayLike<number> = Array.from(lower, (low, j) => middle(low, upper[j])),
  paths: readonly Path[] = [],
): Box {
  if (lower.length !== upper.length || lower.length !== centre.length) {
    throw new InputError({
      code: "wrong-shape",
      found: `A box has as many lower ends as upper ends and centres, but ${lower.length}, ${upper.length} and ${centre.length} were given`,
    });
  }
  for (let j = 0; j < lower.length; j++) {
    if (!(lower[j] <= centre[j] && centre[j] <= upper[j] && Number.isFinite(centre[j]))) {
      throw new InputError({
        code: "out-of-range",
        found: `Input ${j} of a box must have a finite centre between its ends, but it has ${centre[j]} between ${lower[j]} and ${upper[j]}`,
        value: String(centre[j]),
      });
    }
  }
  return {
    centre: Float64Array.from(centre),
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
    ...(paths.length > 0 && { paths }),
  };
}

/** The box of all x with |x_j − centre_j| ≤ radii_j, rounded outwards where a radius is not 0. Throws as `boxBetween` does. */
export function boxAround(centre: ArrayLike<number>, radii: ArrayLike<number>): Box {
  const side = (j: number, round: (x: number) => number, sign: 1 | -1) =>
    radii[j] === 0 ? centre[j] : round(centre[j] + sign * radii[j]);
  return boxBetween(
    Array.from(radii, (_, j) => side(j, below, -1)),
    Array.from(radii, (_, j) => side(j, above, 1)),
    centre,
  );
}

/** The box that holds one point. */
export const pointBox = (x: ArrayLike<number>): Box => boxBetween(x, x, x);

/** The sides of the part of the box that holds these stretches of its paths, and what lies beside them. */
export function sidesAlong(
  { lower, upper, paths = [] }: Box,
  stretches: readonly Stretch[],
): Pick<Box, "lower" | "upper" | "paths"> {
  const [low, high] = [lower.slice(), upper.slice()];
  const left = paths.map((path, p): Path => {
    const { from, to } = stretches[p];
    placeOn(path, from, low);
    placeOn(path, to, high);
    for (const j of path.inputs) {
      low[j] = Math.max(lower[j], below(low[j] - path.slack));
      high[j] = Math.min(upper[j], above(high[j] + path.slack));
    }
    return { ...path, steps: path.steps.slice(from, to) };
  });
  return { lower: low, upper: high, paths: left };
}

function middle(low: number, high: number): number {
  const half = low / 2 + high / 2;
  return Number.isFinite(half) ? Math.min(Math.max(half, low), high) : Math.min(Math.max(0, low), high);
}
