import type { Analysis, LayerFacts } from "./analysis.js";
import { placeOn, type Stretch } from "./paths.js";
import type { Place, RelaxedProgram } from "./relaxedProgram.js";
import { type LinearSolution, TOLERANCE } from "./solver.js";

/** Where the units of each member's layers lie over the box, or over the part of it in which some of them have a given sign. */
export type Part = readonly (readonly Pick<LayerFacts, "lower" | "upper" | "size">[])[];

/** What a solution suggests. Nothing rests on it: any slopes give a bound, and any point of the box a witness. */
export interface Proposal {
  /** For each member and hidden layer, the slopes of lines to put in the units' place. */
  readonly slopes: readonly (readonly Float64Array[])[];
  /** A point of the box and on its paths; null where the slopes are to show that the part is empty. */
  readonly point: Float64Array | null;
  /** The solution itself, which on a path may be any mixture of its points. */
  readonly mixture: Float64Array | null;
  /** By path how many steps lead to the point. */
  readonly positions: readonly number[];
  /** The unit whose open sign adds most to the bound, and what it adds; null where none adds anything. */
  readonly loosest: Place | null;
  readonly added: number;
}

/** The ends of the program's variables over the part, with what is left of each path. */
export function endsOver(
  { costs, equations, steps }: RelaxedProgram,
  part: Part,
  stretches: readonly Stretch[] = [],
): { lower: Float64Array; upper: Float64Array } {
  const lower = new Float64Array(costs.length);
  const upper = new Float64Array(costs.length).fill(1);
  for (const { place, unit } of equations) {
    const ends = part[place.member][place.layer];
    for (const { variable, scale, isPositive } of unit.shares) {
      const nearest = isPositive ? Math.max : Math.min;
      const at = (h: number) => (nearest(h, 0) - unit.offset) / scale;
      const [from, to] = [at(ends.lower[place.unit]), at(ends.upper[place.unit])];
      lower[variable] = Math.min(from, to);
      upper[variable] = Math.max(from, to);
    }
  }
  stretches.forEach(({ from, to }, p) => {
    steps[p].forEach((variable, k) => {
      if (k < from) lower[variable] = 1;
      if (k >= to) upper[variable] = 0;
    });
  });
  return { lower, upper };
}

/**
 * What a solution of the program over some part suggests. The dual of a unit's chord says how much the maximum would fall if the unit had no
 * triangle: where h has a positive and a negative part at once, min(h⁺, −h⁻)·dual·(1/upper − 1/lower) is what it adds.
 */
export function propose(
  { box, members }: Analysis,
  { equations, inputs, steps, unit: objectiveUnit }: RelaxedProgram,
  { values, duals }: LinearSolution,
): Proposal {
  const slopes = members.map(({ layers }) =>
    layers.slice(0, -1).map(({ lower }) => new Float64Array(lower.length)),
  );
  let most = 0;
  let loosest: Place | null = null;
  for (const { place, unit, range, row } of equations) {
    slopes[place.member][place.layer][place.unit] = (duals[row] * objectiveUnit) / range;
    if (!values || unit.shares.length < 2) continue;
    const [high, low] = unit.shares.map(({ scale }) => Math.abs(scale));
    const [positive, negative] = unit.shares.map(({ variable, scale }) => Math.abs(scale * values[variable]));
    const both = Math.min(positive, negative);
    if (both <= TOLERANCE * range) continue;
    // A dual may be 0 by tolerance alone.
    const added = (duals[row + 1] + TOLERANCE) * (1 / high + 1 / low) * both;
    if (added > most) [most, loosest] = [added, place];
  }
  const mixture =
    values &&
    Float64Array.from(inputs, ({ offset, shares }, j) => {
      const at = shares.reduce((sum, { variable, scale }) => sum + scale * values[variable], offset);
      return Math.min(Math.max(at, box.lower[j]), box.upper[j]);
    });
  const positions = values
    ? steps.map((own) => own.reduce((sum, variable) => sum + values[variable], 0))
    : [];
  const point = mixture?.slice() ?? null;
  if (point) for (const [p, path] of (box.paths ?? []).entries()) placeOn(path, positions[p], point);
  return { slopes, point, mixture, positions, loosest, added: most * objectiveUnit };
}
