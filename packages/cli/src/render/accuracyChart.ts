import type { CertifiedShare } from "psilon";
import { VEGA_LITE } from "../svg.js";

/** The share stays what it was at a radius until the next smaller row's. */
export const accuracyLine = { type: "line", interpolate: "step-before" };

/** Of values with a `radius` and a `share` of rows. */
export const accuracyAxes = {
  x: { field: "radius", type: "quantitative", title: "radius of every number, in standard deviations" },
  y: {
    field: "share",
    type: "quantitative",
    title: "share of rows",
    axis: { format: "%" },
    scale: { domain: [0, 1] },
  },
};

/** Certified accuracy over the radius, as a Vega-Lite specification with its data in it. */
export function accuracyChart(shares: readonly CertifiedShare[], data: string): object {
  const values = shares.flatMap(({ radius, certified, certifiedAndRight }) => [
    { radius, share: certified, rows: "certified" },
    { radius, share: certifiedAndRight, rows: "right and certified" },
  ]);
  return {
    $schema: VEGA_LITE,
    title: `${data}: share of rows certified at a radius`,
    data: { values },
    width: 480,
    height: 300,
    mark: accuracyLine,
    encoding: {
      ...accuracyAxes,
      color: { field: "rows", type: "nominal", title: null },
    },
  };
}
