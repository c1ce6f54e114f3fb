import type { Comparison } from "psilon";
import { VEGA_LITE } from "../svg.js";

/** What is drawn over the epochs, each with its title and scale. */
const PANELS = [
  { field: "loss", title: "training loss", scale: "log" },
  { field: "validation", title: "held-out loss", scale: "log" },
  { field: "bound", title: "bound", scale: "log" },
  { field: "sparsity", title: "share of zeros", scale: "linear" },
  { field: "condition", title: "condition number", scale: "log" },
] as const;

/** Loss, bound, sparsity and condition number over training, one line a member, as a Vega-Lite specification. */
export function comparisonCharts({ entries, folds }: Comparison, data: string): object {
  const values = entries.flatMap(({ choices, curve }) => {
    const settings = Object.entries(choices).map(([name, value]) => `${name} ${value}`);
    const member = settings.join(", ") || "all";
    return curve.map((point) => ({ member, ...point }));
  });
  return {
    $schema: VEGA_LITE,
    title: `${data}: means over ${folds} folds`,
    data: { values },
    columns: 2,
    concat: PANELS.filter(({ field, scale }) => values.some((point) => isDrawn(point[field], scale))).map(
      ({ field, title, scale }) => ({
        width: 360,
        height: 220,
        // A logarithm has no place for 0.
        ...(scale === "log" && { transform: [{ filter: `datum.${field} > 0` }] }),
        mark: { type: "line", point: { size: 12 } },
        encoding: {
          x: { field: "epoch", type: "quantitative", title: "epoch" },
          y: { field, type: "quantitative", title, scale: { type: scale, zero: scale === "linear" } },
          // Names of members are as long as what is compared.
          color: { field: "member", type: "nominal", sort: null, title: null, legend: { labelLimit: 0 } },
          tooltip: [
            { field: "member", type: "nominal" },
            { field: "epoch", type: "quantitative" },
            { field, type: "quantitative", format: ".4g", title },
          ],
        },
      }),
    ),
  };
}

/** Whether a panel has a place for the value. */
const isDrawn = (value: number | null, scale: "log" | "linear"): boolean =>
  value !== null && Number.isFinite(value) && (scale === "linear" || value > 0);
