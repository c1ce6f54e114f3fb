import { shapesOf } from "../engine/networks/sequential.js";
import { InputError } from "../errors.js";
import type { FoldedSequential } from "../folded/sequential.js";
import { above, below, gamma } from "./rounding.js";
import { normsThrough } from "./sequentialBounds.js";

/** What is promised of a network whose largest output is its class. */
export interface LipschitzCertificate {
  readonly norm: "2" | "inf";
  /** ‖f(x) − f(y)‖ ≤ atMost·‖x − y‖ for all x and y, in this norm on both sides. */
  readonly atMost: number;
  /** Of an input with these outputs, a radius within which every input has its class; 0 where no output is largest alone, or is finite. */
  radius(outputs: ArrayLike<number>): number;
}

/**
 * The margin f_y − f_k does not close within (f_y − f_k)/B of an input, with B = √2·atMost in ℓ2 and 2·atMost in ℓ∞ (Tsuzuku et al., arXiv:1802.04034,
 * proposition 1); where the last layer is a matrix W, with the bound of the layers before it times ‖W_y − W_k‖₂, or ‖W_y − W_k‖₁ in ℓ∞, if that
 * is less, as for one hidden layer (mathematics of PSiLON, arXiv:2404.19112).
 *
 * Of the network as a function of real numbers with the stored float32 weights, rounded outwards; outputs that were computed in float32 are off by
 * what that rounds. Throws InputError where a layer has no bound in this norm.
 */
export function lipschitzCertificate(network: FoldedSequential, norm: "2" | "inf"): LipschitzCertificate {
  const bounds = normsThrough(network).map((norms) => norms[norm]);
  const [before, atMost] = bounds.slice(-2);
  // What the layers before the last have no bound by, the network has none by either.
  if (typeof before === "string" || typeof atMost === "string") {
    throw new InputError({ code: "unsuitable", found: String(atMost) });
  }
  const any = above((norm === "2" ? above(Math.SQRT2) : 2) * atMost);
  const own = differenceBounds(network, norm, before);
  return {
    norm,
    atMost,
    radius(outputs) {
      const values = Array.from(outputs);
      const y = values.indexOf(Math.max(...values));
      return values.reduce((least, value, k) => {
        if (k === y) return least;
        const margin = below(values[y] - value);
        if (!(margin > 0)) return 0;
        // Outputs that never come nearer to each other leave any input its class.
        return Math.min(least, below(Math.min(margin / Math.min(any, own(y, k)), Number.MAX_VALUE)));
      }, Number.POSITIVE_INFINITY);
    },
  };
}

/**
 * B of two outputs by the rows of the last layer and the bound of the layers `before`; Infinity where the last is no matrix alone, which has one
 * row for each output.
 */
function differenceBounds(
  { spec, values }: FoldedSequential,
  norm: "2" | "inf",
  before: number,
): (y: number, k: number) => number {
  const count = spec.layers.length;
  const last = spec.layers[count - 1];
  const inner = { ...spec, layers: spec.layers.slice(0, -1) };
  if (last.layer !== "dense" || last.activation || shapesOf(inner).length > 1) {
    return () => Number.POSITIVE_INFINITY;
  }
  const { weight } = values[count];
  const columns = weight.length / last.outputs;
  const distance = (y: number, k: number) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const size = Math.abs(weight[y * columns + j] - weight[k * columns + j]);
      sum += norm === "2" ? size ** 2 : size;
    }
    // A difference may round, and its square: three roundings before the sum.
    const from = above(sum * (1 + gamma(columns + 3)));
    return norm === "2" ? above(Math.sqrt(from)) : from;
  };
  const bounds = Array.from({ length: last.outputs ** 2 }, (_, pair) =>
    above(before * distance(Math.floor(pair / last.outputs), pair % last.outputs)),
  );
  return (y, k) => bounds[y * last.outputs + k];
}
