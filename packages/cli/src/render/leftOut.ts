import { columnsOf, type TabularModel } from "psilon";
import { count } from "./text.js";

/** Columns and rows of the table learned from that the model was not trained on, each with the reason. */
export function leftOut({ schema, encoder, record }: TabularModel): string[] {
  const { groups, timeColumn } = record.control ?? {};
  const why = (name: string, reason: string | undefined) =>
    name === groups
      ? "it says which rows belong together"
      : name === timeColumn
        ? "it says when rows were"
        : reason;
  const dropped = columnsOf(schema, "ignored").map(
    ({ name, reason }) => `column "${name}": ${why(name, reason)}`,
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
