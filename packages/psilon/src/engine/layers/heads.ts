import type { Backend } from "../backend/backend.js";
import { blocksOf } from "./blocks.js";
import { type BoundLayer, createSignal, type Signal } from "./boundLayer.js";
import type { Layer } from "./layer.js";

/**
 * Z = X·Wᵀ + b, each member's own on its block of rows; back ∂ℓ/∂b, ∂ℓ/∂W = δᵀ·X and ∂ℓ/∂X = δ·W. `layers`: one a member, of one
 * shape.
 */
export function heads(
  { arena, kernels, product }: Backend,
  layers: readonly Layer[],
  { values: x, delta: inputDelta }: Signal,
): BoundLayer {
  const { rows, columns } = layers[0].weight.effective;
  const count = layers.length;
  const output = createSignal(arena, x.rows, rows);
  const [reads, readDeltas, writes, deltas] = [x, inputDelta, output.values, output.delta].map((tensor) =>
    blocksOf(tensor, count),
  );
  return {
    output,
    parameters: layers.flatMap(({ parameters }) => parameters),
    scaledBy: layers.map(({ weight }) => weight),
    forward(n) {
      const from = reads(n);
      const to = writes(n);
      const each = n / count;
      for (let m = 0; m < count; m++) {
        const { weight, bias } = layers[m];
        product.multiply("NT", each, rows, columns, from[m], weight.effective, to[m], false);
        kernels.addBias(each, rows, to[m].pointer, bias.pointer);
      }
    },
    backward(n) {
      const from = reads(n);
      const back = readDeltas(n);
      const delta = deltas(n);
      const each = n / count;
      for (let m = 0; m < count; m++) {
        const { weight, biasGradient } = layers[m];
        kernels.columnSums(each, rows, delta[m].pointer, biasGradient.pointer);
        product.multiply("TN", rows, columns, each, delta[m], from[m], weight.gradient, false);
        product.multiply("NN", each, columns, rows, delta[m], weight.effective, back[m], false);
      }
    },
  };
}
