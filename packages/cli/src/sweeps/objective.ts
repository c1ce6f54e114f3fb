import { InputError, type Summary, type Task, type TrainOptions } from "psilon";
import type { TrialOutcome } from "./trial.js";

/** What is predicted, as far as it decides what is measured. */
export interface Predicted {
  readonly task: Task;
  readonly options: Pick<TrainOptions, "quantile" | "loss" | "interval">;
}

interface Metric {
  /** Whether it is measured at all. */
  readonly isOf: (predicted: Predicted) => boolean;
  readonly better: "lower" | "higher" | "nearer";
  /** What a coverage is to be near to. */
  readonly nominal?: (options: Predicted["options"]) => number;
}

const always = () => true;
const ofClasses = ({ task }: Predicted) => task === "classification";
const ofNumbers = ({ task, options }: Predicted) => task === "regression" && !options.quantile;
const ofCounts = (predicted: Predicted) => ofNumbers(predicted) && predicted.options.loss === "poisson";
const ofQuantiles = ({ task, options }: Predicted) => task === "regression" && options.quantile !== undefined;

/** Every metric that `evaluate` reports, and two figures of the models; of those that are measured the first is what is searched by. */
const metrics: Readonly<Record<string, Metric>> = {
  logLoss: { isOf: ofClasses, better: "lower" },
  deviance: { isOf: ofCounts, better: "lower" },
  pinball: { isOf: ofQuantiles, better: "lower" },
  rmse: { isOf: ofNumbers, better: "lower" },
  mae: { isOf: ofNumbers, better: "lower" },
  medianAbsoluteError: { isOf: ofNumbers, better: "lower" },
  mape: { isOf: ofNumbers, better: "lower" },
  r2: { isOf: ofNumbers, better: "higher" },
  spearman: { isOf: ofNumbers, better: "higher" },
  coverage: {
    isOf: ofQuantiles,
    better: "nearer",
    nominal: ({ quantile = [] }) => quantile[quantile.length - 1] - quantile[0],
  },
  intervalCoverage: {
    isOf: ({ task, options }) => task === "regression" && options.interval !== undefined,
    better: "nearer",
    nominal: ({ interval = 0 }) => interval,
  },
  accuracy: { isOf: ofClasses, better: "higher" },
  balancedAccuracy: { isOf: ofClasses, better: "higher" },
  auc: { isOf: ofClasses, better: "higher" },
  brierScore: { isOf: ofClasses, better: "lower" },
  expectedCalibrationError: { isOf: ofClasses, better: "lower" },
  bound: { isOf: always, better: "lower" },
  sparsity: { isOf: always, better: "higher" },
};

/** Which figures of a metric are the better ones. */
export interface Direction {
  readonly better: Metric["better"];
  /** What they are to be near to, where the nearer are. */
  readonly level: number | null;
}

/** What a sweep is for. */
export interface Objective extends Direction {
  readonly metric: string;
  /** Over the folds; null where the trial failed and where the metric is not defined. */
  readonly summary: (outcome: TrialOutcome) => Summary | null;
  /** What is to be small; null where there is no such figure. */
  readonly cost: (outcome: TrialOutcome) => number | null;
}

/** "rmse,bound" as names, at most two. Throws InputError for what no task has. */
export function metricNames(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  const stranger = names.find((name) => !Object.hasOwn(metrics, name));
  if (stranger !== undefined) {
    throw new InputError({
      code: "unknown-choice",
      found: `The option --metric takes one or two of ${Object.keys(metrics).join(", ")}, but "${stranger}" was given`,
      value: stranger,
    });
  }
  if (names.length <= 2 && new Set(names).size === names.length) return names;
  throw new InputError({
    code: "out-of-range",
    found: `The option --metric takes one metric, or two different ones with a comma between them, but "${text}" was given`,
    value: text,
  });
}

/** By default the one that training chooses λ by. Throws InputError for a metric that is not measured of what is predicted. */
export function objectivesOf(
  names: readonly string[] | undefined,
  predicted: Predicted,
): readonly Objective[] {
  const measured = Object.keys(metrics).filter((name) => metrics[name].isOf(predicted));
  const { task, options } = predicted;
  return (names ?? measured.slice(0, 1)).map((metric) => {
    if (!measured.includes(metric)) {
      throw new InputError({
        code: "wrong-task",
        found: `The metric "${metric}" is not measured of ${task === "classification" ? "classes" : options.quantile ? "quantiles" : "these numbers"}`,
        value: metric,
        remedy: `search by one of ${measured.join(", ")}`,
      });
    }
    const { better, nominal } = metrics[metric];
    return objectiveOf(metric, { better, level: nominal?.(options) ?? null });
  });
}

/** The first of these metrics that is measured to be searched by; null where none is. */
export function mainObjective(measured: readonly string[]): Objective | null {
  const metric = Object.keys(metrics).find((name) => measured.includes(name));
  return metric === undefined ? null : objectiveOf(metric, { better: metrics[metric].better, level: null });
}

export function objectiveOf(metric: string, { better, level }: Direction): Objective {
  const summary = (outcome: TrialOutcome) =>
    outcome.status === "done" ? (outcome.metrics[metric] ?? null) : null;
  return {
    metric,
    better,
    level,
    summary,
    cost(outcome) {
      const { mean = Number.NaN } = summary(outcome) ?? {};
      return Number.isFinite(mean) ? costOf(mean, { better, level }) : null;
    },
  };
}

/** What is to be small of a figure. */
export const costOf = (value: number, { better, level }: Direction): number =>
  level !== null ? Math.abs(value - level) : better === "higher" ? -value : value;
