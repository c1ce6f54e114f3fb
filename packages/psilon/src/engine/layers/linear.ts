import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type BoundLayer, createSignal, type Signal, type Source } from "./boundLayer.js";

/**
 * Z = X·Wᵀ, or Z ← Z + X·Wᵀ where a signal is given `onto` which the products are added (a residual stream); back ∂ℓ/∂W = δᵀ·X and
 * ∂ℓ/∂X = δ·W. The rows of a pair are applied to (max(h, 0), min(h, 0)), as `crelu` writes it.
 */
export function linear(
  { arena, product }: Backend,
  weight: Weight,
  { values: x, delta: inputDelta, places }: Source,
  onto: Signal | null = null,
): BoundLayer {
  const { effective, gradient } = weight;
  const { rows, columns } = effective;
  const output = onto ?? createSignal(arena, x.rows, rows, { places });
  const { values: z, delta } = output;
  const isAdded = onto !== null;
  return {
    output,
    parameters: [weight],
    scaledBy: isAdded ? [] : [weight],
    forward(n) {
      product.multiply("NT", n * places, rows, columns, x, effective, z, isAdded);
    },
    backward(n) {
      product.multiply("TN", rows, columns, n * places, delta, x, gradient, false);
      if (inputDelta) product.multiply("NN", n * places, columns, rows, delta, effective, inputDelta, false);
    },
  };
}
