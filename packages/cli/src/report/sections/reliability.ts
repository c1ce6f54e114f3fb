import type { CalibrationBin } from "psilon";
import { count, figure, percent, thousands } from "../../render/text.js";
import { chart, INKS } from "../chart.js";
import { paragraph, subheading, table, worth } from "../elements.js";
import type { ReportFacts } from "../facts/facts.js";
import type { Reliability, Residuals } from "../facts/reliability.js";
import { type Html, html } from "../html.js";
import type { Section } from "../section.js";

export const reliability: Section = {
  id: "reliability",
  title: "Calibration and residuals",
  serves: { risk: ["outcomes analysis"], annex: ["2(g)", "3"] },
  body: async (facts) => {
    const { reliability: found, rows, data } = facts;
    const measured = worth("Measured", `on ${count(rows.tested, "row")} of ${data}.`);
    return html`${measured}${
      found.of === "classes"
        ? await ofClasses(found.calibration)
        : found.of === "numbers"
          ? await ofNumbers(found)
          : ofQuantiles(found.levels)
    }${intervals(facts)}`;
  },
};

const SIDE = { width: 300, height: 300 };

async function ofClasses({
  class: name,
  bins,
  expectedCalibrationError,
  brierScore,
}: Extract<Reliability, { of: "classes" }>["calibration"]): Promise<Html> {
  const what = name === null ? "the predicted class" : `the class ${name}`;
  return html`${paragraph(
    `Do probabilities mean what they say? Rows by the predicted probability of ${what}, beside the share of them for which it came true. The expected calibration error is ${figure(expectedCalibrationError)}, the Brier score ${figure(brierScore)}.`,
  )}${await chart({
    id: "calibration",
    title: "Predicted probability and what came true",
    description: `Points on the dashed diagonal would be perfect. ${bins
      .map((bin) => `predicted ${percent(bin.predicted)}, came true ${percent(bin.observed)} of ${bin.rows}`)
      .join("; ")}.`,
    specification: reliabilityPlot(
      bins,
      "mean predicted probability",
      "share that came true",
      [0, 1],
      bySize,
    ),
    numbers: binTable("Reliability, bin by bin", "predicted probability", "came true", bins, percent),
  })}`;
}

/** By rows, where some bins have more of them than others. */
const bySize = {
  size: {
    field: "rows",
    type: "quantitative",
    title: "rows",
    scale: { range: [25, 220] },
    legend: { symbolFillColor: INKS[0], orient: "right" },
  },
};

/** Means beside the diagonal; `size`: how large their points are. */
const reliabilityPlot = (
  bins: readonly CalibrationBin[],
  x: string,
  y: string,
  [from, to]: readonly [number, number],
  size: object,
) => ({
  ...SIDE,
  layer: [
    {
      data: {
        values: [
          { predicted: from, observed: from },
          { predicted: to, observed: to },
        ],
      },
      mark: { type: "line", strokeDash: [5, 4], color: "#5a5a5a", strokeWidth: 1 },
      encoding: axes(x, y, [from, to]),
    },
    {
      data: { values: bins },
      mark: { type: "line", color: INKS[0], strokeWidth: 1.5 },
      encoding: axes(x, y, [from, to]),
    },
    {
      data: { values: bins },
      mark: { type: "point", filled: true, color: INKS[0], opacity: 1 },
      encoding: {
        ...axes(x, y, [from, to]),
        ...size,
      },
    },
  ],
});

const axes = (x: string, y: string, domain: readonly number[]) => ({
  x: { field: "predicted", type: "quantitative", title: x, scale: { domain, nice: false, zero: false } },
  y: { field: "observed", type: "quantitative", title: y, scale: { domain, nice: false, zero: false } },
});

