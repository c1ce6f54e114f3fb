import { DRAW, type HeldOutRows, lossOf, type Trial } from "./trials.js";

/** One kind of network in a mean, and how many there are of it. */
export interface Share {
  readonly trial: Trial;
  readonly networks: number;
}

/**
 * So many networks whose outputs' mean errs little on the held-out rows, found greedily (Caruana et al. 2004): one of the trial with the least
 * loss, or the first that draws with it, then again and again one of the trial with which the loss is least, be it there or not.
 */
export function mix(trials: readonly Trial[], heldOut: HeldOutRows, networks: number): readonly Share[] {
  const usable = trials.filter(({ loss }) => Number.isFinite(loss));
  const chosen: Trial[] = [];
  while (chosen.length < networks && usable.length > 0) {
    const losses = usable.map((trial) => lossOf(heldOut, meanOutputs([...chosen, trial])));
    const least = Math.min(...losses);
    chosen.push(usable[losses.findIndex((loss) => loss <= (chosen.length === 0 ? DRAW : 1) * least)]);
  }
  return [...new Set(chosen)].map((trial) => ({
    trial,
    networks: chosen.filter((one) => one === trial).length,
  }));
}

/** Of trials that have outputs. */
export function meanOutputs(trials: readonly Trial[]): Float32Array {
  const all = trials.map(({ outputs }) => outputs ?? new Float32Array());
  return all[0].map((_, i) => all.reduce((sum, outputs) => sum + outputs[i], 0) / all.length);
}
