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
  const { input, output, outputDelta } = network;
  const inputs = directions.length;
  const sums = createPathPasses(backend, network.layers, "sum");
  const differences = createPathPasses(backend, network.layers, "difference");
  const slopes = arena.tensor(inputs);
  const difference = arena.tensor(inputs);
  return {
    ...network,
    monotone: directions,
    forward(n) {
      network.forward(n);
      sums.down();
      differences.down();
      sums.toInputs(slopes);
      differences.toInputs(difference);
      const s = slopes.data;
      const d = difference.data;
      for (let j = 0; j < inputs; j++) s[j] = directions[j] === 0 ? 0 : 0.5 * (directions[j] * s[j] - d[j]);
      product.multiply("NT", n, 1, inputs, input, slopes, output, true);
    },
    backward(n) {
      network.backward(n);
      product.multiply("TN", 1, inputs, n, outputDelta, input, difference, false);
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
