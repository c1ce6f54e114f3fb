import type { ColumnDescription, Schema } from "psilon";
import { blockOf, count, dateText, facts, page, percent, rangeEnds, thousands } from "./text.js";

/** A described table. */
export interface Description {
  readonly data: string;
  readonly rows: Schema["rows"];
  readonly columns: readonly ColumnDescription[];
}

export function descriptionText({ data, rows, columns }: Description, notes: readonly string[]): string {
  const shown = columns.filter(({ column }) => column.role !== "ignored");
  const dropped = columns.filter(({ column }) => column.role === "ignored");
  const used = rows.used < rows.read ? `, ${thousands(rows.used)} of them to learn from` : "";
  const sections = [
    `${data}: ${count(rows.read, "row")}${used}, ${count(columns.length, "column")}`,
    ...(shown.length > 0 ? [facts(shown.map((one) => [one.column.name, lineOf(one)]))] : []),
    ...(dropped.length > 0
      ? [
          facts([
            ["left out", dropped.map(({ column: { name, reason } }) => `${name}: ${reason}`).join("\n")],
          ]),
        ]
      : []),
    ...(notes.length > 0 ? [facts([["note", notes.join("\n")]])] : []),
  ];
  return page(sections);
}

/** The parts of a histogram, each a block as high as it has rows; an empty part is a space. */
export function histogramText(counts: readonly number[]): string {
  const most = Math.max(...counts);
  return counts.map((rows) => blockOf(rows / (most + 1))).join("");
}

/** What the column is, its range or most frequent values, and what is missing. */
function lineOf({ column, missing, histogram, quartiles, frequent }: ColumnDescription): string {
  const parts = [kindOf({ column })];
  if (column.kind === "numeric" && quartiles) {
    const [from, to] = rangeEnds(column.min, column.max);
    parts.push(`${from} … ${to}, median ${rangeEnds(quartiles[1], column.max)[0]}`);
  } else if (column.kind === "date") {
    parts.push(`${dateText(column.min)} … ${dateText(column.max)}`);
  }
  if (frequent) {
    const all = column.kind === "categorical" ? column.categories.length : frequent.length;
    const list = frequent.map(([value, rows]) => `${value} (${thousands(rows)})`).join(", ");
    parts.push(all > frequent.length ? `${list} and ${thousands(all - frequent.length)} more` : list);
  }
  if (missing > 0) parts.push(`${percent(missing)} missing`);
  const text = parts.join(", ");
  return histogram ? `${text}\n${histogramText(histogram)}` : text;
}

export function kindOf({ column }: Pick<ColumnDescription, "column">): string {
  const target = column.role === "target" ? "target, " : "";
  switch (column.kind) {
    case "numeric":
      return `${target}number`;
    case "categorical":
      return column.role === "target"
        ? `target, ${count(column.categories.length, "class", "classes")}`
        : count(column.categories.length + (column.rest?.categories ?? 0), "category", "categories");
    case "boolean":
      return "true or false";
    case "date":
      return ["date", ...column.parts].join(", ");
    default:
      return column.kind;
  }
}
