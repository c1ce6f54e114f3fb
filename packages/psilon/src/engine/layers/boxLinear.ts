import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type BoxLayer, type BoxSignal, createBoxSignal } from "./boxLayer.js";

/** c ← c·Wᵀ and r ← r·|W|ᵀ; back ∂ℓ/∂W ← ∂ℓ/∂W + δ_cᵀ·c + sign(W)∘(δ_rᵀ·r), and both slopes through W and |W|. */
export function boxLinear(
  { arena, kernels, product }: Backend,
  weight: Weight,
  { centre, radius }: BoxSignal,
): BoxLayer {
  const { effective, gradient } = weight;
  const { rows, columns } = effective;
  const output = createBoxSignal(arena, centre.values.rows, rows);
  const sizes = arena.tensor(rows, columns);
  const slopes = arena.tensor(rows, columns);
  return {
    output,
    forward(n) {
      kernels.magnitudes(effective.length, effective.pointer, sizes.pointer);
      product.multiply("NT", n, rows, columns, centre.values, effective, output.centre.values, false);
      product.multiply("NT", n, rows, columns, radius.values, sizes, output.radius.values, false);
    },
    backward(n) {
      product.multiply("TN", rows, columns, n, output.centre.delta, centre.values, gradient, true);
      product.multiply("TN", rows, columns, n, output.radius.delta, radius.values, slopes, false);
      kernels.addSigned(effective.length, effective.pointer, slopes.pointer, gradient.pointer);
      product.multiply("NN", n, columns, rows, output.centre.delta, effective, centre.delta, false);
      product.multiply("NN", n, columns, rows, output.radius.delta, sizes, radius.delta, false);
    },
  };
}
