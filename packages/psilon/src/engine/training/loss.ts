import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";

/** Pinball losses at several levels τ: max(τ·e, (τ − 1)·e) with e = y − f, least at the τ-quantile (Koenker and Bassett 1978). */
export interface QuantileLoss {
  readonly kind: "quantile";
  /** In (0, 1), ascending; one output each. */
  readonly levels: readonly number[];
}

/** A class loss of (1 − smoothing)·y + smoothing/classes in place of y (label smoothing, arXiv:1512.00567). */
export interface SmoothedLoss {
  readonly kind: "logistic" | "softmax";
  /** In [0, 1); 0 is the loss itself. */
  readonly smoothing: number;
}

/**
 * - `squared-error`: mean over outputs of (f − y)²; targets n × outputs
 * - `poisson`: mean over outputs of e^f − y·f, e^f continued by its tangent from f = 30 on; targets n × outputs, counts or rates of at
 *   least 0
 * - `quantile`: mean over levels of the pinball losses; targets n × 1
 * - `logistic`: log(1 + eᶻ) − y·z for one output z; targets n × 1 in {0, 1}
 * - `softmax`: cross-entropy of softmax(z); targets n × 1, class indices
 */
export type LossKind = "squared-error" | "poisson" | "logistic" | "softmax" | QuantileLoss | SmoothedLoss;

/** What kind of loss it is, whatever else is said of it. */
export const kindOf = (loss: LossKind) => (typeof loss === "string" ? loss : loss.kind);

/** Columns of the target matrix that a loss reads. */
export function targetColumns(loss: LossKind, outputs: number): number {
  return loss === "squared-error" || loss === "poisson" ? outputs : 1;
}

/** What a loss reads and where it writes its slope: a network, or the worst that its outputs can be. */
export type LossOutputs = Pick<Network, "outputs" | "output" | "outputDelta">;

/**
 * Σ_r w_r·ℓ_r over the first n rows of the output, and ∂/∂output of ½·share·(1/n)·Σ_r w_r·ℓ_r into `outputDelta`
 * (the ½ is the paper's, arXiv:2404.19112). `weights` null means 1 for every row; they should average 1.
 */
export function evaluateLoss(
  backend: Backend,
  { output, outputDelta, outputs }: LossOutputs,
  loss: LossKind,
  n: number,
  targets: Tensor,
  weights: Tensor | null,
  share = 1,
): number {
  const { kernels } = backend;
  const w = weights ? weights.pointer : 0;
  const scale = (0.5 * share) / n;
  const z = output.pointer;
  const y = targets.pointer;
  const delta = outputDelta.pointer;
  if (loss === "squared-error") return kernels.squaredError(n, outputs, z, y, w, scale, delta);
  if (loss === "poisson") return kernels.poissonLoss(n, outputs, z, y, w, scale, delta);
  if (typeof loss === "object" && loss.kind === "quantile") {
    let total = 0;
    for (let k = 0; k < outputs; k++) {
      total += kernels.quantileLoss(n, outputs, k, loss.levels[k], z, y, w, scale, delta);
    }
    return total;
  }
  const smoothing = typeof loss === "object" ? loss.smoothing : 0;
  return kindOf(loss) === "logistic"
    ? kernels.logisticLoss(n, z, y, w, scale, smoothing, delta)
    : kernels.softmaxLoss(n, outputs, z, y, w, scale, smoothing, delta);
}
