import type { Move, RowCertificate } from "psilon";
import { count, figure, percentBelow, thousands, valueText } from "../../render/text.js";
import { paragraph, subheading, table, worth } from "../elements.js";
import type { FairnessFacts } from "../facts/fairness.js";
import { type Html, html } from "../html.js";
import type { Section } from "../section.js";
import { toleranceText } from "./certified.js";

export const fairness: Section = {
  id: "fairness",
  title: "Fairness cases: one column changes, and nothing else",
  serves: { risk: ["outcomes analysis"], annex: ["2(g)", "3"] },
  body: ({ fairness: found }) =>
    found.length === 0
      ? paragraph(
          "No column was named with --fair, so that nothing is said here about what a protected attribute does to a decision. The bounds of what each column can do hold all the same.",
        )
      : html`${worth(
          "Proven",
          "row by row. Certified: whatever the column becomes within the move, the prediction stays, its float32 rounding covered. Refuted: the row that is shown differs in this column alone, was predicted, and comes out otherwise. Unknown: neither was proven, and it is no certificate. A missing cell stays missing. Shares are of the rows looked at.",
        )}${paragraph("That a decision does not change with one column does not make it fair: other columns may stand for it (a district for an origin), and error rates of groups may differ. Which attributes to look at, and what is fair here, is for the user to say.")}${found.map(cases)}`,
};

const moveText = (move: Move): string => {
  if (move === "any") return "takes any known value";
  const amount = "by" in move ? `${move.by} of its units` : `${move.percent} %`;
  return `moves ${move.only ?? "up or down"} by at most ${amount}`;
};

/** Cases that are shown; --json has all. */
const SHOWN = 12;

function cases({
  column,
  move,
  tolerance,
  rows,
  drawnFrom,
  certified,
  refuted,
  unknown,
}: FairnessFacts): Html {
  const share = (some: number) => `${thousands(some)} (${percentBelow(rows > 0 ? some / rows : 0)})`;
  const drawn = rows < drawnFrom ? ` drawn from ${thousands(drawnFrom)}` : "";
  const within = tolerance === null ? "" : ` (within ${toleranceText(tolerance)})`;
  return html`${subheading(column)}${table(
    `When ${column} alone ${moveText(move)}, of ${count(rows, "row")}${drawn}`,
    ["verdict", "rows"],
    [
      [`certified: the prediction stays${within}`, share(certified)],
      ["refuted: a counterexample was predicted", share(refuted.length)],
      ["unknown", share(unknown.length)],
    ],
  )}${
    refuted.length > 0
      ? table(
          refuted.length > SHOWN
            ? `The first ${SHOWN} of ${thousands(refuted.length)} counterexamples; --json has all`
            : "Counterexamples",
          ["row", "prediction", "with", "prediction then"],
          refuted.slice(0, SHOWN).map(counterexample),
          "texts",
        )
      : ""
  }`;
}

const predictionText = (prediction: RowCertificate["prediction"]): string =>
  typeof prediction === "string" ? prediction : prediction.map(figure).join(", ");

function counterexample({ row, prediction, counterexample: found }: RowCertificate): string[] {
  const changes = Object.entries(found?.changes ?? {}).map(([name, cell]) => `${name} ${valueText(cell)}`);
  return [
    String(row),
    predictionText(prediction),
    changes.join(", "),
    found ? predictionText(found.prediction) : "–",
  ];
}
