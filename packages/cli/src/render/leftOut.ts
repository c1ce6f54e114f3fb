import { type ColumnSchema, columnsOf, type TabularModel } from "psilon";
import { count } from "./text.js";

/** Why a column is left out: what it is for instead, where it is for something; `weights`: the one that says how much rows count. */
export function whyLeftOut(
  { record }: TabularModel,
  { name, reason }: ColumnSchema,
  weights?: string,
): string | undefined {
  const { groups, timeColumn } = record.control ?? {};
  switch (name) {
    case weights:
      return "it says how much rows count";
    case groups:
      return "it says which rows belong together";
    case timeColumn:
      return "it says when rows were";
    default:
      return reason;
  }
}

/** Columns and rows of the table learned from that the model was not trained on, each with the reason. */
export function leftOut(model: TabularModel, weights?: string): string[] {
  const { schema, encoder } = model;
  const dropped = columnsOf(schema, "ignored").map(
    (column) => `column "${column.name}": ${whyLeftOut(model, column, weights)}`,
  );
  const encoded = new Set(encoder.columns.map(({ name }) => name));
  for (const { name } of columnsOf(schema, "feature")) {
    if (!encoded.has(name))
      dropped.push(`column "${name}": it has the same value in every row to learn from`);
  }
  const { read, used, rare = [] } = schema.rows;
  for (const name of rare) dropped.push(`the only row of the class "${name}"`);
  const rows = read - used - rare.length;
  if (rows > 0) dropped.push(`${count(rows, "row")} without a value to predict`);
  return dropped;
}
