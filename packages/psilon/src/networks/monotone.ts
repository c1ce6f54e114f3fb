import type { Backend } from "../backend/backend.js";
import type { FoldedLayer } from "./folded.js";
import type { Network } from "./network.js";
import { createPathPasses } from "./pathPasses.js";
import type { Direction } from "./spec.js";

/**
 * y = f(x) + Σ_j d_j·S_j·x_j with S = 1ᵀ|W_K|⋯|W_0|, or 1ᵀC̃·∏(I + W̃)·|W_0| for a ResNet, so that S_j ≥ |∂f/∂x_j| everywhere and y is
 * non-decreasing in every input with d_j = 1 and non-increasing in those with d_j = −1 (derived; the idea of Kitouni et al.,
 * arXiv:2307.07512, with a bound for each input instead of one for all). S is differentiated through: it is part of the function,
 * and its gradient is that of the path norm which lets c_j = d_j·Σ_r δ_r·x_rj enter instead of ones.
 *
 * `directions`: one per input. The network has one output.
 */
export function makeMonotone(backend: Backend, network: Network, directions: readonly Direction[]): Network {
  const { arena, product } = backend;
  const { output, outputDelta } = network;
  const inputs = directions.length;
  const passes = createPathPasses(backend, network.layers, "larger");
  const slopes = arena.tensor(inputs);
  const entering = passes.entering;
  const direct = (values: Float32Array) => {
    for (let j = 0; j < inputs; j++) values[j] *= directions[j];
  };
  return {
    ...network,
    forward(x, n) {
      network.forward(x, n);
      passes.down();
      passes.toInputs(slopes);
      direct(slopes.data);
      product.multiply("NT", n, 1, inputs, x, slopes, output, true);
    },
    backward(x, n) {
      network.backward(x, n);
      product.multiply("TN", 1, inputs, n, outputDelta, x, entering, false);
      direct(entering.data);
      passes.up();
      passes.addGradient(1);
    },
  };
}

/** Far above float64's rounding of S and below what float32 can tell, so that bounds that round outwards still see slope ≥ S. */
const RAISED = 1 + 2 ** -22;

/**
 * d_j·S_j as the folded layers have them, in float64 and then raised to a float32, so that y is monotone in real arithmetic with the
 * weights that are stored. 0 only where no path leads from the input to the output.
 */
export function monotoneSlopes(
  layers: readonly FoldedLayer[],
  directions: readonly Direction[],
): Float32Array {
  let sums: Float64Array = Float64Array.of(1);
  for (let l = layers.length - 1; l >= 0; l--) sums = throughMagnitudes(layers[l], sums);
  return Float32Array.from(directions, (direction, j) => {
    const raised = sums[j] * RAISED;
    const near = Math.fround(raised);
    const above = near >= raised ? near : near + Math.max(near * 2 ** -23, 2 ** -149);
    return direction === 0 ? 0 : direction * above;
  });
}

/** Mᵀ·sums. A product that is not 0 stays so, whatever float64 can hold. */
function throughMagnitudes(layer: FoldedLayer, sums: Float64Array): Float64Array {
  const { rows, columns } = layer;
  const [first, second] =
    layer.kind === "pair" ? [layer.positive, layer.negative] : [layer.weight, layer.weight];
  const out = new Float64Array(columns);
  if (layer.kind === "pair" && layer.residual) out.set(sums);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = i * columns + j;
      out[j] += sums[i] * Math.max(Math.abs(first[at]), Math.abs(second[at]));
    }
  }
  return out.map((sum) => (sum === 0 ? 0 : Math.max(sum, 1e-250)));
}
