import { InputError } from "./errors.js";

/** What an argument or the value of an option may be. */
export interface Kind {
  /** As in "… is null, but a table is needed". */
  readonly name: string;
  readonly is: (value: unknown) => boolean;
  /** How to come by one. */
  readonly remedy?: string;
}

/**
 * Throws InputError for a value that is not of the kind: what types tell a program that has them, a sentence tells all others, where there would
 * be a stack trace from within. `what` begins the sentence: "table", 'option "rows"'.
 */
export function checkArgument(what: string, value: unknown, { name, is, remedy }: Kind): void {
  if (is(value)) return;
  const isMissing = value === undefined;
  throw new InputError({
    code: isMissing ? "missing-argument" : "wrong-type",
    found: isMissing
      ? `The ${what} is missing: ${name} is needed`
      : `The ${what} is ${shown(value)}, but ${name} is needed`,
    remedy: value instanceof Promise ? "await it first" : remedy,
  });
}

/** Checks the values of options by their names; one that is undefined was not given. */
export function checkValues(options: object, kinds: Readonly<Record<string, Kind>>): void {
  for (const [name, kind] of Object.entries(kinds)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined) checkArgument(`option "${name}"`, value, kind);
  }
}

export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const isText = (value: unknown): value is string => typeof value === "string";

export const anObject: Kind = {
  name: "an object of names and values",
  is: (value) => isObject(value) && !Array.isArray(value) && !(value instanceof Promise),
};
export const aText: Kind = { name: "a text", is: isText };
export const texts: Kind = {
  name: "a list of texts",
  is: (value) => Array.isArray(value) && value.every(isText),
};
export const oneOrManyTexts: Kind = {
  name: "the name of a column, or a list of several,",
  is: (value) => isText(value) || texts.is(value),
};
/** One of a few words. */
export const oneOf = (...words: readonly string[]): Kind => ({
  name: words.map((word) => `"${word}"`).join(" or "),
  is: (value) => isText(value) && words.includes(value),
});
export const aFunction: Kind = { name: "a function", is: (value) => typeof value === "function" };
export const trueOrFalse: Kind = { name: "true or false", is: (value) => typeof value === "boolean" };
export const aCount: Kind = {
  name: "a whole number of at least 0",
  is: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};
export const aSeed: Kind = aCount;
export const numbers: Kind = {
  name: "an array of numbers",
  is: (value) => (Array.isArray(value) || ArrayBuffer.isView(value)) && !(value instanceof DataView),
};
export const rowNumbers: Kind = {
  name: "an Int32Array of rows, counted from 0,",
  is: (value) => value instanceof Int32Array,
  remedy: "make one by Int32Array.of(0, 1) or Int32Array.from(list)",
};
export const aSignal: Kind = {
  name: "an AbortSignal",
  is: (value) => isObject(value) && "aborted" in value && "throwIfAborted" in value,
  remedy: "a controller has it as its `signal`",
};

/** A value as sentences repeat it: a text in quotes, which could pass for the number that it spells. */
export const asGiven = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(asGiven).join(", ")}]`
    : typeof value === "string"
      ? JSON.stringify(value)
      : String(value);

/** What a value is, in short. */
function shown(value: unknown): string {
  if (typeof value === "string") {
    return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  }
  if (typeof value === "number") return `the number ${value}`;
  if (Array.isArray(value)) return "a list";
  if (value instanceof Promise) return "a promise";
  return isObject(value)
    ? "an object of another kind"
    : typeof value === "function"
      ? "a function"
      : String(value);
}
