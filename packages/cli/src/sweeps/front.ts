import type { Objective } from "./objective.js";
import type { Outcomes } from "./search.js";

/**
 * The numbers of the best trials: of two objectives those that no other is better than in one and at least as good in the other (Pareto's
 * front), from the best in the first to the best in the second; of one the one with the least cost, and of equals the first. Trials without a figure of each
 * objective are none of them.
 */
export function frontOf(outcomes: Outcomes, objectives: readonly Objective[]): number[] {
  const points = [...outcomes].flatMap(([number, outcome]) => {
    const costs = objectives.flatMap(({ cost }) => cost(outcome) ?? []);
    // Of one objective all are alike in the other.
    return costs.length === objectives.length ? [{ number, first: costs[0], second: costs[1] ?? 0 }] : [];
  });
  points.sort((a, b) => a.first - b.first || a.second - b.second || a.number - b.number);
  const front: typeof points = [];
  for (const point of points) {
    const last = front.at(-1);
    const isEqual = point.first === last?.first && point.second === last.second;
    if (!last || point.second < last.second || (isEqual && objectives.length > 1)) front.push(point);
  }
  return front.map(({ number }) => number);
}
