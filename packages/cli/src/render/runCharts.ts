import { ownMetrics } from "../runs/figures.js";
import type { StoredEpoch, StoredRun } from "../runs/storedRuns.js";
import { PANEL, VEGA_LITE } from "../svg.js";
import { metricName } from "./scores.js";

const LEGEND = { labelLimit: 400, orient: "bottom", direction: "vertical" };

/** Runs drawn side by side as a Vega-Lite specification: by epoch what is known so, else what each came to. */
export function runCharts(runs: readonly StoredRun[], epochs: readonly StoredEpoch[]): object {
  const panels = epochs.length > 0 ? curvePanels(epochs) : metricPanels(runs);
  return {
    $schema: VEGA_LITE,
    title: titleOf(runs),
    background: "white",
    columns: 2,
    resolve: { scale: { strokeDash: "independent" } },
    concat: panels,
  };
}

/** The tables and targets of all runs. */
const titleOf = (runs: readonly StoredRun[]) =>
  [...new Set(runs.map(({ data, target }) => `${target} of ${data}`))].join("; ");

/** What curves are called where there is room. */
const CURVES: Readonly<Record<string, string>> = { rate: "learning rate", condition: "condition number" };

/** The losses together, all else on its own. */
function curvePanels(epochs: readonly StoredEpoch[]): object[] {
  const isLoss = ({ metric }: StoredEpoch) => metric === "loss" || metric === "validation";
  const others = [...new Set(epochs.filter((point) => !isLoss(point)).map(({ metric }) => metric))];
  const groups = [
    { title: "loss", points: epochs.filter(isLoss) },
    ...others.map((metric) => ({
      title: CURVES[metric] ?? metricName(metric),
      points: epochs.filter((point) => point.metric === metric),
    })),
  ];
  return groups
    .filter(({ points }) => points.length > 0)
    .map(({ title, points }) => {
      const values = points.map(({ run, curve, metric, epoch, value }) => ({
        epoch,
        value,
        run,
        curve: metric === "validation" ? `${curve}, held-out rows` : curve,
      }));
      const isSeveral = new Set(values.map(({ curve }) => curve)).size > 1;
      return {
        ...PANEL,
        data: { values },
        mark: "line",
        encoding: {
          x: { field: "epoch", type: "quantitative", title: "epoch", axis: { tickMinStep: 1 } },
          y: {
            field: "value",
            type: "quantitative",
            title,
            scale: values.every(({ value }) => value !== null && value > 0)
              ? { type: "log", nice: false }
              : { type: "linear", zero: false },
            axis: { format: "~g" },
          },
          color: { field: "run", type: "nominal", sort: null, title: "run", legend: LEGEND },
          ...(isSeveral && {
            strokeDash: { field: "curve", type: "nominal", sort: null, title: "curve", legend: LEGEND },
          }),
        },
      };
    });
}

function metricPanels(runs: readonly StoredRun[]): object[] {
  const rows = runs.flatMap((run) => ownMetrics(run).map((row) => ({ run: run.id, ...row })));
  const metrics = [...new Set(rows.map(({ metric }) => metric))];
  return metrics.map((name) => ({
    ...PANEL,
    height: { step: 16 },
    data: {
      values: rows
        .filter(({ metric }) => metric === name)
        .map(({ run, value, stderr }) => ({
          run,
          value,
          low: (value ?? 0) - (stderr ?? 0),
          high: (value ?? 0) + (stderr ?? 0),
        })),
    },
    encoding: { y: { field: "run", type: "nominal", sort: null, title: null } },
    layer: [
      {
        mark: { type: "point", filled: true },
        encoding: {
          x: { field: "value", type: "quantitative", title: metricName(name), scale: { zero: false } },
        },
      },
      {
        mark: "rule",
        encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" } },
      },
    ],
  }));
}
