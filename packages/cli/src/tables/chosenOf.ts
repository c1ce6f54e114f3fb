import { InputError } from "psilon";

const KINDS = {
  database: { one: "table", several: "tables" },
  spreadsheet: { one: "sheet", several: "sheets" },
} as const;

/** The one of a file's tables that is wanted; where there is only one, that need not be named. */
export function chosenOf(
  names: readonly string[],
  wanted: string | undefined,
  source: string,
  kind: keyof typeof KINDS,
): string {
  const { one, several } = KINDS[kind];
  const listed = names.map((name) => `"${name}"`).join(", ");
  const found = names.length === 0 ? `no ${several}` : `the ${names.length === 1 ? one : several} ${listed}`;
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new InputError({
      code: "unknown-table",
      found: `There is no ${one} "${wanted}" in ${source}`,
      where: { source },
      value: wanted,
      remedy: `it has ${found}`,
    });
  }
  if (names.length === 1) return names[0];
  throw new InputError({
    code: "unknown-table",
    found: `The ${kind} ${source} has ${found}`,
    where: { source },
    remedy: `name one${names.length === 0 ? " that has some" : `, as in '${source}::${names[0]}'`}`,
  });
}
