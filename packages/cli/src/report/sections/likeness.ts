import { figure, percent } from "../../render/text.js";
import { paragraph, table, worth } from "../elements.js";
import { html } from "../html.js";
import type { Section } from "../section.js";

export const likeness: Section = {
  id: "likeness",
  title: "Are these rows like those learned from?",
  serves: { risk: ["ongoing monitoring"], annex: ["3", "9"] },
  body: ({ likeness: { columns, targets }, data, target }) =>
    html`${paragraph("Once a model is in use, rows drift away from those it learned from. These are figures to compare later tables with; run the report again on new labelled rows to see whether the scores stay within their intervals.")}${worth(
      "Measured",
      `on all rows of ${data}, beside what the model's file has recorded of the rows learned from. “New” cells are numbers or dates outside the range learned from, and categories that no row learned from had.`,
    )}${table(
      "Cells that are missing or new",
      ["column", "missing when learned", "missing here", "new here"],
      columns.map(({ column, missingLearned, missingHere, newValues }) => [
        column,
        ...[missingLearned, missingHere, newValues].map((share) =>
          share === null ? "not known" : percent(share),
        ),
      ]),
    )}${table(
      target.task === "classification" ? "Shares of the classes" : "Means of the target",
      [target.task === "classification" ? "class" : "target", "when learned", "here"],
      targets.map(({ name, learned, here }) => {
        const text = target.task === "classification" ? percent : figure;
        return [name, learned === null ? "not known" : text(learned), text(here)];
      }),
    )}`,
};
