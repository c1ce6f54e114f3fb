import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Parameter } from "../weights/parameter.js";
import { type BoundLayer, createSignal, type Signal } from "./boundLayer.js";

/**
 * h ← h + b over what it reads, and C = (max(h, 0), min(h, 0)), twice as wide (arXiv:2404.19112, CReLU; note the sign of the second). The
 * bias is that of the layer before, added in the pass that reads h anyway, and its gradient is summed in the pass back.
 *
 * `goesOn`: whether h goes on beside C, as a residual stream whose delta this layer's is added to. `delta`: room for ∂ℓ/∂C, which the
 * blocks of a stream share.
 */
export function crelu(
  { arena, kernels }: Backend,
  vector: Parameter,
  { values: stream, delta: streamDelta, places }: Signal,
  goesOn: boolean,
  delta?: Tensor,
): BoundLayer {
  const { rows, columns } = stream;
  const output = createSignal(arena, rows, 2 * columns, { delta, places });
  const c = output.values.pointer;
  const d = output.delta.pointer;
  const h = stream.pointer;
  const hd = streamDelta.pointer;
  const b = vector.raw.pointer;
  const gradient = vector.gradient.pointer;
  return {
    output,
    parameters: [vector],
    scaledBy: [],
    forward(n) {
      kernels.addBiasCrelu(n * places, columns, h, b, c);
    },
    backward(n) {
      kernels.creluBackward(n * places, columns, d, c, hd, gradient, goesOn);
    },
  };
}
