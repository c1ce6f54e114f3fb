import { Tensor } from "../engine/backend/arena.js";
import type { Backend } from "../engine/backend/backend.js";
import { type PlacedLayer, sparseMode, withRoom } from "./placedLayer.js";
import { sparseRoom } from "./sparseWeight.js";

/** f(x) for one row, into `result`: each layer is a pass over its weights, be they sparse or dense. */
export function rowPass(
  { arena, kernels, product }: Backend,
  layers: readonly PlacedLayer[],
): (x: Float32Array, result: Float32Array) => void {
  const steps = withRoom(layers, (values) => arena.tensor(sparseRoom(values)));
  const zero = arena.tensor(Math.max(...layers.map(({ inputs }) => inputs)));
  const [{ input }] = steps;
  const { output } = steps[steps.length - 1];
  return (x, result) => {
    input.data.set(x);
    for (let l = 0; l < steps.length; l++) {
      const step = steps[l];
      const { weight, bias, activation } = step;
      if (activation) {
        kernels.addBiasCrelu(1, step.inputs, step.input.pointer, zero.pointer, activation.pointer);
      }
      const from = activation ?? step.input;
      const to = step.output;
      if (!(weight instanceof Tensor)) {
        const { lengths, entries } = weight;
        const mode = sparseMode(step);
        kernels.sparseRow(
          step.rows,
          lengths.pointer,
          entries.pointer,
          from.pointer,
          bias.pointer,
          to.pointer,
          mode,
        );
      } else if (step.residual) {
        product.multiply("NT", 1, step.rows, step.columns, from, weight, to, true);
        kernels.addBias(1, step.rows, to.pointer, bias.pointer);
      } else {
        const { rows, columns, relu } = step;
        kernels.denseRow(rows, columns, weight.pointer, from.pointer, bias.pointer, to.pointer, relu);
      }
    }
    const computed = output.data;
    for (let k = 0; k < result.length; k++) result[k] = computed[k];
  };
}
