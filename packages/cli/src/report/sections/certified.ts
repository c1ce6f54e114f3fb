import type { Tolerance } from "psilon";
import { accuracyAxes, accuracyLine } from "../../render/accuracyChart.js";
import { areQuantiles } from "../../render/certification.js";
import { guaranteeFact } from "../../render/guarantee.js";
import { deviationText } from "../../render/importing.js";
import { count, percentBelow, shortFigure } from "../../render/text.js";
import { chart, DASHES, INKS } from "../chart.js";
import { factList, paragraph, table, worth } from "../elements.js";
import type { ReportFacts } from "../facts/facts.js";
import { type Html, html } from "../html.js";
import type { Section } from "../section.js";

export const certified: Section = {
  id: "certified",
  title: "Certified accuracy",
  serves: { risk: ["outcomes analysis", "conceptual soundness"], annex: ["2(g)", "3"] },
  body: async (facts) => {
    const { certified: found, data, record } = facts;
    const { guarantee, radii } = found;
    return html`${paragraph("How far may a row's numbers move before its prediction changes? For each row below, a box around it was proven to hold no other prediction.")}${
      guarantee
        ? html`${worth(
            "Proven",
            `row by row, for ${count(guarantee.rows, "row")}${drawn(guarantee.rows, guarantee.drawnFrom)}: all numbers move at once, each by at most so many of its standard deviations (ℓ∞); categories, booleans and missing cells stay. ${deviationText(record)} The rounding of predictions in float32 is covered.`,
          )}${factList([guaranteeFact(guarantee, `rows of ${data}`, facts)])}`
        : ""
    }${
      radii
        ? await curve(facts, radii)
        : paragraph(
            "Certified accuracy over the radius needs to know how far off a predicted number may be and move: give it with --tolerance.",
          )
    }`;
  },
};

const drawn = (rows: number, from: number) =>
  rows < from ? `, drawn at random by a seed from ${from.toLocaleString("en-US")} with the target` : "";

export const toleranceText = (tolerance: Tolerance): string =>
  typeof tolerance === "number"
    ? `${shortFigure(tolerance)} of the target's units`
    : `a factor of ${shortFigure(tolerance.factor)}`;

async function curve(
  { seed, record, target }: ReportFacts,
  { tolerance, rows, drawnFrom, shares, curve: values }: NonNullable<ReportFacts["certified"]["radii"]>,
): Promise<Html> {
  const isRight =
    tolerance === null
      ? "right and certified"
      : areQuantiles(target)
        ? "true value among the quantiles, and certified"
        : "near the true value and certified";
  const lines = values.flatMap(({ radius, certified: all, certifiedAndRight }) => [
    { radius, share: all, rows: "certified" },
    { radius, share: certifiedAndRight, rows: isRight },
  ]);
  return html`${worth(
    "Proven",
    `for ${rows === 1 ? "the 1 row that is" : `each of the ${count(rows, "row")} that are`} counted${drawn(rows, drawnFrom)} (seed ${seed}): a lower bound of how far it holds, by certified boxes (ℓ∞, standard deviations of each number, float32 rounding of predictions covered)${
      tolerance === null
        ? ""
        : areQuantiles(target)
          ? `; quantiles count as the same within ${toleranceText(tolerance)}, and as right where the true value lies between the lowest and the highest, or within ${toleranceText(tolerance)} of one of these two`
          : `; a prediction counts as the same, and as right, within ${toleranceText(tolerance)}`
    }. ${deviationText(record)} The shares are of these rows alone, rounded down: what share of other rows is certified is an estimate, not proven.`,
  )}${await chart({
    id: "certified-accuracy",
    title: "Share of rows certified at a radius",
    description: shares
      .map(
        ({ radius, certified: all, certifiedAndRight }) =>
          `at ${radius}: ${percentBelow(all)} certified, ${percentBelow(certifiedAndRight)} ${isRight}`,
      )
      .join("; "),
    specification: {
      width: 520,
      height: 240,
      data: { values: lines },
      mark: { ...accuracyLine, strokeWidth: 1.8 },
      encoding: {
        ...accuracyAxes,
        color: { field: "rows", type: "nominal", sort: null, title: null, scale: { range: INKS } },
        strokeDash: { field: "rows", type: "nominal", sort: null, title: null, scale: { range: DASHES } },
      },
    },
    numbers: table(
      "Certified accuracy",
      ["radius, standard deviations", "certified", isRight],
      shares.map(({ radius, certified: all, certifiedAndRight }) => [
        String(radius),
        percentBelow(all),
        percentBelow(certifiedAndRight),
      ]),
    ),
  })}`;
}
