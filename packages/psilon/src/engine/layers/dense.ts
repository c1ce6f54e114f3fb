import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Layer } from "./layer.js";

/** A = σ(X·Wᵀ + b), or without σ. `x` is n × columns, `output` n × rows. */
export function denseForward(
  backend: Backend,
  { weight, bias }: Layer,
  n: number,
  x: Tensor,
  output: Tensor,
  relu: boolean,
): void {
  backend.product.multiply("NT", n, weight.rows, weight.columns, x, weight.effective, output, false);
  if (relu) backend.kernels.addBiasRelu(n, weight.rows, output.pointer, bias.pointer);
  else backend.kernels.addBias(n, weight.rows, output.pointer, bias.pointer);
}

/**
 * From δ = ∂ℓ/∂A (which becomes ∂ℓ/∂(X·Wᵀ + b)): ∂ℓ/∂b = column sums of δ, ∂ℓ/∂W = δᵀ·X, and where `inputDelta` is
 * given ∂ℓ/∂X = δ·W.
 */
export function denseBackward(
  backend: Backend,
  { weight, biasGradient }: Layer,
  n: number,
  x: Tensor,
  output: Tensor,
  delta: Tensor,
  relu: boolean,
  inputDelta: Tensor | null,
): void {
  const { kernels, product } = backend;
  if (relu) kernels.reluBackward(n, weight.rows, delta.pointer, output.pointer, biasGradient.pointer);
  else kernels.columnSums(n, weight.rows, delta.pointer, biasGradient.pointer);
  product.multiply("TN", weight.rows, weight.columns, n, delta, x, weight.gradient, false);
  if (inputDelta)
    product.multiply("NN", n, weight.columns, weight.rows, delta, weight.effective, inputDelta, false);
}
