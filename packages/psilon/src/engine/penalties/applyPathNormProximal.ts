import { InputError } from "../../errors.js";
import type { Backend } from "../backend/backend.js";
import { kindsOf } from "../networks/kinds.js";
import type { Network } from "../networks/network.js";
import { explicitPathNorm } from "./explicit.js";
import { pathNormProximal } from "./pathNormProximal.js";
import type { ProximalPenalty } from "./penalty.js";

/**
 * argmin ½‖W − W̄‖² + threshold·P(W) for the 1-path-norm P = Σ_i ‖W₁,·i‖₁·‖W₀,i·‖₁ of an MLP with one hidden layer, unit
 * by unit (`pathNormProximal`, arXiv:2007.01003), in place of the network's weights. Biases stay. Throws InputError for
 * any other network and for weights that are normalized.
 */
export function applyPathNormProximal(network: Network, threshold: number): void {
  createProximalMap(network)(threshold);
}

/**
 * The 1-path-norm as a proximal map instead of a gradient: weights become 0 exactly. The map is that of gradient descent
 * proper. Momentum μ lengthens the steps of the loss by 1/(1 − μ) and not the map's, so that λ then weighs (1 − μ)·λ, and
 * Adam gives each weight a step of its own, of which the map knows nothing.
 */
export function pathNormByMap(backend: Backend, network: Network): ProximalPenalty {
  const apply = createProximalMap(network);
  return { on: "steps", value: explicitPathNorm(backend, network.members[0], "path-norm").value, apply };
}

/** The map with room for one unit. */
function createProximalMap(network: Network): (threshold: number) => void {
  const { architecture, hidden, output } = kindsOf(network);
  const [incoming, outgoing, ...deeper] = network.layers.map(({ weight }) => weight);
  if (network.members[0].some(({ weight, matrix }) => matrix !== weight)) {
    throw new InputError({
      code: "unsuitable",
      found: `The proximal map of the path norm moves each unit by itself, and the units of a shared ensemble belong to ${network.members.length} members`,
      remedy: 'use the penalty "path-norm", which is for all networks',
    });
  }
  if (architecture !== "mlp" || !outgoing || deeper.length > 0 || hidden !== "plain" || output !== "plain") {
    throw new InputError({
      code: "unsuitable",
      found:
        "The proximal map of the path norm is for an MLP with one hidden layer and plain weights, but this is a network " +
        `of architecture "${architecture}" with ${network.layers.length} layers and weights "${hidden}" and "${output}"`,
      remedy: 'use the penalty "path-norm", which is for all networks',
    });
  }
  const { rows: units, columns: inputs } = incoming;
  const { rows: outputs } = outgoing;
  const v = new Float64Array(outputs);
  const w = new Float64Array(inputs);
  const sorted = { v: new Float64Array(outputs), w: new Float64Array(inputs) };
  return (threshold) => {
    const from = incoming.raw.data;
    const to = outgoing.raw.data;
    for (let i = 0; i < units; i++) {
      for (let j = 0; j < inputs; j++) w[j] = from[i * inputs + j];
      for (let k = 0; k < outputs; k++) v[k] = to[k * units + i];
      pathNormProximal(v, w, threshold, sorted);
      for (let j = 0; j < inputs; j++) from[i * inputs + j] = w[j];
      for (let k = 0; k < outputs; k++) to[k * units + i] = v[k];
    }
  };
}
