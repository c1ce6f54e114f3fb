import { heldIn, type IntervalValues } from "../../preprocess/interval.js";
import { checkLengths, meanOf, type Weighted } from "../metrics/averages.js";
import { poissonDeviance } from "../metrics/counts.js";
import { determination } from "../metrics/determination.js";
import { medianOf } from "../metrics/medians.js";
import { percentageErrors } from "../metrics/percentageError.js";
import { spearman } from "../metrics/spearman.js";
import type { Group, Measure } from "./measure.js";

/**
 * Every metric of predicted numbers.
 *
 * `truth`, `predicted`: rows × targets in the targets' units, of at least one row. `areCounts`: the deviance is asked for. `interval`: beside
 * each predicted number, where there are some. Throws RangeError
 * where lengths do not fit.
 */
export function measureNumbers(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  names: readonly string[],
  areCounts: boolean,
  interval?: IntervalValues,
): Measure {
  checkLengths(truth.length, predicted.length);
  const count = names.length;
  const rows = truth.length / count;
  const column = (values: ArrayLike<number>, k: number) =>
    Float64Array.from({ length: rows }, (_, i) => values[i * count + k]);
  const truths = names.map((_, k) => column(truth, k));
  const targets = truths.map((own, k) => ({
    ...metricsOf(own, column(predicted, k), areCounts),
    ...(interval && {
      intervalCoverage: meanOf(heldIn(own, column(interval.low, k), column(interval.high, k))),
    }),
  }));
  const whys = (k: number, metric: string) => {
    if (metric === "mape") return "a true value is 0, or within a hundredth of their median size of it";
    return `every ${truths[k].every((value) => value === truths[k][0]) ? "true value" : "prediction"} is the same`;
  };
  const isUndefined = targets.map((own) => measuredBy(own, new Uint8Array(rows).fill(1)));
  return {
    rows,
    figures: (weights) => {
      const each = targets.map((own) => measuredBy(own, weights));
      return count === 1 ? each : [averaged(each), ...each];
    },
    why: (group, metric) => {
      if (count === 1) return whys(0, metric);
      const k = group > 0 ? group - 1 : isUndefined.findIndex((own) => own[metric] === null);
      return `of "${names[k]}" ${whys(k, metric)}`;
    },
    arrange: <V>([metrics, ...others]: readonly Group<V>[]) => ({
      task: "regression",
      metrics,
      ...(count > 1 && { targets: names.map((name, k) => ({ name, metrics: others[k] })) }),
    }),
  };
}

/** Of one target. */
function metricsOf(
  truth: Float64Array,
  predicted: Float64Array,
  areCounts: boolean,
): Readonly<Record<string, Weighted>> {
  const errors = truth.map((y, i) => y - predicted[i]);
  const sizes = errors.map(Math.abs);
  const square = meanOf(errors.map((error) => error * error));
  const shares = percentageErrors(truth, predicted);
  return {
    rmse: (weights) => Math.sqrt(square(weights)),
    mae: meanOf(sizes),
    medianAbsoluteError: medianOf(sizes),
    mape: shares ? meanOf(shares) : () => null,
    r2: determination(truth, predicted),
    spearman: spearman(truth, predicted),
    ...(areCounts && { deviance: (weights) => poissonDeviance(truth, predicted, { weights }) }),
  };
}

const measuredBy = (metrics: Readonly<Record<string, Weighted>>, weights: ArrayLike<number>) =>
  Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric(weights)]));

/** Over targets. */
function averaged(each: readonly Group<number | null>[]): Group<number | null> {
  const mean = (values: readonly (number | null)[]) =>
    values.reduce<number | null>(
      (sum, value) => (sum === null || value === null ? null : sum + value / values.length),
      0,
    );
  return Object.fromEntries(
    Object.keys(each[0]).map((name) => {
      const values = each.map((own) => own[name]);
      if (name !== "rmse") return [name, mean(values)];
      return [name, Math.sqrt(mean(values.map((value) => (value ?? 0) ** 2)) ?? 0)];
    }),
  );
}
