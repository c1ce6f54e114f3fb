/** One input on its way through a step of a path, upwards. */
export interface Shift {
  readonly input: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Inputs of a box that one number tells, as it tells the bins of an encoding: they lie on a way that leads from the lower ends of their sides
 * to the upper ones, each no farther than `slack` from it. In a step some of them move together, all others stay, and an input that
 * moves again goes on where it was; so no two points of the way differ in two inputs the other way round.
 */
export interface Path {
  readonly inputs: readonly number[];
  readonly steps: readonly (readonly Shift[])[];
  readonly slack: number;
}

/** Those of a path's steps that are left of it: from one on, up to before another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The path through the corners, each a number for every one of `inputs`, none of which ever falls; null where not two of them move. Where
 * several inputs move in a step, the first of `inputs` among them tells how far it has gone.
 */
export function pathThrough(
  inputs: readonly number[],
  corners: readonly (readonly number[])[],
  slack: number,
): Path | null {
  const steps = corners
    .slice(1)
    .map((to, k) =>
      inputs.flatMap((input, i): Shift[] =>
        to[i] > corners[k][i] ? [{ input, from: corners[k][i], to: to[i] }] : [],
      ),
    )
    .filter((step) => step.length > 0);
  const moving = new Set(steps.flatMap((step) => step.map(({ input }) => input)));
  return moving.size < 2 ? null : { inputs: [...moving], steps, slack };
}

const between = (low: number, x: number, high: number) => Math.min(Math.max(x, low), high);

/** How far along the path x is, in steps. */
export const positionOn = ({ steps }: Path, x: Float64Array): number =>
  steps.reduce((sum, [{ input, from, to }]) => sum + between(0, (x[input] - from) / (to - from), 1), 0);

/** Puts the path's inputs of x where so many steps lead. */
export function placeOn({ steps }: Path, position: number, x: Float64Array): void {
  for (const step of steps.toReversed()) for (const { input, from } of step) x[input] = from;
  for (let k = 0; k < Math.min(position, steps.length); k++) {
    const share = Math.min(position - k, 1);
    for (const { input, from, to } of steps[k]) {
      x[input] = share === 1 ? to : between(from, from + share * (to - from), to);
    }
  }
}

/** How many steps lead to where Σ_j g_j·x_j is largest along the path; `position` itself if it is no larger there. */
export function summitOf({ steps }: Path, g: Float64Array, position: number): number {
  const rises = steps.map((step) =>
    step.reduce((sum, { input, from, to }) => sum + g[input] * (to - from), 0),
  );
  const here = rises.reduce((sum, rise, k) => sum + rise * between(0, position - k, 1), 0);
  let [height, highest, summit] = [0, here, position];
  for (let k = 0; k <= steps.length; k++) {
    if (height > highest) [highest, summit] = [height, k];
    height += rises[k];
  }
  return summit;
}
