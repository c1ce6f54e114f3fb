import type { Path } from "./paths.js";
import { gamma } from "./rounding.js";

/** What Σ_j g_j·x_j gains from the path's start on, and the magnitudes that were summed. */
interface Gains {
  /** At least and at most along the path, and what lying beside it can add to either. */
  readonly least: number;
  readonly most: number;
  readonly beside: number;
  /** At most in the box around the path. */
  readonly corner: number;
  readonly size: number;
}

function gainsAlong({ inputs, steps, slack }: Path, g: Float64Array): Gains {
  let [height, least, most, corner, size] = [0, 0, 0, 0, 0];
  for (const step of steps) {
    for (const { input, from, to } of step) {
      const gain = g[input] * (to - from);
      height += gain;
      size += Math.abs(gain);
      if (gain > 0) corner += gain;
    }
    if (height > most) most = height;
    else if (height < least) least = height;
  }
  let beside = 0;
  if (slack > 0) for (const input of inputs) beside += slack * Math.abs(g[input]);
  return { least, most, beside, corner, size: size + beside };
}

/**
 * What one of so many paths saves, rounded downwards: by as many roundings as any term has met, the sum over the paths included. Never less
 * than nothing, which is also what is known where a slope is infinite.
 */
const saving = (saved: number, size: number, { inputs, steps }: Path, paths: number): number => {
  const n = inputs.length * (steps.length + 1) + paths + 8;
  return Math.max(saved - (2 * gamma(n) * size + 2 * n * Number.MIN_VALUE), 0) || 0;
};

/**
 * By how much less Σ_j g_j·x_j comes to on the box's paths than in its corners, at least (derived; mathematics, section 10): along a path it is
 * piecewise linear, so that it is largest at an end of some step, which one sum over the steps finds.
 */
export function savedInMaximum(paths: readonly Path[], g: Float64Array): number {
  let total = 0;
  for (const path of paths) {
    const { most, beside, corner, size } = gainsAlong(path, g);
    total += saving(corner - (most + beside), size, path, paths.length);
  }
  return total;
}

/**
 * By how much less |Σ_j g_j·(x_j − c_j)| comes to on the box's paths than Σ_j |g_j|·reach_j, at least: from c a path leads upwards or
 * downwards, in all its inputs at once, and in the bins that it touches alone.
 */
export function savedInChange(
  paths: readonly Path[],
  g: Float64Array,
  { centre, lower, reach }: Readonly<Record<"centre" | "lower" | "reach", Float64Array>>,
): number {
  let total = 0;
  for (const path of paths) {
    const { least, most, beside, size } = gainsAlong(path, g);
    let [start, apart] = [0, 0];
    for (const input of path.inputs) {
      start += g[input] * (centre[input] - lower[input]);
      apart += Math.abs(g[input]) * reach[input];
    }
    const far = Math.max(most - start, start - least) + beside;
    total += saving(apart - far, size + 2 * apart, path, paths.length);
  }
  return total;
}
