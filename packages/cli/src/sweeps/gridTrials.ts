import { type FitOptions, InputError } from "psilon";
import { spelled } from "../optionNames.js";
import { rangeText, valuesOf } from "./ranges.js";
import { entriesOf, meantSettings, type Space } from "./space.js";
import type { Settings, Trial } from "./trial.js";

/** More would take years. */
const MOST = 100_000;

/** Every combination of the space's values that makes sense. */
export interface GridTrials {
  readonly trials: readonly Trial[];
  /** The others, with the sentences that say why. */
  readonly refused: readonly { readonly settings: Settings; readonly reason: string }[];
}

/**
 * In the order of settings and values; what is the same without settings that mean nothing beside the others is one trial. Throws InputError for a range without end, for
 * too many combinations, and where none makes sense.
 */
export function gridTrials(space: Space, options: FitOptions): GridTrials {
  const listed = entriesOf(space).map(([name, range]) => {
    const values = valuesOf(range);
    if (values) return [name, values] as const;
    throw new InputError({
      code: "unsuitable",
      found: `A grid tries every combination, and ${spelled(name)}=${rangeText(range)} has no end of values`,
      value: rangeText(range),
      remedy: `list some, as in ${spelled(name)}=1e-4,1e-3,1e-2, or use --search random`,
    });
  });
  const size = listed.reduce((product, [, values]) => product * values.length, 1);
  if (size > MOST) {
    throw new InputError({
      code: "too-many-combinations",
      found: `The space has ${size} combinations, more than a grid can try, ${MOST}`,
      remedy: "give fewer values, or use --search random",
    });
  }
  const combinations = listed.reduce<Settings[]>(
    (found, [name, values]) =>
      found.flatMap((settings) => values.map((value) => ({ ...settings, [name]: value }))),
    [{}],
  );
  const members = new Map<string, Settings>();
  const refused = new Map<string, GridTrials["refused"][number]>();
  for (const settings of combinations) {
    try {
      const meant = meantSettings(settings, options);
      members.set(JSON.stringify(meant), meant);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.set(JSON.stringify(settings), { settings, reason: error.message });
    }
  }
  const [first] = refused.values();
  if (members.size === 0) {
    throw new InputError({
      code: "unsuitable",
      found: `No combination of the space makes sense: ${first.reason}`,
    });
  }
  return {
    trials: [...members.values()].map((settings, number) => ({ number, settings })),
    refused: [...refused.values()],
  };
}