const binTable = (
  caption: string,
  what: string,
  observed: string,
  bins: readonly CalibrationBin[],
  text: (value: number) => string,
): Html =>
  table(
    caption,
    [what, "rows", "mean predicted", observed],
    bins.map((bin) => [
      `${text(bin.from)} … ${text(bin.to)}`,
      thousands(bin.rows),
      text(bin.predicted),
      text(bin.observed),
    ]),
  );

async function ofNumbers({ calibration, residuals }: Extract<Reliability, { of: "numbers" }>): Promise<Html> {
  const parts: Html[] = [];
  for (const [k, { target, bins, residuals: quantiles }] of calibration.targets.entries()) {
    const ends = bins.flatMap(({ predicted, observed }) => [predicted, observed]);
    const [least, low, median, high, most] = quantiles.map(({ value }) => figure(value));
    parts.push(
      html`${calibration.targets.length > 1 ? subheading(target) : ""}${paragraph(
        least === most
          ? `The true value less the predicted one is ${median}.`
          : `The true value less the predicted one lies between ${least} and ${most} in 90 % of the rows, between ${low} and ${high} in half of them; the median is ${median}.`,
      )}${await chart({
        id: `means-${k + 1}`,
        title: `Predicted and true means of ${target}`,
        description: `Rows in ${count(bins.length, "part")} by their prediction. Points on the dashed diagonal would be right on average. ${bins
          .map((bin) => `predicted ${figure(bin.predicted)}, true ${figure(bin.observed)}`)
          .join("; ")}.`,
        specification: reliabilityPlot(
          bins,
          "mean prediction",
          "true mean",
          [Math.min(...ends), Math.max(...ends)],
          { size: { value: 60 } },
        ),
        numbers: binTable(`${target}, part by part`, "as predicted", "true mean", bins, figure),
      })}${await scatter(residuals[k], k, quantiles)}`,
    );
  }
  return html`${parts}`;
}

const scatter = (
  { target, points }: Residuals,
  k: number,
  quantiles: readonly { readonly quantile: number; readonly value: number }[],
): Promise<Html> =>
  chart({
    id: `residuals-${k + 1}`,
    title: `Residuals of ${target}: true less predicted`,
    description: `${count(points.length, "row")}, spread evenly over the table, each by its prediction (across) and by how far the true value lies above it (up). The line is 0; a slope or a funnel would show where predictions are wrong on one side, or less sure.`,
    specification: {
      width: 520,
      height: 240,
      layer: [
        {
          data: { values: points },
          mark: { type: "point", size: 22, color: INKS[0], opacity: 0.75 },
          encoding: {
            x: { field: "predicted", type: "quantitative", title: "predicted", scale: { zero: false } },
            y: { field: "residual", type: "quantitative", title: "true less predicted" },
          },
        },
        {
          data: { values: [{ zero: 0 }] },
          mark: { type: "rule", strokeWidth: 1.2 },
          encoding: { y: { field: "zero", type: "quantitative" } },
        },
      ],
    },
    numbers: table(
      `Residuals of ${target}, on all rows`,
      ["share of rows below", "true less predicted"],
      quantiles.map(({ quantile, value }) => [percent(quantile), figure(value)]),
    ),
  });

const ofQuantiles = (levels: Extract<Reliability, { of: "quantiles" }>["levels"]): Html =>
  html`${paragraph("The model predicts quantiles: the share of rows whose true value is at most the prediction should be the quantile's level.")}${table(
    "Quantiles and the rows below them",
    ["prediction", "level", "rows at or below it"],
    levels.map(({ name, level, below }) => [name, percent(level), percent(below)]),
  )}`;

/** What intervals beside predictions promise, on average. */
function intervals({ target }: ReportFacts): Html {
  if (target.task !== "regression" || !target.interval) return html``;
  return paragraph(
    `Intervals beside predictions are to hold ${percent(target.interval.coverage)} of new rows on average, by the errors of held-out ones; how many of these rows lie in theirs is among the scores. It is a share, and no promise about any one row.`,
  );
}
