import { markdown } from "../markdown.js";
import { meanAndError } from "../meanAndError.js";
import { KINDS } from "./tasks.js";

/** A task's table: of every kind of weight, without and with normalization, what its three seeds came to at its best rate. */
export function reportOf({ metric, normalize }, task, results) {
  const rows = results.map(({ kind, normalize: isNormalized, rate, trials }) => {
    const made = trials.filter((trial) => trial?.losses.length > 0);
    const name = [KINDS[kind], isNormalized ? `${normalize} normalization` : "none"];
    if (made.length === 0) return [...name, "–", "–", "–", "–", trials[0]?.problem ?? "–"];
    const of = (value) => meanAndError(made.map(value));
    return [
      ...name,
      rate.toExponential(),
      of(({ losses }) => losses.at(-1).loss),
      of(({ metric }) => metric),
      of(({ kappa }) => kappa.before),
      of(({ kappa }) => kappa.after),
    ];
  });
  const heads = [task, "normalization", "best rate", "training loss", metric, "log₁₀ κ before", "after"];
  return markdown([heads, ...rows], 2);
}
