import { InputError } from "psilon";

/**
 * The column that a person means by `name`: that very one, or else the only one whose name differs in upper and lower case
 * alone. A name that is neither comes back as it is, for the library to refuse.
 */
export function columnNamed(names: readonly string[], name: string): string {
  if (names.includes(name)) return name;
  const alike = names.filter((other) => other.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0] : name;
}

/** What `option` says of columns, by column. Throws InputError for one that is named twice, with `advice` on what to do. */
export function onceEach<T>(
  option: string,
  entries: readonly (readonly [name: string, said: T])[],
  advice: string,
): Record<string, T> {
  const names = entries.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return Object.fromEntries(entries);
  throw new InputError({
    code: "named-twice",
    found: `The option ${option} names the column "${twice}" twice`,
    where: { column: twice },
    value: twice,
    remedy: advice,
  });
}
