import type { IntervalValues } from "../../preprocess/interval.js";
import type { Target, Truth } from "../../preprocess/target.js";
import { likeliestLabels } from "../metrics/labels.js";
import type { Measure } from "./measure.js";
import { measureClasses } from "./measureClasses.js";
import { measureNumbers } from "./measureNumbers.js";
import { measureQuantiles } from "./measureQuantiles.js";

/**
 * Every metric that a target's predictions have: values in its units (rows × what is predicted), with their intervals where there are some, or
 * probabilities, with the labels that were predicted by them, by default the likeliest.
 */
export function measureTarget(
  target: Target,
  truth: Truth,
  predicted: Float64Array,
  { labels, interval }: { readonly labels?: Int32Array; readonly interval?: IntervalValues | undefined } = {},
): Measure {
  if (target.task === "classification") {
    const { classes } = target;
    const told = { labels: labels ?? likeliestLabels(predicted, classes.length), probabilities: predicted };
    return measureClasses(truth, told, classes);
  }
  const { names, levels, loss } = target;
  return levels
    ? measureQuantiles(truth, predicted, levels, interval)
    : measureNumbers(truth, predicted, names, loss !== undefined, interval);
}
