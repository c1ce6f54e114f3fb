import type { Scores, TabularModel } from "psilon";
import { alignedTable, figure } from "./text.js";

const NAMES: Readonly<Record<string, string>> = {
  rmse: "RMSE",
  mae: "MAE",
  r2: "R²",
  deviance: "deviance",
  pinball: "pinball loss",
  coverage: "coverage",
  intervalCoverage: "in the interval",
  accuracy: "accuracy",
  logLoss: "log loss",
};

/** Scores of one set of rows: the model's and, beside it, what it must beat. */
export interface ScoredPart {
  readonly name: string;
  readonly model: Scores;
  readonly linear: Scores | null;
  readonly constant: Scores;
}

/** One line per model, one group of columns per part. */
export function scoreBoard(parts: readonly ScoredPart[], model: string): string {
  const linear = "accuracy" in parts[0].model ? "logistic regression" : "ridge regression";
  const line = (name: string, of: (part: ScoredPart) => Scores | null) => [
    name,
    ...parts.flatMap((part) => {
      const scores = of(part) as Readonly<Record<string, number>> | null;
      return Object.keys(part.model).map((metric) => figureOrNone(scores?.[metric] ?? null));
    }),
  ];
  return alignedTable([
    [
      "",
      ...parts.flatMap(({ name, model: scores }) =>
        Object.keys(scores).map((metric) => `${name} ${NAMES[metric]}`),
      ),
    ],
    line(model, (part) => part.model),
    line(linear, (part) => part.linear),
    line("constant", (part) => part.constant),
  ]);
}

/** A model that was not fitted because the command was interrupted has no scores, and one without intervals no rows in them. */
const figureOrNone = (score: number | null) => (score === null ? "–" : figure(score));

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
