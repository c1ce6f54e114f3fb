import type { Scores, TabularModel } from "psilon";
import { movesText } from "./certification.js";
import { alignedTable, figure, percentBelow, shortFigure } from "./text.js";

type Grid = TabularModel["record"]["lambdaGrid"];

/** What one way to train came to on held-out rows. */
export interface WayToTrain {
  readonly name: string;
  readonly scores: Scores;
  readonly certified: number;
  readonly trial: Grid[number];
}

/**
 * Where training was for a promise: what it came to on held-out rows beside what it would have been for without one, on the loss with the λ
 * best for that, and beside the λ best for certificates. Nothing where the search was not finished.
 */
export function waysToTrain({ record }: TabularModel): WayToTrain[] {
  const complete = record.lambdaGrid.filter(({ scores, certified }) => scores && certified !== undefined);
  const onLoss = complete.filter(({ worst }) => !worst);
  const chosen = complete.find((trial) => trial.chosen);
  if (!record.objective || !chosen || onLoss.length === 0) return [];
  const lossOf = ({ scores }: Grid[number]) =>
    scores && ("logLoss" in scores ? scores.logLoss : "rmse" in scores ? scores.rmse : null);
  const least = (of: (trial: Grid[number]) => number) =>
    onLoss.reduce((best, trial) => (of(trial) < of(best) ? trial : best));
  const ways: [string, Grid[number]][] = [
    ["plain", least((trial) => lossOf(trial) ?? Number.POSITIVE_INFINITY)],
    ["λ for certificates", least(({ certified = 0 }) => -certified)],
    ...(chosen.worst ? [["on the worst case", chosen] as [string, Grid[number]]] : []),
  ];
  return ways.map(([name, trial]) => ({
    name,
    scores: trial.scores as Scores,
    certified: trial.certified as number,
    trial,
  }));
}

/** The ways side by side, and how the last of them trains. */
export function certifiedTrainingText(model: TabularModel): string[] {
  const ways = waysToTrain(model);
  const { objective } = model.record;
  if (!objective || ways.length === 0) return [];
  const isClass = "accuracy" in ways[0].scores;
  const table = alignedTable(
    [
      ["training", isClass ? "right" : "RMSE", "right and certified"],
      ...ways.map(({ name, scores, certified }) => [
        name,
        "accuracy" in scores ? percentBelow(scores.accuracy) : "rmse" in scores ? figure(scores.rmse) : "",
        percentBelow(certified),
      ]),
    ],
    { beside: ["", ...ways.map(({ trial }) => howText(trial))] },
  );
  const { tolerance, ...moves } = objective;
  return [`${table}\non held-out rows, certified while ${movesText(moves, model.encoder)}`];
}

function howText({ lambda, worst, plain, encoding, chosen }: Grid[number]): string {
  const how = [
    `λ = ${shortFigure(lambda)}`,
    ...(worst?.method === "interval"
      ? [`interval bounds, ${percentBelow(worst.share)} of the loss on the rows themselves`]
      : []),
    ...(worst?.method === "margin" ? ["margins in closed form"] : []),
    ...(worst ? [`boxes growing over ${percentBelow(worst.ramp)} of the steps`] : []),
    ...(plain ? ["plain weights"] : []),
    ...(encoding ? [`numbers by ${encoding === "bins" ? "their bins" : "value and bins"}`] : []),
  ];
  return `${how.join(", ")}${chosen ? " (chosen)" : ""}`;
}
