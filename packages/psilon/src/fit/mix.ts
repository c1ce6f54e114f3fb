import { DRAW, type HeldOutRows, lossOf, type Trial } from "./trials.js";

/**
 * So many trials, some more than once, whose outputs' mean errs little on the held-out rows, found greedily (Caruana et al. 2004): the one with
 * the least loss, or the first that draws with it, then again and again the one with which the loss is least, be it there or not. In the order in
 * which they were found, each beside its like.
 */
export function mix(trials: readonly Trial[], heldOut: HeldOutRows, count: number): readonly Trial[] {
  const usable = trials.filter(({ loss }) => Number.isFinite(loss));
  const chosen: Trial[] = [];
  while (chosen.length < count && usable.length > 0) {
    const losses = usable.map((trial) => lossOf(heldOut, meanOutputs([...chosen, trial])));
    const least = Math.min(...losses);
    chosen.push(usable[losses.findIndex((loss) => loss <= (chosen.length === 0 ? DRAW : 1) * least)]);
  }
  return [...new Set(chosen)].flatMap((trial) => chosen.filter((one) => one === trial));
}

/** Of trials that have outputs. */
export function meanOutputs(trials: readonly Trial[]): Float32Array {
  const all = trials.map(({ outputs }) => outputs ?? new Float32Array());
  return all[0].map((_, i) => all.reduce((sum, outputs) => sum + outputs[i], 0) / all.length);
}
