import type { Column, Origin, Value } from "./column.js";

/** A column that has the same value in every row; text stays text. */
export function constantColumn(name: string, origin: Origin, value: Value, rowCount: number): Column {
  const named = { name, origin };
  const numbers = (number: number) => new Float64Array(rowCount).fill(number);
  const codes = new Int32Array(rowCount);
  if (typeof value === "number") return { kind: "numbers", ...named, values: numbers(value) };
  if (value instanceof Date) return { kind: "dates", ...named, values: numbers(value.getTime()) };
  if (typeof value === "boolean")
    return { kind: "booleans", ...named, values: new Int8Array(rowCount).fill(Number(value)) };
  return value === null
    ? { kind: "categories", ...named, codes: codes.fill(-1), dictionary: [] }
    : { kind: "categories", ...named, codes, dictionary: [value] };
}
