import { spelled } from "../optionNames.js";
import { PANEL, VEGA_LITE } from "../svg.js";
import type { Objective } from "../sweeps/objective.js";
import type { Range } from "../sweeps/ranges.js";
import { entriesOf } from "../sweeps/space.js";
import { metricName } from "./scores.js";
import { directionText, linearName, type SweepSummary } from "./sweep.js";

/** What of a sweep is drawn. */
export type SweepDrawn = Pick<
  SweepSummary,
  "data" | "target" | "task" | "objectives" | "tried" | "front" | "space"
>;

/**
 * As a Vega-Lite specification with its data in it. Of one metric: it by trial, with the best so far, and by each setting that was varied; of two the trials by both, with
 * their front. With standard errors of the first, and the linear model as far as it has the metrics.
 */
export function sweepCharts({ data, target, objectives, tried, front, space, task }: SweepDrawn): object {
  const [first, second] = objectives;
  const names = { best: second ? "front" : "best", others: "others", linear: linearName(task) };
  const values = tried.flatMap(({ number, settings, outcome }) => {
    const costs = objectives.map(({ cost }) => cost(outcome));
    const own = first.summary(outcome);
    if (own === null || costs.includes(null)) return [];
    return {
      trial: number,
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [spelled(name), value])),
      ...Object.fromEntries(objectives.map(({ metric, summary }) => [metric, summary(outcome)?.mean])),
      low: own.mean - (own.stderr ?? 0),
      high: own.mean + (own.stderr ?? 0),
      kind: front.includes(number) ? names.best : names.others,
    };
  });
  // On the same folds, whatever the settings.
  const linear = tried.flatMap(({ outcome }) => (outcome.status === "done" ? [outcome.linear] : [])).at(0);
  const isBeside = objectives.some(({ metric }) => linear?.[metric]);
  const color = {
    field: "kind",
    type: "nominal",
    title: null,
    scale: {
      domain: [names.best, names.others, ...(isBeside ? [names.linear] : [])],
      range: ["#e45756", "#4c78a8", "#9d9da1"],
    },
    legend: { orient: "bottom" },
  };
  const fields = ["trial", ...entriesOf(space).map(([name]) => spelled(name)), ...objectives.map(nameOf)];
  const points = [
    { mark: "rule", encoding: { y: { ...axisOf(first), field: "low" }, y2: { field: "high" }, color } },
    {
      mark: { type: "point", filled: true, size: 40 },
      encoding: { y: axisOf(first), color, tooltip: fields.map((field) => ({ field })) },
    },
  ];
  const [across, up] = objectives.map((objective, i) => {
    const mean = linear?.[objective.metric]?.mean;
    const axis = { ...axisOf(objective), field: "mean" };
    return mean === undefined
      ? []
      : [
          {
            data: { values: [{ mean, kind: names.linear }] },
            mark: { type: "rule", strokeDash: [4, 4] },
            encoding: { [i === 0 ? "y" : "x"]: axis, color },
          },
        ];
  });
  const shared = {
    $schema: VEGA_LITE,
    title: `${target.join(", ")} of ${data}: ${values.length} trials`,
    background: "white",
    data: { values },
  };
  if (second) {
    const x = axisOf(second);
    const isOrdered = objectives.every(({ better }) => better !== "nearer");
    const line = {
      transform: [{ filter: { field: "kind", equal: names.best } }],
      // Between two trials there is what the one comes to that has as good a figure across.
      mark: {
        type: "line",
        interpolate: second.better === "higher" ? "step-before" : "step-after",
        color: "#e45756",
      },
      encoding: { x, y: axisOf(first) },
    };
    const drawn = points.map((layer) => ({ ...layer, encoding: { ...layer.encoding, x } }));
    return {
      ...shared,
      width: 480,
      height: 320,
      layer: [...(isOrdered ? [line] : []), ...drawn, ...across, ...up],
    };
  }
  const panel = (x: object, more: readonly object[] = []) => ({
    ...PANEL,
    layer: [...more, ...points.map((layer) => ({ ...layer, encoding: { ...layer.encoding, x } })), ...across],
  });
  const trial = { field: "trial", type: "quantitative", title: "trial", axis: { tickMinStep: 1 } };
  return {
    ...shared,
    columns: 2,
    concat: [
      panel(trial, bestSoFar(first, trial)),
      ...entriesOf(space).map(([name, range]) =>
        panel({ field: spelled(name), title: spelled(name), ...scaleOf(range) }),
      ),
    ],
  };
}

const nameOf = ({ metric }: Objective): string => metric;

const axisOf = (objective: Objective) => ({
  field: objective.metric,
  type: "quantitative",
  title: `${metricName(objective.metric)}${objective.metric === "bound" ? " in scaled units" : ""} (${directionText(objective)})`,
  scale: { zero: false },
});

/** A line of the best up to each trial; of what is to be near a level there is none. */
function bestSoFar(objective: Objective, x: object): object[] {
  const { metric, better } = objective;
  if (better === "nearer") return [];
  return [
    {
      transform: [
        {
          window: [{ op: better === "lower" ? "min" : "max", field: metric, as: "best" }],
          frame: [null, 0],
          sort: [{ field: "trial" }],
        },
      ],
      mark: { type: "line", interpolate: "step-after", color: "#e45756" },
      encoding: { x, y: { ...axisOf(objective), field: "best" } },
    },
  ];
}

/** Numbers on a line from one end to the other, by logarithms where they were drawn so; names side by side. */
function scaleOf(range: Range): object {
  if (!("scale" in range)) return { type: "ordinal" };
  const { scale, from, to } = range;
  const type = scale === "log" || scale === "logint" ? "log" : "linear";
  const isWhole = scale === "int" || scale === "logint";
  return {
    type: "quantitative",
    scale: { type, domain: [from, to], nice: false, padding: 8 },
    ...(isWhole && { axis: { tickMinStep: 1 } }),
  };
}
