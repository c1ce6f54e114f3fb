import { optionsIn } from "../optionNames.js";
import type { Cells } from "./insert.js";

/** Values by the names of options, without their dashes. */
export type Values = Readonly<Record<string, unknown>>;

/** The options of a command as Commander hands them over, with their defaults. */
export function givenIn(flags: object): Values {
  return valuesOf(optionsIn(flags));
}

/** The same of options that are JSON by their names already. */
export function valuesOf(options: Readonly<Record<string, string>>): Values {
  return Object.fromEntries(Object.entries(options).map(([name, json]) => [name.slice(2), JSON.parse(json)]));
}

/** What was asked for and what it came to, option by option; text is as it is, all else as JSON. */
export function settingsRows(run: string, given: Values, used: Values = {}): Cells<"settings">[] {
  const text = (value: unknown) =>
    value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value);
  const names = [...new Set([...Object.keys(given), ...Object.keys(used)])];
  return names.map((name) => ({ run, name, given: text(given[name]), used: text(used[name]) }));
}
