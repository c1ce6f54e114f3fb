import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Layer } from "./layer.js";

/**
 * out (+)= W⁺·max(h, 0) + W⁻·min(h, 0) for a paired weight, one product over C = (max(h, 0), min(h, 0)).
 * `activation` is C, n × 2·columns; with `residual` the product is added to `out`, which then is h itself.
 * The bias is left to whoever reads `out`, which must touch it anyway.
 */
export function creluForward(
  backend: Backend,
  { weight }: Layer,
  n: number,
  activation: Tensor,
  out: Tensor,
  residual: boolean,
): void {
  backend.product.multiply(
    "NT",
    n,
    weight.rows,
    2 * weight.columns,
    activation,
    weight.effective,
    out,
    residual,
  );
}

/** From δ = ∂ℓ/∂out: ∂ℓ/∂W = δᵀ·C and ∂ℓ/∂C = δ·W, into `activationDelta` (n × 2·columns). */
export function creluBackward(
  backend: Backend,
  { weight }: Layer,
  n: number,
  activation: Tensor,
  delta: Tensor,
  activationDelta: Tensor,
): void {
  const width = 2 * weight.columns;
  backend.product.multiply("TN", weight.rows, width, n, delta, activation, weight.gradient, false);
  backend.product.multiply("NN", n, width, weight.rows, delta, weight.effective, activationDelta, false);
}
