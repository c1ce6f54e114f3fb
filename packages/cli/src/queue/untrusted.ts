import { InputError } from "psilon";

/** Throws InputError for what came from a queue and is not what it should be: `what` was found in `source`. */
export function refuse(source: string, what: string): never {
  throw new InputError({ code: "wrong-format", found: `The ${source} cannot be used: ${what}` });
}

/** A value's own fields. Throws InputError for what is no object of such fields, or lacks a required one. */
export function fieldsOf<Name extends string>(
  source: string,
  what: string,
  value: unknown,
  required: readonly Name[],
  optional: readonly Name[] = [],
): Readonly<Record<Name, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    refuse(source, `its ${what} is no object`);
  const stranger = Object.keys(value).find(
    (name) => !([...required, ...optional] as readonly string[]).includes(name),
  );
  if (stranger !== undefined) refuse(source, `its ${what} has an unknown field "${stranger}"`);
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) refuse(source, `its ${what} has no "${missing}"`);
  // A name that all objects inherit was not given.
  return Object.assign(Object.create(null), value);
}

/** A text of at most so many letters. */
export function textIn(source: string, what: string, value: unknown, most: number): string {
  if (typeof value !== "string" || value.length > most)
    refuse(source, `its ${what} is no text of at most ${most} letters`);
  return value;
}

/** A whole number between two others. */
export function wholeIn(source: string, what: string, value: unknown, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most)
    refuse(source, `its ${what} is no whole number from ${least} to ${most}`);
  return value;
}

/** A list of at most so many things. */
export function listIn(source: string, what: string, value: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most)
    refuse(source, `its ${what} is no list of at most ${most}`);
  return value;
}
