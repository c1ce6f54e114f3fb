import type { TabularModel } from "psilon";
import { alignedTable, figure } from "./text.js";

/** In the order in which they are shown. */
const NAMES: Readonly<Record<string, string>> = {
  rmse: "RMSE",
  mae: "MAE",
  r2: "R²",
  deviance: "deviance",
  pinball: "pinball loss",
  coverage: "coverage",
  intervalCoverage: "in the interval",
  accuracy: "accuracy",
  balancedAccuracy: "balanced accuracy",
  logLoss: "log loss",
  auc: "AUC",
  medianAbsoluteError: "median absolute error",
  mape: "MAPE",
  spearman: "rank correlation",
  brierScore: "Brier score",
  expectedCalibrationError: "calibration error",
  bound: "bound",
  sparsity: "share of zeros",
};

/** Those that a person needs at first; the others are for who asks. */
const FIRST = 11;

/** Metrics by name; null where one is not defined. */
export type Metrics = Readonly<Record<string, number | null>>;

/** Scores of one set of rows: the model's and, beside it, what it must beat. */
export interface ScoredPart {
  readonly name: string;
  readonly model: Metrics;
  readonly linear: Metrics | null;
  readonly constant: Metrics;
}

/** One line per model, one group of columns per part. */
export function scoreBoard(parts: readonly ScoredPart[], model: string): string {
  const shown = parts.map((part) => shownMetrics(part.model));
  const linear = "accuracy" in parts[0].model ? "logistic regression" : "ridge regression";
  const line = (name: string, of: (part: ScoredPart) => Metrics | null) => [
    name,
    ...parts.flatMap((part, i) => shown[i].map((metric) => figureOrNone(of(part)?.[metric] ?? null))),
  ];
  return alignedTable([
    ["", ...parts.flatMap(({ name }, i) => shown[i].map((_, k) => (k === 0 ? name : "")))],
    ["", ...shown.flat().map(metricName)],
    line(model, (part) => part.model),
    line(linear, (part) => part.linear),
    line("constant", (part) => part.constant),
  ]);
}

/** Those of the metrics that are shown where there is not room for all. */
export const shownMetrics = (metrics: object): string[] =>
  Object.keys(NAMES)
    .slice(0, FIRST)
    .filter((name) => name in metrics);

/** All of them, the ones that are shown first before the others. */
export const allMetrics = (metrics: object): string[] => Object.keys(NAMES).filter((name) => name in metrics);

/** A model that was not fitted because the command was interrupted has no scores, nor do rows have a metric that is not defined for them. */
export const figureOrNone = (score: number | null) => (score === null ? "–" : figure(score));

/** What scores of several targets are; nothing for one. */
export function averagedText({ target }: TabularModel): string[] {
  if (target.task === "classification" || target.names.length === 1) return [];
  const names = `${target.names.slice(0, -1).join(", ")} and ${target.names[target.names.length - 1]}`;
  return [
    `Scores are averages over ${names}, each in its own units; RMSE is the root of the average square.`,
  ];
}

export function metricName(metric: string): string {
  return NAMES[metric];
}
