import { InputError } from "../errors.js";
import { suggest } from "../names.js";
import type { Table } from "./table.js";

/** The place of a column. Throws InputError, naming the nearest column, when there is none, or when there are two. */
export function columnIndex(table: Table, name: string): number {
  const index = table.names.indexOf(name);
  if (index < 0)
    throw new InputError(`There is no column "${name}" in ${table.source}${suggest(name, table.names)}`);
  if (table.names.indexOf(name, index + 1) >= 0) throw duplicate(table, name);
  return index;
}

/** `columnIndex` for many names of one table, which are then looked through once. */
export function columnPlaces(table: Table): (name: string) => number {
  const places = new Map<string, number>();
  const twice = new Set<string>();
  table.names.forEach((name, place) => {
    if (places.has(name)) twice.add(name);
    places.set(name, place);
  });
  return (name) => {
    const place = twice.has(name) ? undefined : places.get(name);
    return place ?? columnIndex(table, name);
  };
}

/** Throws InputError when two columns of the table share a name. */
export function checkUniqueNames(table: Table): void {
  const seen = new Set<string>();
  for (const name of table.names) {
    if (seen.has(name)) throw duplicate(table, name);
    seen.add(name);
  }
}

function duplicate(table: Table, name: string): InputError {
  const places = table.names.flatMap((other, i) => (other === name ? [i + 1] : []));
  return new InputError(
    `Columns ${places.join(" and ")} of ${table.source} are both named "${name}"; give every column a name of its own.`,
  );
}
