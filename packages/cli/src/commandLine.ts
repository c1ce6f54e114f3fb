import type { Command } from "commander";
import { quoted } from "./render/text.js";

/** The line that asks for the same again: the command with its arguments, and the options that were given. */
export function commandLine(command: Command): string {
  const given = command.options.flatMap((option): string[] => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== "cli" || option.long === undefined) return [];
    const value: unknown = command.getOptionValue(name);
    if (typeof value === "boolean") return [option.long];
    return (Array.isArray(value) ? value : [value]).map((one) => `${option.long} ${quoted(textOf(one))}`);
  });
  return ["psilon", command.name(), ...command.args.map(quoted), ...given].join(" ");
}

/** Percents of a tolerance are a factor. */
function textOf(value: unknown): string {
  if (typeof value === "object" && value !== null && "factor" in value)
    return `${Number((100 * (Number(value.factor) - 1)).toPrecision(12))}%`;
  return String(value);
}
