import { type FitOptions, InputError } from "psilon";
import { createRandom, derive } from "psilon/engine";
import { drawFrom } from "./ranges.js";
import { entriesOf, meantSettings, type Space } from "./space.js";
import type { Settings, Trial } from "./trial.js";

/** A space that has brought nothing new in so many draws is taken for exhausted. */
const DRAWS = 1000;

/**
 * Trials at random places of the space (Bergstra & Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 2012): `count`, or
 * fewer where it holds no more. What makes no sense, or was there before, is drawn anew. A trial depends on the seed and its number, not on how many there are, and what is drawn for
 * a setting not on which others vary. Throws InputError where nothing in the space makes sense.
 */
export function randomTrials(space: Space, options: FitOptions, count: number, seed: number): Trial[] {
  const trials: Trial[] = [];
  const seen = new Set<string>();
  let refusal: InputError | undefined;
  const next = (number: number): Settings | null => {
    for (let draw = 0; draw < DRAWS; draw++) {
      const drawn = entriesOf(space).map(([name, range]) => {
        const random = createRandom(derive(seed, "sweep", number, draw, name));
        return [name, drawFrom(range, random.next())];
      });
      try {
        const settings = meantSettings(Object.fromEntries(drawn), options);
        const key = JSON.stringify(settings);
        if (!seen.has(key)) {
          seen.add(key);
          return settings;
        }
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        refusal ??= error;
      }
    }
    return null;
  };
  while (trials.length < count) {
    const settings = next(trials.length);
    if (!settings) break;
    trials.push({ number: trials.length, settings });
  }
  if (refusal && trials.length === 0) throw refusal;
  return trials;
}
