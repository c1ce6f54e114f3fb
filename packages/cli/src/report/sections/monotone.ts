import type { MonotoneFinding, Value } from "psilon";
import { figure, valueText } from "../../render/text.js";
import { list, paragraph, table, worth } from "../elements.js";
import { type Html, html } from "../html.js";
import type { Section } from "../section.js";

export const monotone: Section = {
  id: "monotone",
  title: "Columns with a direction",
  serves: { risk: ["conceptual soundness"], annex: ["2(b)", "2(g)", "3"] },
  body: (facts) => {
    const { monotone: findings, target } = facts;
    if (findings.length === 0)
      return paragraph(
        "The model was not trained to be monotone in any column, and nothing was asked of any with --monotone: this report proves no direction beyond those in the table of what each column can do.",
      );
    const subject =
      target.task === "regression" ? target.names.join(", ") : `the probability of ${target.classes.at(-1)}`;
    const refuted = findings.filter(({ counterexample }) => counterexample);
    return html`${worth(
      "Proven",
      `where it says “certified”: ${subject} never goes the other way when this column alone grows, the others staying as they are, by interval bounds of the derivatives, for real numbers in the table's units. Computed predictions may go the wrong way by their own float32 rounding and by no more. “Range” is about rows whose cells all lie between the least and the greatest of ${facts.data}.`,
    )}${table(
      `When the column grows, ${subject} is`,
      ["column", "direction", "verdict", "where"],
      findings.map(({ column, direction, verdict, where }) => [
        column,
        direction,
        verdict,
        where === "range" ? "within the table's range" : (where ?? "–"),
      ]),
      "texts",
    )}${
      refuted.length > 0
        ? html`${paragraph("Refuted: two rows were predicted that go the wrong way by more than rounding.")}${list(refuted.map((finding) => counterexample(finding, subject)))}`
        : ""
    }${
      findings.some(({ verdict }) => verdict === "unknown")
        ? paragraph(
            "Unknown: neither is proven; the bounds were not tight enough, and no two rows were found.",
          )
        : ""
    }`;
  },
};

function counterexample({ column, counterexample: found }: MonotoneFinding, subject: string): Html {
  const [first, second] = found?.rows ?? [{}, {}];
  const others = Object.entries(first).filter(([name]) => name !== column);
  const cells = (entries: readonly (readonly [string, Value])[]) =>
    entries.map(([name, cell]) => `${name} ${valueText(cell)}`).join(", ");
  const [before, after] = found?.predictions ?? [Number.NaN, Number.NaN];
  return html`${column} ${valueText(first[column] ?? null)}: ${subject} ${figure(before)}; ${column} ${valueText(second[column] ?? null)}: ${figure(after)}${others.length > 0 ? `; both with ${cells(others)}` : ""}`;
}
