import type { Backend } from "../backend/backend.js";
import type { Parameter } from "../weights/parameter.js";
import type { BoxLayer, BoxSignal } from "./boxLayer.js";

/** c ← c + b over what it reads, with `relu` the box of what max(h, 0) can be: l = max(c + b − r, 0), u = max(c + b + r, 0). */
export function boxBias({ kernels }: Backend, vector: Parameter, output: BoxSignal, relu: boolean): BoxLayer {
  const { centre, radius } = output;
  const { columns } = centre.values;
  const c = centre.values.pointer;
  const r = radius.values.pointer;
  const b = vector.raw.pointer;
  const gradient = vector.gradient.pointer;
  return {
    output,
    forward(n) {
      kernels.boxBias(n, columns, c, r, b, relu);
    },
    backward(n) {
      kernels.boxBiasBackward(n, columns, centre.delta.pointer, radius.delta.pointer, c, r, relu, gradient);
    },
  };
}
