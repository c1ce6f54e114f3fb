import { checkOptions, type FitOptions, InputError, settingsWithoutMeaning } from "psilon";
import { spelled } from "../optionNames.js";
import { endsOf, type NumberRange, type Range, rangeText, wholeScale } from "./ranges.js";
import type { Settings } from "./trial.js";

/** The options of training that are one number or one name, which a sweep can vary. */
export const sweepSettings = [
  "network",
  "preset",
  "lambda",
  "width",
  "depth",
  "epochs",
  "learningRate",
  "batchSize",
  "patience",
  "members",
  "parametrization",
  "optimizer",
  "p",
  "decay",
  "targetScale",
  "labelSmoothing",
  "prune",
  "pruning",
  "scope",
  "encode",
] as const satisfies readonly (keyof FitOptions)[];

export type SweepSetting = (typeof sweepSettings)[number];

/** What each setting that is varied can be. */
export type Space = Readonly<Partial<Record<SweepSetting, Range>>>;

export const entriesOf = (space: Space): [SweepSetting, Range][] =>
  Object.entries(space) as [SweepSetting, Range][];

/** A space as it is written on a command line. */
export const spaceText = (space: Space): string =>
  entriesOf(space)
    .map(([name, range]) => `${spelled(name)}=${rangeText(range)}`)
    .join(" ");

/** Beside one of these, every setting means something. */
const COMPANIES: readonly FitOptions[] = [
  {},
  { optimizer: "padam" },
  { prune: 0.5 },
  { prune: 0.5, network: "resnet" },
  { prune: 0.5, network: "mlp" },
];

/** Problems that lie in what a value stands beside, not in itself. */
const OF_COMPANY: ReadonlySet<string> = new Set(["conflicting-arguments", "missing-argument", "unsuitable"]);

/** Problems of a number where a name is wanted. */
const OF_NAMES: ReadonlySet<string> = new Set(["unknown-choice", "wrong-type"]);

/** Throws InputError for a value, or an end of a range, that its option would not take whatever stands beside it, and for a range of more than the option takes. */
export function checkValuesOf(space: Space): void {
  for (const [setting, range] of entriesOf(space)) {
    if ("scale" in range) checkRange(setting, range);
    else for (const value of range) checkValue(setting, value);
  }
}

function checkRange(setting: SweepSetting, range: NumberRange): void {
  const { scale, from, to } = range;
  const refuse = (why: string, remedy: string) =>
    new InputError({
      code: "wrong-type",
      found: `The range ${spelled(setting)}=${rangeText(range)} is of ${why}`,
      value: rangeText(range),
      remedy,
    });
  for (const end of [from, to]) {
    const refusal = refusalOf(setting, end);
    if (refusal && OF_NAMES.has(refusal.problem.code)) {
      throw refuse(
        `numbers, and ${spelled(setting)} takes names`,
        'list some of those that "psilon sweep --help" names',
      );
    }
    if (refusal) throw refusal;
  }
  const whole = wholeScale(scale);
  if (whole === scale || refusalOf(setting, between(from, to)) === undefined) return;
  throw refuse(
    `all numbers, and ${spelled(setting)} takes whole ones`,
    `use ${spelled(setting)}=${rangeText({ ...range, scale: whole })}`,
  );
}

/** A number within that is no whole one. */
function between(from: number, to: number): number {
  const middle = (from + to) / 2;
  return Number.isInteger(middle) ? middle + Math.min(0.5, (to - from) / 4) : middle;
}

function checkValue(setting: SweepSetting, value: string | number): void {
  const refusal = refusalOf(setting, value);
  if (refusal) throw refusal;
}

/** Why the option would not take the value whatever stands beside it. */
function refusalOf(setting: SweepSetting, value: string | number): InputError | undefined {
  const refusals: InputError[] = [];
  for (const company of COMPANIES) {
    try {
      checkOptions({ ...company, [setting]: value });
      return undefined;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refusals.push(error);
    }
  }
  return refusals.find(({ problem }) => !OF_COMPANY.has(problem.code)) ?? refusals[0];
}

/** The settings that mean something beside each other and the options. Throws InputError where they do not go together. */
export function meantSettings(settings: Settings, options: FitOptions): Settings {
  const idle: readonly string[] = settingsWithoutMeaning({ ...options, ...settings });
  const meant = Object.fromEntries(Object.entries(settings).filter(([name]) => !idle.includes(name)));
  checkOptions({ ...options, ...meant });
  return meant;
}

/** Settings that mean nothing beside some values of others, and those others. */
const DEPENDENT = ["p", "decay", "prune", "pruning", "scope"] as const;
const DECIDING = ["optimizer", "prune", "pruning"] as const;

/** The space with settings that are given for all trials, but would mean nothing in some of them; and the flags without these. */
export function withDependent<
  Varied extends Space,
  Flags extends Pick<FitOptions, (typeof DEPENDENT)[number]>,
>(
  space: Varied,
  flags: Flags,
): {
  readonly space: Varied;
  readonly flags: Flags;
} {
  const moved = DECIDING.some((name) => name in space)
    ? DEPENDENT.flatMap((name) => {
        const value = flags[name];
        return value === undefined ? [] : [[name, value] as const];
      })
    : [];
  const fixed = Object.fromEntries(moved.map(([name, value]) => [name, [value]]));
  checkValuesOf(fixed);
  const left = Object.fromEntries(moved.map(([name]) => [name, undefined]));
  return { space: { ...space, ...fixed }, flags: { ...flags, ...left } };
}

/** Throws InputError for a setting that would mean nothing in any of the trials. */
export function checkEverMeant(space: Space, options: FitOptions): void {
  const companies = DECIDING.reduce<Settings[]>(
    (found, name) => {
      const range = space[name];
      return range
        ? found.flatMap((some) => endsOf(range).map((value) => ({ ...some, [name]: value })))
        : found;
    },
    [{}],
  );
  for (const [name, range] of entriesOf(space)) {
    const isIdle = (some: Settings) =>
      (settingsWithoutMeaning({ ...options, ...some }) as readonly string[]).includes(name);
    // Says what it would need.
    if (companies.every(isIdle)) checkOptions({ ...options, [name]: endsOf(range)[0] });
  }
}
