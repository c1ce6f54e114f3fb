import { DRAW, type HeldOutRows, lossOf, type Trial } from "./trials.js";

/**
 * The trials whose outputs' mean errs least on the held-out rows, found greedily (Caruana et al. 2004, without replacement): the first one
 * given, then, as long as the loss falls by at least a hundredth, the one that lowers it most.
 */
export function mix(first: Trial, others: readonly Trial[], heldOut: HeldOutRows): readonly Trial[] {
  const chosen = [first];
  let rest = others.filter(({ outputs }) => outputs !== null);
  for (let loss = first.outputs ? lossOf(heldOut, first.outputs) : 0; rest.length > 0; ) {
    const losses = rest.map((trial) => lossOf(heldOut, meanOutputs([...chosen, trial])));
    const least = Math.min(...losses);
    if (!(least * DRAW <= loss)) break;
    const next = rest[losses.indexOf(least)];
    chosen.push(next);
    rest = rest.filter((trial) => trial !== next);
    loss = least;
  }
  return chosen;
}

/** Of trials that have outputs. */
export function meanOutputs(trials: readonly Trial[]): Float32Array {
  const all = trials.map(({ outputs }) => outputs ?? new Float32Array());
  return all[0].map((_, i) => all.reduce((sum, outputs) => sum + outputs[i], 0) / all.length);
}
