import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";

/**
 * - `squared-error`: mean over outputs of (f − y)²; targets n × outputs
 * - `logistic`: log(1 + eᶻ) − y·z for one output z; targets n × 1 in {0, 1}
 * - `softmax`: cross-entropy of softmax(z); targets n × 1, class indices
 */
export type LossKind = "squared-error" | "logistic" | "softmax";

/** Columns of the target matrix that a loss reads. */
export function targetColumns(loss: LossKind, outputs: number): number {
  return loss === "squared-error" ? outputs : 1;
}

/**
 * Σ_r w_r·ℓ_r over the first n rows of the network's output, and ∂/∂output of ½·(1/n)·Σ_r w_r·ℓ_r into `outputDelta`
 * (the ½ is the paper's, arXiv:2404.19112). `weights` null means 1 for every row; they should average 1.
 */
export function evaluateLoss(
  backend: Backend,
  network: Network,
  kind: LossKind,
  n: number,
  targets: Tensor,
  weights: Tensor | null,
): number {
  const { kernels } = backend;
  const { output, outputDelta, outputs } = network;
  const w = weights ? weights.pointer : 0;
  const scale = 0.5 / n;
  const z = output.pointer;
  const y = targets.pointer;
  const delta = outputDelta.pointer;
  if (kind === "squared-error") return kernels.squaredError(n, outputs, z, y, w, scale, delta);
  if (kind === "logistic") return kernels.logisticLoss(n, z, y, w, scale, delta);
  return kernels.softmaxLoss(n, outputs, z, y, w, scale, delta);
}
