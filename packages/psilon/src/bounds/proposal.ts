import type { Analysis, LayerFacts } from "./analysis.js";
import type { Place, RelaxedProgram } from "./relaxedProgram.js";
import { type LinearSolution, TOLERANCE } from "./solver.js";

/** Where the units of each member's layers lie over the box, or over the part of it in which some of them have a given sign. */
export type Part = readonly (readonly Pick<LayerFacts, "lower" | "upper" | "size">[])[];

/** What a solution suggests. Nothing rests on it: any slopes give a bound, and any point of the box a witness. */
export interface Proposal {
  /** For each member and hidden layer, the slopes of lines to put in the units' place. */
  readonly slopes: readonly (readonly Float64Array[])[];
  /** A point of the box; null where the slopes are to show that the part is empty. */
  readonly point: Float64Array | null;
  /** The unit whose open sign adds most to the bound; null where none adds anything. */
  readonly loosest: Place | null;
}

/** The ends of the program's variables over the part. */
export function endsOver(
  { costs, equations }: RelaxedProgram,
  part: Part,
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
  return { lower, upper };
}

/**
 * What a solution of the program over some part suggests. The dual of a unit's chord says how much the maximum would fall if the unit had no
 * triangle: where h has a positive and a negative part at once, min(h⁺, −h⁻)·dual·(1/upper − 1/lower) is what it adds.
 */
export function propose(
  { box, members }: Analysis,
  { equations, unit: objectiveUnit }: RelaxedProgram,
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
  const point =
    values &&
    box.lower.map((low, j) => Math.min(Math.max(low + (box.upper[j] - low) * values[j], low), box.upper[j]));
  return { slopes, point, loosest };
}
