import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { BoxSignal } from "./boxLayer.js";
import type { Layer } from "./layer.js";

/**
 * The worst outputs of classes: by how much z_k can be above z_y in the box of what the last layer reads, by the differences of its rows,
 * (C_k − C_y)·c + |C_k − C_y|·r + b_k − b_y, and of a pair by its columns as in `boxPair`; 0 for the row's own class y.
 *
 * `labels`: y, one of each row. Back it adds to the layer's gradients.
 */
export function boxDifferences(
  { arena, kernels }: Backend,
  { weight, bias, biasGradient }: Layer,
  { centre, radius }: BoxSignal,
  labels: Tensor,
) {
  const { rows, columns, paired, effective, gradient } = weight;
  const output = arena.tensor(centre.values.rows, rows);
  const outputDelta = arena.tensor(centre.values.rows, rows);
  return {
    outputs: rows,
    output,
    outputDelta,
    forward(n: number): void {
      kernels.boxDifferences(
        n,
        rows,
        columns,
        paired,
        effective.pointer,
        bias.pointer,
        labels.pointer,
        centre.values.pointer,
        radius.values.pointer,
        output.pointer,
      );
    },
    backward(n: number): void {
      kernels.boxDifferencesBackward(
        n,
        rows,
        columns,
        paired,
        effective.pointer,
        labels.pointer,
        centre.values.pointer,
        radius.values.pointer,
        outputDelta.pointer,
        centre.delta.pointer,
        radius.delta.pointer,
        gradient.pointer,
        biasGradient.pointer,
      );
    },
  };
}
