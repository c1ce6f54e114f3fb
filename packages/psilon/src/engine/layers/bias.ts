import type { Backend } from "../backend/backend.js";
import type { Parameter } from "../weights/parameter.js";
import type { BoundLayer, Signal } from "./boundLayer.js";

/** z ← z + b, with `relu` z ← max(z + b, 0), over what it reads; back δ ← δ where the output is above 0, and ∂ℓ/∂b its column sums. */
export function bias({ kernels }: Backend, vector: Parameter, output: Signal, relu: boolean): BoundLayer {
  const { values, delta, places } = output;
  const { columns } = values;
  const z = values.pointer;
  const d = delta.pointer;
  const b = vector.raw.pointer;
  const gradient = vector.gradient.pointer;
  return {
    output,
    parameters: [vector],
    scaledBy: [],
    forward(n) {
      if (relu) kernels.addBiasRelu(n * places, columns, z, b);
      else kernels.addBias(n * places, columns, z, b);
    },
    backward(n) {
      if (relu) kernels.reluBackward(n * places, columns, d, z, gradient);
      else kernels.columnSums(n * places, columns, d, gradient);
    },
  };
}
