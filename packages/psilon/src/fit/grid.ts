import { anObject, checkArgument } from "../arguments.js";
import { InputError } from "../errors.js";
import { checkNames } from "../names.js";
import { checkOptions } from "./checkOptions.js";
import type { FitOptions } from "./options.js";

/** The settings that a comparison can vary, by their names in `FitOptions`. */
export const comparableSettings = [
  "network",
  "parametrization",
  "optimizer",
  "p",
  "decay",
  "prune",
  "pruning",
  "scope",
  "lambda",
  "width",
  "depth",
  "epochs",
] as const;

/** One of `comparableSettings`. */
export type ComparableSetting = (typeof comparableSettings)[number];

/** What one member of a comparison has chosen among the values that are varied. */
export type Choices = Readonly<Partial<Record<ComparableSetting, string | number>>>;

/** The members of a comparison. */
export interface Grid {
  readonly members: readonly { readonly choices: Choices; readonly options: FitOptions }[];
  /** Combinations that make no sense, each with the sentence that says why. */
  readonly refused: readonly { readonly choices: Choices; readonly reason: string }[];
}

/**
 * Every combination of the values in `over`, on top of `options`. A setting that means nothing beside the others, such as
 * the decay's p under an optimizer without decay, is left out, and what then is the same is one member. Throws InputError
 * when there is nothing to vary and when no combination makes sense.
 */
export function makeGrid(
  over: Readonly<Partial<Record<ComparableSetting, readonly (string | number)[]>>>,
  options: FitOptions,
): Grid {
  checkNames(over, comparableSettings, "setting to compare");
  const varied = Object.entries(over) as [ComparableSetting, readonly (string | number)[]][];
  if (varied.length === 0) {
    throw new InputError({
      code: "missing-argument",
      found: `A comparison needs a setting to vary, with its values: one or several of ${comparableSettings.join(", ")}`,
    });
  }
  for (const [name, values] of varied) {
    if (Array.isArray(values) && values.length > 0) continue;
    throw new InputError({
      code: "wrong-type",
      found: `A comparison needs a list of values for ${name}, but ${Array.isArray(values) ? "an empty one" : values} was given`,
      value: String(values),
    });
  }
  const combinations = varied.reduce<Choices[]>(
    (found, [name, values]) =>
      found.flatMap((choices) => values.map((value) => ({ ...choices, [name]: value }))),
    [{}],
  );
  const members = new Map<string, Grid["members"][number]>();
  const refused = new Map<string, Grid["refused"][number]>();
  let refusal: InputError | undefined;
  for (const combination of combinations) {
    const all = { ...options, ...combination } as FitOptions;
    const pointless = settingsWithoutMeaning(all);
    const keep = (name: string) => !pointless.includes(name as ComparableSetting);
    const choices: Choices = Object.fromEntries(Object.entries(combination).filter(([name]) => keep(name)));
    const meant = Object.fromEntries(Object.entries(all).filter(([name]) => keep(name))) as FitOptions;
    const key = JSON.stringify(choices);
    try {
      checkOptions(meant);
      members.set(key, { choices, options: meant });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.set(key, { choices, reason: error.message });
      refusal ??= error;
    }
  }
  if (refusal && members.size === 0) throw refusal;
  return { members: [...members.values()], refused: [...refused.values()] };
}

/**
 * The settings that mean nothing beside `options`: the decay's p and weight under an optimizer without decay, the share to prune under a rule
 * that finds its own, the rule and its scope where nothing is pruned.
 */
export function settingsWithoutMeaning(options: FitOptions): ComparableSetting[] {
  checkArgument("argument of options", options, anObject);
  const { optimizer, prune, pruning } = options;
  const decays = optimizer === "padam" || optimizer === "psgd";
  const rule: ComparableSetting[] =
    pruning === "threshold" ? ["prune", "scope"] : prune === 0 ? ["pruning", "scope"] : [];
  return decays ? rule : ["p", "decay", ...rule];
}
