import type { Tensor } from "../engine/backend/arena.js";
import type { Backend } from "../engine/backend/backend.js";
import type { Pass } from "./pass.js";
import { type PlacedLayer, withRoom } from "./placedLayer.js";

/** Rows computed at a time: enough for the matrix product's full rate, few enough to stay in cache. */
const ROWS = 256;

/** Many rows of a network whose weights are all dense, by matrix products. */
export function densePass({ arena, kernels, product }: Backend, layers: readonly PlacedLayer[]): Pass {
  const steps = withRoom(layers, (values) => arena.tensor(ROWS, values));
  const zero = arena.tensor(Math.max(...layers.map(({ inputs }) => inputs)));
  const [{ input, inputs }] = steps;
  const { output, rows: outputs } = steps[steps.length - 1];
  return {
    rows: ROWS,
    run(x, start, n, result) {
      input.data.set(x.subarray(start * inputs, (start + n) * inputs));
      for (const { weight, bias, rows, columns, residual, relu, ...step } of steps) {
        if (step.activation) {
          kernels.addBiasCrelu(n, step.inputs, step.input.pointer, zero.pointer, step.activation.pointer);
        }
        const from = step.activation ?? step.input;
        product.multiply("NT", n, rows, columns, from, weight as Tensor, step.output, residual);
        if (relu) kernels.addBiasRelu(n, rows, step.output.pointer, bias.pointer);
        else kernels.addBias(n, rows, step.output.pointer, bias.pointer);
      }
      const computed = output.data;
      for (let i = 0; i < n * outputs; i++) result[start * outputs + i] = computed[i];
    },
  };
}
