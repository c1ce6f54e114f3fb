import type { Task } from "psilon";
import { spelled } from "../optionNames.js";
import type { GridTrials } from "../sweeps/gridTrials.js";
import type { Direction, Objective } from "../sweeps/objective.js";
import { type Space, spaceText } from "../sweeps/space.js";
import type { reasonsOf, SweepProgress, SweepResult, TriedTrial } from "../sweeps/sweep.js";
import { choice, withError } from "./comparison.js";
import { runFacts } from "./run.js";
import { metricName } from "./scores.js";
import { alignedTable, count, duration, facts, figure, figureAbove, page } from "./text.js";

/** What there is to say at the end of a sweep. */
export interface SweepSummary extends SweepResult {
  /** What it is recorded as, if it is. */
  readonly run?: string | undefined;
  readonly data: string;
  readonly target: readonly string[];
  readonly task: Task;
  readonly search: string;
  readonly space: Space;
  readonly folds: number;
  /** How many trials were asked for. */
  readonly trials: number;
  readonly objectives: readonly Objective[];
  /** Combinations that make no sense. */
  readonly refused: GridTrials["refused"];
  readonly reasons: ReturnType<typeof reasonsOf>;
  /** The command that trains with a trial's settings. */
  readonly trainBy: (trial: TriedTrial) => string;
  /** Where a picture of the trials lies. */
  readonly plot?: string;
  readonly seconds: number;
}

/** Lines of a table, and reasons, that are shown. */
const SHOWN = { trials: 10, reasons: 3 };

export function sweepText(summary: SweepSummary): string {
  const { target, data, folds, tried, kept, trials, space, objectives, front, refused, trainBy } = summary;
  const isFront = objectives.length > 1;
  const best = tried.find(({ number }) => number === front[0]);
  const others = isFront ? front.length : Math.min(SHOWN.trials, tried.length);
  const about = facts([
    ["data", `${target.join(", ")} of ${data}`],
    [
      "tried",
      `${count(tried.length, "trial")}${tried.length < trials ? ` of ${trials}` : ""} by ${summary.search} search${kept > 0 ? `, ${kept} of them kept from before` : ""}, each on ${count(folds, "fold")}; mean ± standard error`,
    ],
    ["space", spaceText(space)],
    [
      "best by",
      objectives
        .map((objective) => `${metricName(objective.metric)} (${directionText(objective)})`)
        .join(" and "),
    ],
    ...(summary.plot ? [["drawn", summary.plot] as const] : []),
    ["time", duration(summary.seconds)],
    ...runFacts(summary.run),
  ]);
  const left = [
    ...summary.reasons.map(({ reason, count: n }) => `${count(n, "trial")} failed: ${reason}`),
    ...refused.map(
      ({ settings, reason }) =>
        `Left out ${Object.entries(settings)
          .map(([name, value]) => `${spelled(name)}=${value}`)
          .join(" ")}: ${reason}`,
    ),
  ];
  const hidden = left.length - SHOWN.reasons;
  return page([
    about,
    `${isFront ? "No trial is better in one and as good in the other than these" : `The best ${others === 1 ? "trial" : others}`}:`,
    trialTable(summary, ranked(summary).slice(0, others)),
    ...left.slice(0, SHOWN.reasons),
    ...(hidden > 0 ? [`and ${hidden} more for other reasons`] : []),
    ...(best
      ? [`${isFront ? `Trial ${best.number}` : "The best"} trained on all rows:\n${trainBy(best)}`]
      : []),
  ]);
}

const WORDS = {
  lower: "lower is better",
  higher: "higher is better",
  nearer: "nearer to its level is better",
};

/** Which figures of a metric are the better ones. */
export const directionText = ({ better, level }: Direction): string =>
  level === null ? WORDS[better] : `nearer to ${figure(level)} is better`;

/** Those on the front in its order; of one objective all that have a figure, the best first. */
function ranked({ tried, objectives, front }: SweepSummary): TriedTrial[] {
  if (objectives.length > 1)
    return front.flatMap((number) => tried.filter((trial) => trial.number === number));
  const [{ cost }] = objectives;
  return tried
    .flatMap((trial) => {
      const own = cost(trial.outcome);
      return own === null ? [] : [{ trial, own }];
    })
    .sort((a, b) => a.own - b.own || a.trial.number - b.trial.number)
    .map(({ trial }) => trial);
}

export const linearName = (task: Task): string =>
  task === "classification" ? "logistic regression" : "ridge regression";

/** Settings, what is searched by, the bound and the time; the last line is the linear model's. */
function trialTable({ tried, objectives, task }: SweepSummary, shown: readonly TriedTrial[]): string {
  const settings = [...new Set(tried.flatMap((trial) => Object.keys(trial.settings)))];
  const metrics = objectives.map(({ metric }) => metric).filter((metric) => metric !== "bound");
  const header = ["trial", ...settings.map(spelled), ...metrics.map(metricName), "bound", "seconds"];
  const texts = settings.map((name) => settingTexts(shown.map((trial) => trial.settings[name])));
  const lines = shown.flatMap(({ number, outcome }, i) =>
    outcome.status === "failed"
      ? []
      : [
          [
            String(number),
            ...texts.map((column) => column[i]),
            ...metrics.map((metric) => withError(outcome.metrics[metric] ?? null)),
            outcome.metrics.bound ? figureAbove(outcome.metrics.bound.mean) : "–",
            outcome.seconds.toFixed(2),
          ],
        ],
  );
  // On the same folds, whatever the settings.
  const linear = shown.flatMap(({ outcome }) => (outcome.status === "done" ? [outcome.linear] : [])).at(0);
  const isKnown = linear && metrics.some((metric) => linear[metric]);
  const beside = [
    linearName(task),
    ...settings.map(() => ""),
    ...metrics.map((metric) => withError(linear?.[metric] ?? null)),
    ...["", ""],
  ];
  return alignedTable([header, ...lines, ...(isKnown ? [beside] : [])], { keys: 1 + settings.length });
}

/** Values of a setting, its numbers in one notation, so that they can be compared down their column. */
function settingTexts(values: readonly (string | number | undefined)[]): string[] {
  const isTiny = values.some((value) => typeof value === "number" && value > 0 && value < 1e-3);
  return values.map((value) =>
    isTiny && typeof value === "number" && value !== 0
      ? value.toExponential().replace("e+", "e")
      : choice(value),
  );
}

/** What `sweep --json` prints. */
export function sweepJson({
  objectives,
  tried,
  trainBy,
  front,
  kept,
  isOver,
  ...summary
}: SweepSummary): object {
  return {
    ...summary,
    objectives: objectives.map(({ metric, better }) => ({ metric, better })),
    kept,
    interrupted: !isOver,
    best: front.flatMap((number) =>
      tried
        .filter((trial) => trial.number === number)
        .map((trial) => ({ number, settings: trial.settings, train: trainBy(trial) })),
    ),
    tried: tried.map(({ number, settings, outcome }) => ({ number, settings, ...outcome })),
  };
}

/** What has come of it so far. */
export function foundText(
  { outcomes, front }: SweepProgress,
  objectives: readonly Objective[],
): string | undefined {
  if (front.length === 0) return undefined;
  if (objectives.length > 1) return `${front.length} on the front`;
  const [{ metric, summary }] = objectives;
  const outcome = outcomes.get(front[0]);
  const { mean } = (outcome && summary(outcome)) ?? { mean: Number.NaN };
  return `best ${metricName(metric)} ${figure(mean)} of trial ${front[0]}`;
}
