import { histogramText, kindOf } from "../../render/description.js";
import { count, dateText, percent, rangeEnds, thousands } from "../../render/text.js";
import { list, paragraph, subheading, table, worth } from "../elements.js";
import type { ReportFacts } from "../facts/facts.js";
import { html, type Part } from "../html.js";
import type { Section } from "../section.js";

export const data: Section = {
  id: "data",
  title: "Data and columns",
  serves: { risk: ["development and documentation", "conceptual soundness"], annex: ["2(d)", "2(g)", "3"] },
  body: (facts) => {
    const { rows, record, schema, columns, warnings, notes } = facts;
    const without = rows.read - rows.tested;
    const targets = new Set(schema.columns.flatMap(({ name, role }) => (role === "target" ? [name] : [])));
    return html`${paragraph(
      `The table ${facts.data} has ${count(rows.read, "row")}`,
      without > 0 ? `, of which ${thousands(without)} without a value of the target are not scored` : "",
      record.rows > 0
        ? `. The model learned from ${count(record.rows, "row")}; its file keeps what their columns are, not the rows.`
        : ". The model's file does not tell from how many rows it learned.",
      " Whether rows of this table were among them cannot be seen here: if they were, scores on them are too good.",
    )}${worth("Measured", `on all ${count(rows.read, "row")} of ${facts.data}.`)}${table(
      "What every column is, and what it holds in this table",
      ["column", "what it is", "values", "missing", "from least to greatest"],
      columns.map((one) => [
        one.column.name,
        targets.has(one.column.name) ? `target, ${kindOf(one)}` : kindOf(one),
        valuesOf(one),
        percent(one.missing),
        one.histogram
          ? html`<span class="blocks" aria-hidden="true">${histogramText(one.histogram)}</span>`
          : "–",
      ]),
      "texts",
    )}${
      warnings.length + notes.length > 0
        ? html`${subheading("What to look at in this table")}${list([...warnings.map(({ found }) => `${found}.`), ...notes])}`
        : paragraph("Nothing in this table looks odd.")
    }`;
  },
};

/** Its range with the median, or its most frequent values. */
function valuesOf({ column, quartiles, frequent }: ReportFacts["columns"][number]): Part {
  if (column.kind === "numeric" && quartiles) {
    const [from, to] = rangeEnds(column.min, column.max);
    return `${from} … ${to}, median ${rangeEnds(quartiles[1], column.max)[0]}`;
  }
  if (column.kind === "date") return `${dateText(column.min)} … ${dateText(column.max)}`;
  if (!frequent) return column.reason ?? "–";
  const all = column.kind === "categorical" ? column.categories.length : frequent.length;
  const shown = frequent.map(([value, rows]) => `${value} (${thousands(rows)})`).join(", ");
  return all > frequent.length ? `${shown} and ${thousands(all - frequent.length)} more` : shown;
}
