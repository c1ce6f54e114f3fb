import { auc } from "../metrics/auc.js";
import { averagePrecision } from "../metrics/averagePrecision.js";
import { checkLengths, meanOf } from "../metrics/averages.js";
import { brierErrors } from "../metrics/brierScore.js";
import { calibrationError, toldRows } from "../metrics/calibrationError.js";
import { type ClassCounts, confusionOf, countClasses, figuresOf } from "../metrics/classCounts.js";
import { lossAt } from "../metrics/logLoss.js";
import { rank } from "../metrics/ranks.js";
import type { ClassScores, OneClassMetric } from "./classScores.js";
import type { Group, Measure } from "./measure.js";

type OneClass = Record<OneClassMetric, number | null>;

const oneClassMetrics: readonly OneClassMetric[] = ["precision", "recall", "f1", "averagePrecision", "auc"];

/**
 * Every metric of predicted classes, as scikit-learn has them with `zero_division=0`, where a class without rows has null instead.
 *
 * `truth`, `labels`: places in `names`, one per row, of at least one. `probabilities`: rows × classes. Throws RangeError where lengths do not fit.
 */
export function measureClasses(
  truth: ArrayLike<number>,
  {
    labels,
    probabilities,
  }: { readonly labels: ArrayLike<number>; readonly probabilities: ArrayLike<number> },
  names: readonly string[],
): Measure {
  const [rows, classes] = [truth.length, names.length];
  checkLengths(rows, labels.length);
  checkLengths(rows, probabilities.length / classes);
  const loss = meanOf(
    Float64Array.from({ length: rows }, (_, i) => lossAt(truth, probabilities, classes)(i)),
  );
  const brier = meanOf(brierErrors(truth, probabilities, classes));
  const calibration = calibrationError(toldRows(truth, probabilities, classes));
  const byScore = names.map((_, k) => {
    const ranking = rank(Float64Array.from({ length: rows }, (_, i) => probabilities[i * classes + k]));
    const isOf = Uint8Array.from(ranking.order, (row) => Number(truth[row] === k));
    return { auc: auc(isOf, ranking), averagePrecision: averagePrecision(isOf, ranking) };
  });
  const aucs = (weights: ArrayLike<number>) => {
    if (classes > 2) return byScore.map((one) => one.auc(weights));
    const both = byScore[1].auc(weights);
    return [both, both];
  };
  const figures = (weights: ArrayLike<number>): Group<number | null>[] => {
    const counts = countClasses(truth, labels, classes, weights);
    const areas = aucs(weights);
    const each = names.map((_, k) => definedOnes(counts, k, byScore[k].averagePrecision(weights), areas[k]));
    const { support, hits } = counts;
    const withRows = each.filter((_, k) => support[k] > 0);
    const macro = meanClass(each, (k) => Number(support[k] + counts.predicted[k] > 0));
    const weighted = meanClass(each, (k) => support[k]);
    const overall = {
      accuracy: sum(hits) / sum(support),
      balancedAccuracy: sum(withRows.map(({ recall }) => recall ?? 0)) / withRows.length,
      auc: macro.auc,
      logLoss: loss(weights),
      brierScore: brier(weights),
      expectedCalibrationError: calibration(weights),
    };
    return [overall, ...each, macro, weighted];
  };
  const { support, predicted } = countClasses(truth, labels, classes, new Uint8Array(rows).fill(1));
  return {
    rows,
    figures,
    why: (group, metric) => {
      const k = group - 1;
      const isEmpty = k >= 0 && k < classes && support[k] === 0;
      if (!isEmpty) return `every row is of the class "${names[truth[0]]}"`;
      const never = metric === "precision" || metric === "f1" ? ", nor predicted to be" : "";
      return `no row is of the class "${names[k]}"${never}`;
    },
    arrange: <V>([overall, ...others]: readonly Group<V>[]) => ({
      task: "classification",
      metrics: overall as ClassScores<V>["metrics"],
      classes: names.map((name, k) => ({
        name,
        rows: support[k],
        predicted: predicted[k],
        ...(others[k] as ClassScores<V>["macro"]),
      })),
      macro: others[classes] as ClassScores<V>["macro"],
      weighted: others[classes + 1] as ClassScores<V>["weighted"],
      confusion: confusionOf(truth, labels, classes),
    }),
  };
}

/** Null where nothing of the class is there to be found or taken for it. */
function definedOnes(
  counts: ClassCounts,
  k: number,
  precisions: number | null,
  area: number | null,
): OneClass {
  const { precision, recall, f1 } = figuresOf(counts, k);
  const isThere = counts.support[k] > 0;
  const isNamed = isThere || counts.predicted[k] > 0;
  return {
    precision: isNamed ? precision : null,
    recall: isThere ? recall : null,
    f1: isNamed ? f1 : null,
    averagePrecision: precisions,
    auc: area,
  };
}

/**
 * The weighted mean of what classes have. A class that is predicted but not there counts as found in none of its rows, as in scikit-learn's;
 * ranks tell nothing of it.
 */
function meanClass(each: readonly OneClass[], weightOf: (k: number) => number): OneClass {
  const of = (metric: OneClassMetric) => {
    const isByRank = metric === "averagePrecision" || metric === "auc";
    const counted = each.flatMap((one, k) =>
      isByRank && one[metric] === null ? [] : [{ weight: weightOf(k), value: one[metric] ?? 0 }],
    );
    const total = sum(counted.map(({ weight }) => weight));
    return total > 0 ? sum(counted.map(({ weight, value }) => weight * value)) / total : null;
  };
  return Object.fromEntries(oneClassMetrics.map((metric) => [metric, of(metric)])) as OneClass;
}

const sum = (values: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
};
