import { type Command, Option } from "commander";
import { InputError, type Tolerance } from "psilon";
import { pruningRules } from "psilon/engine";

/** A parser of numbers for the option `flag`, which says what is expected when the text is none or is out of range. */
export function number(
  flag: string,
  expected: string,
  accept: (value: number) => boolean = () => true,
): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isNaN(value) || !accept(value)) {
      throw new InputError({
        code: "out-of-range",
        found: `The option ${flag} takes ${expected}, but "${text}" was given`,
        value: text,
      });
    }
    return value;
  };
}

/** A whole number from `least` to `most`. */
export function whole(flag: string, least: number, most: number): (text: string) => number {
  return number(
    flag,
    `a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && value >= least && value <= most,
  );
}

const UNITS = { "": 1, s: 1, m: 60, min: 60, h: 3600 } as const;

/** A time as in 90, 90s, 1.5m or 2h, in seconds. */
export function duration(flag: string): (text: string) => number {
  return (text) => {
    const [, value, unit] = /^(\d+(?:\.\d+)?)(s|m|min|h|)$/.exec(text.trim()) ?? [];
    const seconds = Number(value) * UNITS[unit as keyof typeof UNITS];
    if (seconds > 0) return seconds;
    throw new InputError({
      code: "out-of-range",
      found: `The option ${flag} takes a time above 0, as in 90, 90s, 5m or 1h, but "${text}" was given`,
      value: text,
    });
  };
}

/** Adds an option that must be given, which is asked for once all words are known to be options: a misspelt one is named first. */
export function addRequired(command: Command, option: Option): Command {
  return command.addOption(option).hook("preAction", (own) => {
    if (own.getOptionValue(option.attributeName()) !== undefined) return;
    own.error(`error: required option '${option.flags}' not specified; see ${pathOf(own)} --help`);
  });
}

/** A command as it is typed, as in "psilon runs plot". */
function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

/** Percents are a factor: 5% lets a prediction grow to 1.05 times what it is, or shrink until it is 1.05 times what it becomes. */
export function toleranceOf(text: string): Tolerance {
  const expected = 'a positive number in the target\'s units, or of percent as in "5%"';
  const positive = number("--tolerance", expected, (value) => value > 0);
  return text.endsWith("%") ? { factor: 1 + positive(text.slice(0, -1)) / 100 } : positive(text);
}

/** For an option that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

export function pruningOption(): Option {
  return new Option(
    "--pruning <rule>",
    "which weights become 0 (default: l1-projection where weights have L1 norms, else magnitude)",
  ).choices([...pruningRules]);
}

export function scopeOption(): Option {
  return new Option(
    "--scope <scope>",
    "whether the share of zeros is that of all layers together or of each (default: global)",
  ).choices(["global", "layer"]);
}

export function spreadsheetOption(): Option {
  return new Option(
    "--spreadsheet",
    "in the CSV, put ' before text that begins with =, +, -, @, a tab or a carriage return, which a spreadsheet would run as a formula; numbers stay as they are",
  );
}

export function jsonOption(): Option {
  return new Option("--json", "print one JSON object instead of text");
}
