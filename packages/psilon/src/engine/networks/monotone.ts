import type { FoldedLayer } from "../../folded/folded.js";
import type { Backend } from "../backend/backend.js";
import type { Network } from "./network.js";
import { createPathPasses } from "./pathPasses.js";
import type { Direction } from "./spec.js";

/**
 * y = f(x) + Σ_j s_j·x_j, non-decreasing in every input with d_j = 1 and non-increasing in those with d_j = −1 (derived; the idea of
 * Kitouni et al., arXiv:2307.07512, there with one global constant instead of what paths of either sign can do in one input).
 * A path contributes to ∂f/∂x_j between 0 and its product of weights, so that −N_j ≤ ∂f/∂x_j ≤ P_j with N and P the sums over the
 * paths of negative and of positive product, and s_j = N_j or −P_j is enough. With M = |W| and D = W (of a pair see `PathPasses`)
 *
 *     P + N = 1ᵀM_K⋯M_0,   P − N = 1ᵀD_K⋯D_0,   s = ½·(d∘(P + N) − (P − N)) where d ≠ 0
 *
 * s is part of the function and differentiated through, as a path norm is: with c_j = Σ_r δ_r·x_rj entering instead of ones.
 *
 * `directions`: one per input. The network has one output.
 */
export function makeMonotone(backend: Backend, network: Network, directions: readonly Direction[]): Network {
  const { arena, product } = backend;
  const { output, outputDelta } = network;
  const inputs = directions.length;
  const sums = createPathPasses(backend, network.layers, "sum");
  const differences = createPathPasses(backend, network.layers, "difference");
  const slopes = arena.tensor(inputs);
  const difference = arena.tensor(inputs);
  return {
    ...network,
    forward(x, n) {
      network.forward(x, n);
      sums.down();
      differences.down();
      sums.toInputs(slopes);
      differences.toInputs(difference);
      const s = slopes.data;
      const d = difference.data;
      for (let j = 0; j < inputs; j++) s[j] = directions[j] === 0 ? 0 : 0.5 * (directions[j] * s[j] - d[j]);
      product.multiply("NT", n, 1, inputs, x, slopes, output, true);
    },
    backward(x, n) {
      network.backward(x, n);
      product.multiply("TN", 1, inputs, n, outputDelta, x, difference, false);
      const c = difference.data;
      const toSums = sums.entering.data;
      const toDifferences = differences.entering.data;
      for (let j = 0; j < inputs; j++) {
        toSums[j] = 0.5 * directions[j] * c[j];
        toDifferences[j] = directions[j] === 0 ? 0 : -0.5 * c[j];
      }
      sums.up();
      sums.addGradient(1);
      differences.up();
      differences.addGradient(1);
    },
  };
}

/** Far above float64's rounding of N and P and below what float32 can tell, so that bounds that round outwards still see the slope is enough. */
const RAISED = 1 + 2 ** -22;

/**
 * s as the folded layers have it, in float64 and then raised to a float32, so that y is monotone in real arithmetic with the weights that
 * are stored. 0 only where no path that could break the direction leads from the input to the output.
 */
export function monotoneSlopes(
  layers: readonly FoldedLayer[],
  directions: readonly Direction[],
): Float32Array {
  let paths: Paths = { positive: Float64Array.of(1), negative: Float64Array.of(0) };
  for (let l = layers.length - 1; l >= 0; l--) paths = throughLayer(layers[l], paths);
  const { positive, negative } = paths;
  return Float32Array.from(directions, (direction, j) => {
    const raised = (direction > 0 ? negative[j] : positive[j]) * RAISED;
    const near = Math.fround(raised);
    const above = near >= raised ? near : near + Math.max(near * 2 ** -23, 2 ** -149);
    return direction === 0 ? 0 : direction * above;
  });
}

/** Sums over paths to the output, by the sign of their product. */
interface Paths {
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

/** A sum that is not 0 stays so, whatever float64 can hold. */
function throughLayer(layer: FoldedLayer, { positive, negative }: Paths): Paths {
  const { rows, columns } = layer;
  const [first, second] =
    layer.kind === "pair" ? [layer.positive, layer.negative] : [layer.weight, layer.weight];
  const isResidual = layer.kind === "pair" && layer.residual;
  const same = isResidual ? positive.slice() : new Float64Array(columns);
  const opposite = isResidual ? negative.slice() : new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      const up = Math.max(first[at], second[at], 0);
      const down = Math.max(-first[at], -second[at], 0);
      same[j] += positive[i] * up + negative[i] * down;
      opposite[j] += positive[i] * down + negative[i] * up;
    }
  }
  const notLost = (sum: number) => (sum === 0 ? 0 : Math.max(sum, 1e-250));
  return { positive: same.map(notLost), negative: opposite.map(notLost) };
}
