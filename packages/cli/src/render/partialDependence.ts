import type { PartialDependence, Value } from "psilon";
import { alignedTable, count, figure, page, textWithin, valueText } from "./text.js";

/** A table of each column's values, with the mean prediction for each. */
export function partialDependenceText(data: string, curves: readonly PartialDependence[]): string {
  const sections = curves.map(({ column, outputs, rows, points }) => {
    const numbers = points.flatMap(({ value }) => (typeof value === "number" ? value : []));
    const numberText = textWithin(Math.min(...numbers), Math.max(...numbers));
    const text = (value: Value) => (typeof value === "number" ? numberText(value) : valueText(value));
    return [
      `The mean prediction when all ${count(rows, "row")} of ${data} have one value of ${column}:`,
      alignedTable([
        [column, ...outputs],
        ...points.map(({ value, average }) => [text(value), ...average.map(figure)]),
      ]),
    ].join("\n");
  });
  return page(sections);
}
