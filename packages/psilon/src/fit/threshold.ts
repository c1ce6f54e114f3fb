import type { ClassTarget, DecisionThreshold } from "../preprocess/target.js";
import { probabilities } from "./outputs.js";

/**
 * What the threshold on the positive class's probability is chosen for, on held-out rows: the largest F1, the best precision with at least
 * this recall, or the least cost, given that of a false alarm (a row wrongly called positive) and that of a miss (a positive row not called so).
 */
export type ThresholdRule =
  | "f1"
  | { readonly recall: number }
  | { readonly cost: readonly [falseAlarm: number, miss: number] };

/** How a threshold fares on the held-out rows that it was chosen on, each counted once: a little better than it will on others. */
export interface ThresholdRecord {
  readonly rule: ThresholdRule;
  /** The class that is predicted where its probability is at least `at`. */
  readonly positive: string;
  readonly at: number;
  /** How many of the rows are of it. */
  readonly positives: number;
  readonly recall: number;
  /** 0 where no row is called positive. */
  readonly precision: number;
  readonly f1: number;
  /** The mean over the rows, where costs were given. */
  readonly cost?: number;
}

const isAbove0 = (value: unknown): boolean =>
  typeof value === "number" && value > 0 && value < Number.POSITIVE_INFINITY;

export function isThresholdRule(rule: unknown): rule is ThresholdRule {
  if (rule === "f1") return true;
  if (typeof rule !== "object" || rule === null) return false;
  const { recall, cost, ...others } = rule as { recall?: unknown; cost?: unknown };
  if (Object.keys(others).length > 0) return false;
  if (cost === undefined) return isAbove0(recall) && (recall as number) <= 1;
  return recall === undefined && Array.isArray(cost) && cost.length === 2 && cost.every(isAbove0);
}

/**
 * The threshold that does best by the rule on held-out rows, of which some are positive; of those that do as well the highest. It lies half way
 * between two probabilities that occur, or between one and 0 or 1, rounded as far as that keeps it between them: equal probabilities are not told apart.
 *
 * A cost's threshold is the one that was cheapest, not the one that would be if probabilities were right, a/(a + b) of a false alarm and a
 * miss: see docs/decisions/thresholds.md.
 *
 * `outputs`: logits of the rows, one each. `labels`: places in the target's classes.
 */
export function chooseThreshold(
  { rule, positive }: { readonly rule: ThresholdRule; readonly positive: 0 | 1 },
  { classes, temperature }: ClassTarget,
  labels: ArrayLike<number>,
  outputs: Float32Array,
): { readonly threshold: DecisionThreshold; readonly record: ThresholdRecord } {
  const shares = probabilities(outputs, 2, temperature).filter((_, i) => i % 2 === positive);
  const order = Array.from(shares.keys()).sort((a, b) => shares[b] - shares[a]);
  const positives = Array.from(labels).filter((label) => label === positive).length;
  let [alarms, hits, best] = [0, 0, { at: Number.NaN, loss: Number.POSITIVE_INFINITY, alarms: 0, hits: 0 }];
  for (let i = 0; i <= order.length; i++) {
    if (i > 0 && labels[order[i - 1]] === positive) hits++;
    else if (i > 0) alarms++;
    // Where the threshold lies below the first i rows and above the others.
    const upper = i === 0 ? 1 : shares[order[i - 1]];
    const lower = i === order.length ? 0 : shares[order[i]];
    const at = between(lower, upper);
    const loss = lossOf(rule, { alarms, hits, positives });
    if (at !== null && loss < best.loss) best = { at, loss, alarms, hits };
  }
  const { at } = best;
  const misses = positives - best.hits;
  return {
    threshold: { positive, at },
    record: {
      rule,
      positive: classes[positive],
      at,
      positives,
      recall: best.hits / positives,
      precision: best.hits / Math.max(1, best.hits + best.alarms),
      f1: (2 * best.hits) / (2 * best.hits + best.alarms + misses),
      ...(typeof rule === "object" && "cost" in rule && { cost: best.loss / labels.length }),
    },
  };
}

/** Whether a threshold is one that rows can lie on either side of; below, probabilities have too few digits to be sure of. */
export const isCut = (at: number): boolean => at >= 1e-300 && at < 1;

/** What a rule makes least: of hits and false alarms among so many positive rows. */
function lossOf(
  rule: ThresholdRule,
  { alarms, hits, positives }: { readonly alarms: number; readonly hits: number; readonly positives: number },
): number {
  const misses = positives - hits;
  if (rule === "f1") return (alarms + misses) / (2 * hits + alarms + misses);
  return "recall" in rule
    ? Math.max(0, rule.recall - hits / positives)
    : rule.cost[0] * alarms + rule.cost[1] * misses;
}

/** A number above `lower` and at most `upper`, half way but for as few digits as that takes, three at least; null where there is none. */
function between(lower: number, upper: number): number | null {
  const middle = lower + (upper - lower) / 2;
  for (let digits = 3; digits <= 17; digits++) {
    const rounded = Number(middle.toPrecision(digits));
    if (rounded > lower && rounded <= upper && isCut(rounded)) return rounded;
  }
  return null;
}
