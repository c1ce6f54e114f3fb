import { spelled } from "../optionNames.js";
import type { Range } from "../sweeps/ranges.js";
import { entriesOf } from "../sweeps/space.js";
import { metricName } from "./scores.js";
import type { SweepSummary } from "./sweep.js";

/** What of a sweep is drawn. */
export type SweepDrawn = Pick<
  SweepSummary,
  "data" | "target" | "task" | "objectives" | "tried" | "front" | "space"
>;

/** A panel's size. */
const PANEL = { width: 360, height: 220 };

/**
 * As a Vega-Lite specification with its data in it. Of one metric: it by trial, with the best so far, and by each setting that was varied; of two the trials by both, with
 * their front.
 */
export function sweepCharts(summary: SweepDrawn): object {
  const { data, target, objectives, tried, front, space } = summary;
  const values = tried.flatMap(({ number, settings, outcome }) => {
    const figures = objectives.flatMap(({ metric, summary: of }) => {
      const { mean = null } = of(outcome) ?? {};
      return mean !== null && Number.isFinite(mean) ? [[metric, mean] as const] : [];
    });
    if (figures.length < objectives.length) return [];
    const named = Object.entries(settings).map(([name, value]) => [spelled(name), value]);
    return { trial: number, ...Object.fromEntries([...named, ...figures]), isBest: front.includes(number) };
  });
  const tooltip = [...new Set(values.flatMap(Object.keys))]
    .filter((name) => name !== "isBest")
    .map((field) => ({ field }));
  const [first, second] = objectives.map(({ metric }) => ({
    field: metric,
    type: "quantitative",
    title: metricName(metric),
    scale: { zero: false },
  }));
  const shared = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: `${target.join(", ")} of ${data}: ${values.length} trials`,
    data: { values },
  };
  const points = { type: "point", filled: true, size: 40 };
  const color = { field: "isBest", type: "nominal", title: "best", legend: null };
  if (second) {
    return {
      ...shared,
      width: 480,
      height: 320,
      encoding: { x: second, y: first },
      layer: [
        { mark: points, encoding: { color, tooltip } },
        { transform: [{ filter: "datum.isBest" }], mark: { type: "line", interpolate: "step-after" } },
      ],
    };
  }
  const { better } = objectives[0];
  const bestSoFar = { frame: [null, 0], sort: [{ field: "trial" }] };
  return {
    ...shared,
    columns: 2,
    concat: [
      {
        ...PANEL,
        encoding: { x: { field: "trial", type: "quantitative", title: "trial" } },
        layer: [
          { mark: points, encoding: { y: first, color, tooltip } },
          ...(better === "nearer"
            ? []
            : [
                {
                  transform: [
                    {
                      ...bestSoFar,
                      window: [{ op: better === "lower" ? "min" : "max", field: first.field, as: "best" }],
                    },
                  ],
                  mark: { type: "line", interpolate: "step-after" },
                  encoding: { y: { ...first, field: "best" } },
                },
              ]),
        ],
      },
      ...entriesOf(space).map(([name, range]) => ({
        ...PANEL,
        mark: points,
        encoding: {
          x: { field: spelled(name), title: spelled(name), ...axisOf(range) },
          y: first,
          color,
          tooltip,
        },
      })),
    ],
  };
}

/** Numbers on a line, by logarithms where they were drawn so; names side by side. */
function axisOf(range: Range): object {
  if ("scale" in range) {
    const isLog = range.scale === "log" || range.scale === "logint";
    return { type: "quantitative", scale: isLog ? { type: "log" } : { zero: false } };
  }
  return { type: "ordinal" };
}
