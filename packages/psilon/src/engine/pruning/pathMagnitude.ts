import type { Backend } from "../backend/backend.js";
import { kindsOf } from "../networks/kinds.js";
import type { Network } from "../networks/network.js";
import { explicitPathNorm } from "../penalties/explicit.js";
import type { Score } from "./maskLeast.js";

/**
 * θ·∂‖Φ(θ)‖₁/∂θ: |W_ij|·r_i·u_j, what the paths through an entry add to the 1-path-norm, with u the sums of the paths from
 * the inputs to unit j and r those from unit i to the outputs (path-magnitude; mathematics, section 8). Over the entries of
 * a layer of an MLP it adds up to the path norm.
 *
 * In a ResNet u and r are those of the improved bound. The smaller entry of a pair does not carry that bound, so
 * that its derivative is 0; it is scored by its own magnitude on the same paths, |W|·r_i·u_j, since else every
 * pair would lose one of its sides before any weak path went.
 */
export function pathMagnitude(backend: Backend, network: Network): Score {
  const kind = kindsOf(network).architecture === "resnet" ? "improved-bound" : "path-norm";
  const pathNorm = explicitPathNorm(backend, network, kind);
  return (scores) => {
    // Between epochs nobody else needs the gradients.
    for (const { weight } of network.layers) weight.gradient.data.fill(0);
    pathNorm.addGradient(1);
    network.layers.forEach(({ weight }, l) => {
      const { columns, paired } = weight;
      const slopes = weight.gradient.data;
      const w = weight.effective.data;
      for (let k = 0; k < w.length; k++) {
        const mate = paired ? (k % (2 * columns) < columns ? k + columns : k - columns) : k;
        scores[l][k] = Math.abs(w[k]) * Math.max(Math.abs(slopes[k]), Math.abs(slopes[mate]));
      }
    });
  };
}
