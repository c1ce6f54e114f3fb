import { type GivenOptions, optionsIn, spelled } from "../optionNames.js";
import type { Cells } from "./insert.js";

/** Values by the names of options, without their dashes. */
export type Values = Readonly<Record<string, unknown>>;

/** The options of a command as Commander hands them over, with their defaults. */
export function givenIn(flags: object): Values {
  return valuesOf(optionsIn(flags));
}

/** The same of options that are JSON by their names already. */
export function valuesOf(options: GivenOptions): Values {
  const values = Object.entries(options).map(([name, json]) => [name.slice(2), JSON.parse(json)]);
  // Nobody gives it: --no-header is the option.
  return Object.fromEntries(values.filter(([name, value]) => !(name === "header" && value === true)));
}

/** Settings of the library, by the names of options. */
export const spelledValues = (settings: Values): Values =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [spelled(name), value]));

/** What was asked for and what it came to, option by option. */
export function settingsRows(run: string, given: Values, used: Values = {}): Cells<"settings">[] {
  const names = [...new Set([...Object.keys(given), ...Object.keys(used)])];
  return names.map((name) => ({ run, name, given: written(given[name]), used: written(used[name]) }));
}

/** A value as it stands in the database: text as it is, all else as JSON. */
export const written = (value: unknown): string | null =>
  value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value);

/** The inverse. Text that is JSON was not text. */
export function readValue(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
