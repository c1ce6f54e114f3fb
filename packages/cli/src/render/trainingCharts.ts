import { type Curve, type TabularModel, type TrainingHistory, targetNames } from "psilon";
import { VEGA_LITE } from "../svg.js";
import { shortFigure } from "./text.js";

/** How a network was trained, drawn: its losses and its rate over the epochs, and what the search came to, as a Vega-Lite specification. */
export function trainingCharts(
  { target, record }: TabularModel,
  history: TrainingHistory,
  data: string,
): object {
  const kinds = record.parts ?? [record];
  const named = history.networks.map((curve, k) => ({ name: kindOf(kinds[k]), curve }));
  const drawn = history.trial ? [...named, { name: "when its kind was tried", curve: history.trial }] : named;
  const losses = drawn.flatMap(({ name, curve }) => [
    ...lossesOf(curve, name, "training rows", curve.loss),
    ...lossesOf(curve, name, "held-out rows", curve.validation ?? []),
  ]);
  const rates = named.flatMap(({ name, curve }) =>
    curve.epochs.map((epoch, i) => ({ epoch, rate: curve.rate[i], network: name })),
  );
  const tried = history.search.flatMap(({ score, share, lambda, ...kind }) =>
    score === null
      ? []
      : { lambda, score, kind: kindOf(kind), steps: share < 1 ? "in a share of the steps" : "in full" },
  );
  const epoch = { field: "epoch", type: "quantitative", title: "epoch" };
  const network = { field: "network", type: "nominal", sort: null, title: "network", legend: LEGEND };
  const panel = { width: 360, height: 220 };
  return {
    $schema: VEGA_LITE,
    title: `${targetNames(target).join(", ")} of ${data}`,
    background: "white",
    columns: 2,
    resolve: { scale: { color: "independent", shape: "independent", strokeDash: "independent" } },
    concat: [
      {
        ...panel,
        data: { values: losses },
        mark: "line",
        encoding: {
          x: epoch,
          y: scaled(
            "loss",
            "loss",
            losses.map(({ loss }) => loss),
          ),
          color: network,
          strokeDash: { field: "rows", type: "nominal", sort: null, title: "rows", legend: LEGEND },
        },
      },
      {
        ...panel,
        data: { values: rates },
        mark: "line",
        encoding: {
          x: epoch,
          y: { field: "rate", type: "quantitative", title: "learning rate" },
          color: network,
        },
      },
      ...(tried.length > 1 ? [searchPanel(panel, tried)] : []),
    ],
  };
}

/** Names may be long. */
const LEGEND = { labelLimit: 400, orient: "bottom", direction: "vertical" };

function searchPanel(panel: object, tried: readonly { readonly lambda: number; readonly score: number }[]) {
  return {
    ...panel,
    data: { values: tried },
    mark: { type: "point", filled: true, size: 50 },
    encoding: {
      x: scaled(
        "lambda",
        "λ",
        tried.map(({ lambda }) => lambda),
      ),
      y: scaled(
        "score",
        "score on held-out rows (lower is better)",
        tried.map(({ score }) => score),
      ),
      color: { field: "kind", type: "nominal", sort: null, title: "tried", legend: LEGEND },
      shape: { field: "steps", type: "nominal", sort: null, title: null, legend: LEGEND },
    },
  };
}

/** On a logarithmic scale, which has no place for 0, where there is none. */
const scaled = (field: string, title: string, values: readonly number[]) => ({
  field,
  type: "quantitative",
  title,
  scale: values.every((value) => value > 0) ? { type: "log" } : { type: "linear", zero: false },
});

const lossesOf = ({ epochs }: Curve, network: string, rows: string, values: readonly number[]) =>
  values.map((loss, i) => ({ epoch: epochs[i], loss, network, rows }));

/** Layers, units and how numbers are taken, as far as these are said. */
function kindOf(kind: {
  readonly width: number;
  readonly depth: number;
  readonly encoding?: string;
  readonly lambda?: number;
}) {
  const shape = kind.depth === 0 ? "linear" : `${kind.depth} × ${kind.width}`;
  const encoding = kind.encoding === undefined ? "" : `, ${kind.encoding}`;
  return `${shape}${encoding}${kind.lambda === undefined ? "" : `, λ ${shortFigure(kind.lambda)}`}`;
}
