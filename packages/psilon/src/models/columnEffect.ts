import { above, gamma, orInfinity } from "../bounds/rounding.js";
import type { EncodedColumn, EncodedInput } from "../preprocess/encoder.js";

/** What one column can do to one output at most, from one value to another. */
export interface Effect {
  /** Moving by at most so much, in the column's unit; a truth or a category turns into another, whatever is said. */
  within(distance: number): number;
  /** For one unit, in each bin and outside of all; of truths and categories nothing. */
  readonly bins: readonly number[];
  readonly outside: number;
  /** What being missing adds. */
  readonly missing: number;
}

/**
 * `s`: how far the output moves at most for one unit of each of the model's inputs.
 * - A number's own input moves by |δ|/std, and by no more than twice its clip.
 * - A bin's input moves by how much of the bin the number passes (section 10 of the mathematics). What an interval of some length does is
 *   linear in where it begins until that, or its end, is at an edge: so there it does most.
 * - From one category to another one input falls and one rises.
 */
export function effectOf(column: EncodedColumn, inputs: readonly EncodedInput[], s: Float64Array): Effect {
  const of = (kind: EncodedInput["kind"]) =>
    inputs.flatMap((input, j) =>
      input.column === column.name && input.kind === kind ? { most: s[j], perUnit: s[j] * input.scale } : [],
    );
  const missing = of("missing")[0]?.most ?? 0;
  const nowhere = { bins: [], outside: 0, missing };
  if (column.kind !== "numeric") {
    const [first = 0, second = 0] =
      column.kind === "boolean"
        ? of("boolean").map(({ perUnit }) => perUnit)
        : of("category")
            .map(({ most }) => most)
            .sort((a, b) => b - a);
    const change = first + second === 0 ? 0 : above(first + second);
    return { within: () => change, ...nowhere };
  }
  const [value] = of("numeric");
  const bins = of("bin");
  const { edges } = column.bins ?? { edges: [] };
  // Above a sum of positive numbers as it is made here; only what is 0 is 0.
  const error = 2 * gamma(bins.length + 8);
  const outwards = (x: number) => (x === 0 ? 0 : above(x * (1 + error)));
  const byValue = (distance: number) =>
    !value || value.most === 0
      ? 0
      : Math.min(distance * value.perUnit, 2 * (column.clip ?? Number.POSITIVE_INFINITY) * value.most);
  /** The bins from an edge on, upwards or downwards, as far as `distance` reaches. */
  const passed = (edge: number, way: 1 | -1, distance: number) =>
    bins.reduce((sum, { most, perUnit }, t) => {
      const nearest = edges[way > 0 ? t : t + 1];
      // Wider than it is by more than the differences' rounding.
      const reached = distance * (1 + 2 ** -50) - way * (nearest - edge);
      const isBehind = way * (nearest - edge) < 0;
      return isBehind || reached <= 0 ? sum : sum + Math.min(orInfinity(reached * perUnit), most);
    }, 0);
  return {
    within(distance) {
      const binned = edges.map((edge) => Math.max(passed(edge, 1, distance), passed(edge, -1, distance)));
      return outwards(byValue(distance) + Math.max(0, ...binned));
    },
    bins: bins.map(({ perUnit }) => outwards(perUnit + (value?.perUnit ?? 0))),
    outside: outwards(value?.perUnit ?? 0),
    missing,
  };
}
