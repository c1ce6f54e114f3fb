import type { ClassReport, Preset, Summary, Task } from "psilon";
import type { NetworkKind } from "psilon/engine";
import type { Calibration } from "../testedRows.js";
import { calibrationText } from "./calibration.js";
import { perClassText } from "./perClass.js";
import { runFacts } from "./run.js";
import { figureOrNone, metricName, shownMetrics } from "./scores.js";
import { alignedTable, count, duration, facts, figure, figureAbove, page, shortFigure } from "./text.js";
import { networkNames } from "./training.js";

/** By metric, those of `ClassMetric` or `NumberMetric`; null where one is not defined for the rows of a split. */
export type Metrics = Readonly<Record<string, Summary | null>>;

/** What `evaluate --json` prints. Scores are in the target's units. */
export interface Evaluation {
  readonly task: Task;
  readonly data: string;
  readonly target: readonly string[];
  readonly network: NetworkKind;
  readonly preset: Preset;
  readonly splits: number;
  /** How these were drawn, as far as it was said. */
  readonly repeats?: number;
  readonly groups?: string;
  readonly timeColumn?: string;
  readonly metrics: Metrics;
  readonly baselines: { readonly linear: Metrics; readonly constant: Metrics };
  /** One per split: the λ chosen, the tightest bound in scaled units, the share of weights that are 0. */
  readonly lambdas: readonly number[];
  readonly bounds: readonly number[];
  readonly sparsities: readonly number[];
  /** Of the test rows of all splits together, where they were asked for. */
  readonly perClass?: ClassReport;
  readonly calibration?: Calibration;
  readonly seconds: number;
  /** What it is recorded as, if it is. */
  readonly run?: string | undefined;
}

export function evaluationText(evaluation: Evaluation): string {
  const { metrics, baselines, network, task } = evaluation;
  const names = shownMetrics(metrics);
  const linear = task === "classification" ? "logistic regression" : "ridge regression";
  const line = (name: string, of: Metrics) => [
    name,
    ...names.map((metric) => {
      const { mean, stderr } = of[metric] ?? { mean: Number.NaN, stderr: null };
      return stderr === null ? figure(mean) : `${figure(mean)} ± ${figure(stderr)}`;
    }),
  ];
  const means = alignedTable([
    ["", ...names.map(metricName)],
    line(networkNames[network], metrics),
    line(linear, baselines.linear),
    line("constant", baselines.constant),
  ]);
  const splits = alignedTable([
    ["split", ...names.map(metricName), "λ", "bound"],
    ...evaluation.lambdas.map((lambda, split) => [
      String(split + 1),
      ...names.map((metric) => figureOrNone(metrics[metric]?.perSplit[split] ?? null)),
      shortFigure(lambda),
      figureAbove(evaluation.bounds[split]),
    ]),
  ]);
  const about = facts([
    ["data", `${evaluation.target.join(", ")} of ${evaluation.data}`],
    [
      "tested",
      `on ${count(evaluation.splits, "split")}${drawnText(evaluation)}, preset ${evaluation.preset}; mean ± standard error`,
    ],
    ["time", duration(evaluation.seconds)],
    ...runFacts(evaluation.run),
  ]);
  const { perClass, calibration } = evaluation;
  const looks = [
    ...(perClass ? [perClassText(perClass)] : []),
    ...(calibration ? [calibrationText(calibration)] : []),
  ];
  const together = looks.length > 0 ? ["Over the test rows of all splits together:"] : [];
  return page([about, means, splits, ...together, ...looks]);
}

/** By what rows were told apart. */
function drawnText({ repeats = 1, groups, timeColumn }: Evaluation): string {
  const times = repeats > 1 ? `, drawn ${repeats} times` : "";
  const by =
    groups !== undefined
      ? ` of whole groups by "${groups}"`
      : timeColumn !== undefined
        ? ` in time by "${timeColumn}", each tested after training on all rows before`
        : "";
  return by + times;
}
