import { log } from "../engine/random/log.js";
import { moments, quantile } from "./statistics.js";

/** What is to be learned of numbers; everything has a default. */
export interface TargetOptions {
  /** Whether networks learn the numbers themselves (default) or their logarithms, which only numbers above 0 have. */
  readonly targetScale?: "value" | "log" | undefined;
  /** `poisson`: counts, whose logarithm is learned so that the counts are likeliest (log link). Default: squared errors. */
  readonly loss?: "poisson" | undefined;
  /** Levels in (0, 1), ascending: their quantiles are predicted instead of one number. */
  readonly quantile?: readonly number[] | undefined;
}

/** A network's output is (y − center)/scale, or that of log y. */
export interface Scaling {
  readonly center: number;
  readonly scale: number;
}

/**
 * (y − median)/(IQR/2) ([PSiLON] arXiv:2404.19112, the tabular experiments), of the logarithms where these are learned; where the
 * middle half of the values is all one value, the standard deviation takes the place of IQR/2. Of counts, log y − log mean. A scale of 0:
 * there is nothing to learn. `values`: as they are, finite.
 */
export function scalingOf(values: Float64Array, { targetScale, loss }: TargetOptions): Scaling {
  if (loss === "poisson") {
    const { mean, std } = moments(values);
    return { center: log(mean), scale: std > 0 ? 1 : 0 };
  }
  const sorted = (targetScale === "log" ? values.map(log) : values.slice()).sort();
  const halfRange = quantile(sorted, 0.75) / 2 - quantile(sorted, 0.25) / 2;
  return { center: quantile(sorted, 0.5), scale: halfRange > 0 ? halfRange : moments(sorted).std };
}
