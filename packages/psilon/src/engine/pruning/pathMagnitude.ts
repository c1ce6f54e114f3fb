import type { Backend } from "../backend/backend.js";
import type { Layer } from "../layers/layer.js";
import { kindsOf } from "../networks/kinds.js";
import type { Network } from "../networks/network.js";
import { isSequential } from "../networks/sequential.js";
import { explicitPathNorm } from "../penalties/explicit.js";
import type { Matrix } from "../weights/weight.js";
import type { Score } from "./maskLeast.js";
import { sequentialPathMagnitude } from "./sequentialPathMagnitude.js";

/**
 * θ·∂‖Φ(θ)‖₁/∂θ: |W_ij|·r_i·u_j, what the paths through an entry add to the 1-path-norm, with u the sums of the paths from
 * the inputs to unit j and r those from unit i to the outputs (path-magnitude; mathematics, section 8). Over the entries of
 * a layer of an MLP it adds up to the path norm.
 *
 * In a ResNet u and r are those of the improved bound. The smaller entry of a pair does not carry that bound, so
 * that its derivative is 0; it is scored by its own magnitude on the same paths, |W|·r_i·u_j, since else every
 * pair would lose one of its sides before any weak path went. For networks of any list of layers see `sequentialPathMagnitude`. What members of a shared ensemble share has the sum of their scores.
 */
export function pathMagnitude(backend: Backend, network: Network): Score {
  if (isSequential(network)) return sequentialPathMagnitude(backend, network);
  const kind = kindsOf(network).architecture === "resnet" ? "improved-bound" : "path-norm";
  const { members } = network;
  const pathNorms = members.map((layers) => explicitPathNorm(backend, layers, kind));
  return (scores) => {
    // Between epochs nobody else needs the gradients.
    for (const { matrix } of members.flat()) matrix.gradient.data.fill(0);
    for (const pathNorm of pathNorms) pathNorm.addGradient(1);
    network.layers.forEach((layer, l) => {
      scores[l].fill(0);
      for (const matrix of matricesOf(network, layer)) addScores(matrix, scores[l]);
    });
  };
}

/** What members make of a layer's weight: one matrix, or each its own. */
function matricesOf({ members }: Network, { weight }: Layer): Set<Matrix> {
  return new Set(members.flat().flatMap(({ weight: from, matrix }) => (from === weight ? [matrix] : [])));
}

function addScores({ columns, paired, effective, gradient }: Matrix, scores: Float32Array): void {
  const w = effective.data;
  const slopes = gradient.data;
  for (let k = 0; k < w.length; k++) {
    const mate = paired ? (k % (2 * columns) < columns ? k + columns : k - columns) : k;
    scores[k] += Math.abs(w[k]) * Math.max(Math.abs(slopes[k]), Math.abs(slopes[mate]));
  }
}
