import type { Table } from "psilon";

/**
 * The column that a person means by `name`: that very one, or else the only one whose name differs in upper and lower case
 * alone. A name that is neither comes back as it is, for the library to refuse.
 */
export function columnNamed(table: Table, name: string): string {
  if (table.names.includes(name)) return name;
  const alike = table.names.filter((other) => other.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0] : name;
}
