import type { Command } from "commander";
import { quoted } from "./render/text.js";

/**
 * The line that asks for the same again: the command with its arguments, and the options that were given; or for another command (`name`), without the options `without`.
 */
export function commandLine(
  command: Command,
  {
    name = command.name(),
    without = [],
  }: { readonly name?: string; readonly without?: readonly string[] } = {},
): string {
  const given = command.options.flatMap((option): string[] => {
    const attribute = option.attributeName();
    if (command.getOptionValueSource(attribute) !== "cli" || option.long === undefined) return [];
    if (without.includes(attribute)) return [];
    const value: unknown = command.getOptionValue(attribute);
    if (typeof value === "boolean") return [option.long];
    return valuesOf(value).map((one) => `${option.long} ${quoted(one)}`);
  });
  return ["psilon", name, ...command.args.map(quoted), ...given].join(" ");
}

/** One for each time that the option was given. Percents of a tolerance are a factor. */
function valuesOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [String(value)];
  if ("factor" in value) return [`${Number((100 * (Number(value.factor) - 1)).toPrecision(12))}%`];
  if (!Array.isArray(value))
    return [
      Object.entries(value)
        .map(([key, one]) => `${key}=${one}`)
        .join(","),
    ];
  return value.every((one) => typeof one === "number") ? [value.join(",")] : value.flatMap(valuesOf);
}
