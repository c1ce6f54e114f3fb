import type { Candidate } from "./candidate.js";
import type { Plan } from "./plan.js";
import { best, evaluate, type Found, type Run, triedIn } from "./search.js";
import { bestTrial, type Trial } from "./trials.js";
import { OTHER_RAMPS, withOtherRamps } from "./worstWays.js";

/**
 * Finds the best way to train for a plan's objective, all in full: every λ on the rows, then the worst case with the least λ and the best one, then
 * other ramps and other encodings next to the best. Throws InputError when every network diverged or none was trained.
 */
export async function searchWays(plan: Plan, run: Run): Promise<Found> {
  const { lambdas, views, encodings, worstWaysFor } = plan;
  const [encoding, ...others] = encodings;
  const [shape] = plan.shapes;
  const grid: Trial[] = [];
  const tryAll = async (candidates: readonly Candidate[]) => {
    if (grid.some(({ interrupted }) => interrupted)) return;
    grid.push(...(await evaluate(plan, run, views.whole, candidates)));
  };
  await tryAll(lambdas.map((lambda) => ({ encoding, ...shape, lambda })));
  const { lambda } = best(plan, grid).candidate;
  await tryAll(worstWaysFor(firstAnd(lambdas, lambda)).map((way) => ({ encoding, ...shape, ...way })));
  const { candidate } = bestTrial(grid) ?? grid[0];
  await tryAll([
    ...withOtherRamps(candidate),
    // Of large tables other encodings are not at hand.
    ...(views.isSampled ? [] : others.map((other) => ({ ...candidate, encoding: other }))),
  ]);
  return {
    best: best(plan, grid),
    grid,
    others: [],
    tried: grid.map((trial) => triedIn(trial, 1)),
    interrupted: grid.some(({ interrupted }) => interrupted),
  };
}

/** How many candidates are tried so, at most. */
export function countWays({ lambdas, encodings, worstWaysFor }: Plan): number {
  const worst = worstWaysFor(firstAnd(lambdas, lambdas[lambdas.length - 1])).length;
  return lambdas.length + worst + OTHER_RAMPS.length + encodings.length - 1;
}

/** The least λ, which comes first, and another one where it is. */
const firstAnd = ([first]: readonly number[], other: number): number[] =>
  first === other ? [first] : [first, other];
