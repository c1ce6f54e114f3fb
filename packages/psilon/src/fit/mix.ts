import { takeRows } from "../preprocess/inputs.js";
import { targetNames } from "../preprocess/target.js";
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

/** So many parts take their turn in not choosing. */
const PARTS = 5;

/**
 * Outputs of the held-out rows by mixes of so many trials, each a part of the rows by one that was chosen on the others alone: what those rows are
 * off by that had no say in what predicts them.
 */
export function crossMixed(trials: readonly Trial[], heldOut: HeldOutRows, count: number): Float32Array {
  const usable = trials.filter(({ outputs }) => outputs !== null);
  const rows = heldOut.truth.length / targetsOf(heldOut);
  if (rows < PARTS) return meanOutputs(mix(usable, heldOut, count));
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const crossed = Float32Array.from(meanOutputs(usable));
  const width = crossed.length / rows;
  for (let part = 0; part < PARTS; part++) {
    const isOwn = (row: number) => row % PARTS === part;
    const others = all.filter((row) => !isOwn(row));
    const choosing: readonly Trial[] = usable.map((trial) => ({
      ...trial,
      outputs: takeRows(trial.outputs!, width, others),
    }));
    const chosen = mix(choosing, rowsAt(heldOut, others), count).map(
      (trial) => usable[choosing.indexOf(trial)],
    );
    const mean = meanOutputs(chosen);
    for (const row of all.filter(isOwn)) {
      crossed.set(mean.subarray(row * width, (row + 1) * width), row * width);
    }
  }
  return crossed;
}

const targetsOf = ({ target }: HeldOutRows): number => targetNames(target).length;

const rowsAt = (heldOut: HeldOutRows, places: Int32Array): HeldOutRows => ({
  target: heldOut.target,
  truth: takeRows(heldOut.truth, targetsOf(heldOut), places),
  targets: takeRows(heldOut.targets, targetsOf(heldOut), places),
  weights: heldOut.weights && takeRows(heldOut.weights, 1, places),
});

/** Of trials that have outputs. */
export function meanOutputs(trials: readonly Trial[]): Float32Array {
  const all = trials.map(({ outputs }) => outputs ?? new Float32Array());
  return all[0].map((_, i) => all.reduce((sum, outputs) => sum + outputs[i], 0) / all.length);
}
