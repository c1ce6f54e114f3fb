import { Tensor } from "../engine/backend/arena.js";
import type { Backend } from "../engine/backend/backend.js";
import type { Pass } from "./pass.js";
import { type PlacedLayer, sparseMode, withRoom } from "./placedLayer.js";
import { sparseRoom } from "./sparseWeight.js";

/** As many rows as `kernels/sparse` takes at once. */
const ROWS = 16;

/**
 * Sixteen rows side by side, value j of all of them after value j − 1 of all of them: a sparse weight is read once for
 * four vectors of rows. Dense weights among them are multiplied in the same layout.
 */
export function blockPass({ arena, kernels, product }: Backend, layers: readonly PlacedLayer[]): Pass {
  const steps = withRoom(layers, (values) => arena.tensor(sparseRoom(values), ROWS));
  const zero = arena.tensor(ROWS * Math.max(...layers.map(({ inputs }) => inputs)));
  const [{ input, inputs }] = steps;
  const { output, rows: outputs } = steps[steps.length - 1];
  return {
    rows: ROWS,
    run(x, start, n, result) {
      const into = input.data;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < inputs; j++) into[ROWS * j + i] = x[(start + i) * inputs + j];
      }
      for (const step of steps) {
        const { weight, bias, rows, columns, residual, relu, activation } = step;
        if (activation) {
          const values = ROWS * step.inputs;
          kernels.addBiasCrelu(1, values, step.input.pointer, zero.pointer, activation.pointer);
        }
        const from = activation ?? step.input;
        const to = step.output;
        if (weight instanceof Tensor) {
          product.multiply("NN", rows, ROWS, columns, weight, from, to, residual);
          kernels.addBlockBias(rows, to.pointer, bias.pointer, relu);
        } else {
          const { lengths, entries } = weight;
          const mode = sparseMode(step);
          kernels.sparseBlock(
            step.rows,
            lengths.pointer,
            entries.pointer,
            from.pointer,
            bias.pointer,
            to.pointer,
            mode,
          );
        }
      }
      const computed = output.data;
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < outputs; k++) result[(start + i) * outputs + k] = computed[ROWS * k + i];
      }
    },
  };
}
