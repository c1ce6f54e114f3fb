import type { Outcomes, Search } from "./search.js";
import type { Trial, TrialOutcome } from "./trial.js";

/** The share of a rung that does not go on is 1 − 1/η. */
const ETA = 3;

/**
 * Successive halving (Jamieson & Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization", AISTATS 2016,
 * arXiv:1502.07943): all configurations are trained for a few epochs, and the best third of a rung, ⌊n/η⌋ of n with η = 3, goes on with three times as many. The last rung has
 * all `epochs`, the rung k before it epochs/3^k, rounded; the first rung is that in which there are configurations enough, and an epoch at least, to have one left at the
 * last.
 *
 * Every rung trains anew: that a network has seen fewer epochs changes its whole rate schedule. `cost`: what is to be small, null where it is
 * not known; such configurations do not go on.
 */
export function halving(
  configurations: readonly Trial[],
  epochs: number,
  cost: (outcome: TrialOutcome) => number | null,
): Search {
  const sizes = rungSizes(configurations.length, epochs);
  const epochsOf = (rung: number) => Math.round(epochs / ETA ** (sizes.length - 1 - rung));
  return {
    total: sizes.reduce((sum, size) => sum + size, 0),
    rungs: sizes.length,
    named(outcomes) {
      const rungs = [configurations.map((trial) => withEpochs(trial, trial.number, epochsOf(0)))];
      let next = configurations.length;
      for (
        let last = rungs[0];
        rungs.length < sizes.length && areOver(last, outcomes);
        last = rungs.at(-1) ?? []
      ) {
        const k = rungs.length;
        rungs.push(
          bestOf(last, sizes[k], outcomes, cost).map((trial) => withEpochs(trial, next++, epochsOf(k))),
        );
      }
      return rungs;
    },
  };
}

const areOver = (rung: readonly Trial[], outcomes: Outcomes): boolean =>
  rung.length > 0 && rung.every(({ number }) => outcomes.has(number));

/** How many configurations each rung has. */
function rungSizes(first: number, epochs: number): number[] {
  const sizes = [first];
  while (sizes[sizes.length - 1] >= ETA && epochs >= ETA ** sizes.length) {
    sizes.push(Math.floor(sizes[sizes.length - 1] / ETA));
  }
  return sizes;
}

const withEpochs = ({ settings }: Trial, number: number, epochs: number): Trial => ({
  number,
  settings: { ...settings, epochs },
});

/** In their order; of equals the earlier ones. */
function bestOf(
  rung: readonly Trial[],
  count: number,
  outcomes: Outcomes,
  cost: (outcome: TrialOutcome) => number | null,
): Trial[] {
  const known = rung.flatMap((trial) => {
    const outcome = outcomes.get(trial.number);
    const own = outcome ? cost(outcome) : null;
    return own === null ? [] : [{ trial, own }];
  });
  return known
    .sort((a, b) => a.own - b.own || a.trial.number - b.trial.number)
    .slice(0, count)
    .map(({ trial }) => trial)
    .sort((a, b) => a.number - b.number);
}
