import type { MonotoneFinding, TabularModel } from "psilon";
import { facts, figure, page, valueText } from "./text.js";

/** What a direction is about. */
export const monotoneSubject = ({ target }: TabularModel): string =>
  target.task === "regression" ? target.names.join(", ") : `the probability of ${target.classes.at(-1)}`;

export function monotoneFindingsText(
  path: string,
  findings: readonly MonotoneFinding[],
  model: TabularModel,
  hasTable: boolean,
): string {
  const subject = monotoneSubject(model);
  const sections = [
    facts([["model", path]]),
    ...findings.map((finding) => {
      const { column, direction, verdict, where } = finding;
      const scope =
        where === "range"
          ? ", for all rows within the range of the table's cells"
          : where
            ? `, ${where}`
            : "";
      return [
        `${subject} is ${direction} in ${column}: ${verdict}${scope}`,
        ...counterexampleLines(finding, subject),
      ].join("\n");
    }),
    "Certified is proven for the function of real numbers, which predictions differ from by their rounding; refuted rows were predicted.",
    ...(!hasTable && findings.some(({ verdict }) => verdict === "unknown")
      ? ["With a table, what is open is decided for the range of its cells."]
      : []),
  ];
  return page(sections);
}

function counterexampleLines({ column, counterexample }: MonotoneFinding, subject: string): string[] {
  if (!counterexample) return [];
  const { rows, predictions } = counterexample;
  const others = Object.entries(rows[0])
    .filter(([name]) => name !== column)
    .map(([name, cell]) => `${name} ${valueText(cell)}`);
  return [
    ...rows.map(
      (row, i) => `  with ${column} ${valueText(row[column])}: ${subject} ${figure(predictions[i])}`,
    ),
    ...(others.length > 0 ? [`  both with ${others.join(", ")}`] : []),
  ];
}
