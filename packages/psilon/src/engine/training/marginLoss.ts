import { InputError } from "../../errors.js";
import type { Backend } from "../backend/backend.js";
import type { BoxSource } from "../layers/boxInput.js";
import type { Network } from "../networks/network.js";
import { hasLengthFactors, lengthFactors } from "../penalties/lengthFactors.js";
import { evaluateLoss, type LossKind } from "./loss.js";
import { worstSide } from "./worstEnds.js";
import type { Batch, WorstLoss } from "./worstLoss.js";

/**
 * ℓ of outputs moved by all that bounds in closed form leave possible within ε of the row, for small ε: the k-th by ε·H·|γ_k| to the side
 * where the loss grows, with H the product of the hidden layers' factors (arXiv:2404.19112, sections 3.1 and 3.2); of classes that is the
 * loss of z_k + ε·B_yk for k ≠ y with B_yk = H·(|γ_k| + |γ_y|). ε is the largest distance of an input of the row to an end of its
 * interval. Beside the outputs' slope there is one by the lengths alone.
 *
 * Throws InputError for a network without such bounds.
 */
export function marginLoss(
  backend: Backend,
  network: Network,
  loss: LossKind,
  source: BoxSource,
  { y, w }: Batch,
): WorstLoss {
  if (!hasLengthFactors(network)) {
    throw new InputError({
      code: "unsuitable",
      found: "Margins by bounds in closed form are for L1-normalized weights with one length a hidden layer",
      remedy: "train on interval bounds",
    });
  }
  const { capacity, output, outputDelta, outputs } = network;
  const { hidden, last, product } = lengthFactors(network.members[0]);
  /** The place of γ_k, which outputs may share. */
  const place = (k: number) => k % last.lengths!.length;
  const reach = new Float32Array(capacity);
  const sides = new Int8Array(capacity * outputs);
  const sideOf = worstSide(loss);
  /** ∂ℓ/∂(H·|γ_k|). */
  const slopes = new Float64Array(outputs);
  return {
    evaluate(n, size) {
      reachOf(source, n, size, reach);
      const z = output.data;
      const gamma = last.lengths!.data;
      const whole = product(-1);
      for (let at = 0; at < n * outputs; at++) {
        const k = at % outputs;
        const i = (at - k) / outputs;
        sides[at] = sideOf(z[at], y.data, i * y.columns, k);
        z[at] += sides[at] * reach[i] * whole * Math.abs(gamma[place(k)]);
      }
      const value = evaluateLoss(backend, network, loss, n, y, w);
      const delta = outputDelta.data;
      slopes.fill(0);
      for (let at = 0; at < n * outputs; at++) {
        const k = at % outputs;
        slopes[k] += sides[at] * reach[(at - k) / outputs] * delta[at];
      }
      return value;
    },
    backward() {},
    addToLengths() {
      const gamma = last.lengths!.data;
      const gradient = last.lengthGradient!.data;
      const whole = product(-1);
      let sum = 0;
      for (let k = 0; k < outputs; k++) {
        sum += slopes[k] * Math.abs(gamma[place(k)]);
        gradient[place(k)] += slopes[k] * whole * Math.sign(gamma[place(k)]);
      }
      for (let l = 0; l < hidden.length; l++) {
        const sign = Math.sign(hidden[l].lengths!.data[0]);
        hidden[l].lengthGradient!.data[0] += sign * product(l) * sum;
      }
    },
  };
}

/** ε of each of the first n rows. */
function reachOf({ x, lower, upper, groups }: BoxSource, n: number, size: number, reach: Float32Array): void {
  const [own, low, high] = [x.data, lower.data, upper.data];
  for (let i = 0; i < n; i++) {
    const end = (i + 1) * x.columns;
    let most = 0;
    for (let at = end - x.columns; at < end; at++) {
      most = Math.max(most, high[at] - own[at], own[at] - low[at]);
    }
    for (let g = 0; g < groups.length; g++) {
      const first = end - x.columns + groups[g].first;
      for (let at = first; at < first + groups[g].count; at++) if (own[at] !== 0) most = Math.max(most, 1);
    }
    reach[i] = size * most;
  }
}
