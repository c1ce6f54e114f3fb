import type { Backend } from "../backend/backend.js";
import { blocksOf } from "../layers/blocks.js";
import type { BoxInput } from "../layers/boxInput.js";
import type { BoxLayer, BoxSignal } from "../layers/boxLayer.js";
import type { MemberLayer } from "../layers/layer.js";
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
 * The members of a shared ensemble have slopes of their own. `directions`: one per input. The network has one output.
 */
export function makeMonotone(backend: Backend, network: Network, directions: readonly Direction[]): Network {
  const { product } = backend;
  const count = network.members.length;
  const terms = network.members.map((layers) => linearTerm(backend, layers, directions));
  const [inputs, outputs, deltas] = [network.input, network.output, network.outputDelta].map((tensor) =>
    blocksOf(tensor, count),
  );
  const columns = directions.length;
  const forward = (n: number) => {
    network.forward(n);
    const x = inputs(n);
    const y = outputs(n);
    const each = n / count;
    for (let m = 0; m < count; m++) {
      terms[m].find();
      product.multiply("NT", each, 1, columns, x[m], terms[m].slopes, y[m], true);
    }
  };
  return {
    ...network,
    monotone: directions,
    forward,
    evaluate: forward,
    backward(n) {
      network.backward(n);
      const x = inputs(n);
      const delta = deltas(n);
      const each = n / count;
      for (let m = 0; m < count; m++) {
        product.multiply("TN", 1, columns, each, delta[m], x[m], terms[m].slopeGradient, false);
        terms[m].addGradient();
      }
    },
  };
}

/** The same term of boxes, onto those of f: c ← c + s·c_x and r ← r + |s|·r_x. */
export function boxMonotone(
  backend: Backend,
  layers: readonly MemberLayer[],
  directions: readonly Direction[],
  { columns, centre, radius }: BoxInput,
  output: BoxSignal,
): BoxLayer {
  const { arena, kernels, product } = backend;
  const { slopes, slopeGradient, find, addGradient } = linearTerm(backend, layers, directions);
  // Inputs that stand for groups come last, and have no direction.
  const wide = arena.tensor(columns);
  const sizes = arena.tensor(columns);
  const byCentre = arena.tensor(columns);
  const byRadius = arena.tensor(columns);
  return {
    output,
    forward(n) {
      find();
      wide.data.set(slopes.data);
      kernels.magnitudes(columns, wide.pointer, sizes.pointer);
      product.multiply("NT", n, 1, columns, centre, wide, output.centre.values, true);
      product.multiply("NT", n, 1, columns, radius, sizes, output.radius.values, true);
    },
    backward(n) {
      product.multiply("TN", 1, columns, n, output.centre.delta, centre, byCentre, false);
      product.multiply("TN", 1, columns, n, output.radius.delta, radius, byRadius, false);
      kernels.addSigned(columns, wide.pointer, byRadius.pointer, byCentre.pointer);
      for (let j = 0; j < directions.length; j++) slopeGradient.data[j] = byCentre.data[j];
      addGradient();
    },
  };
}

/** s of one way through the layers. */
function linearTerm(backend: Backend, layers: readonly MemberLayer[], directions: readonly Direction[]) {
  const { arena } = backend;
  const inputs = directions.length;
  const sums = createPathPasses(backend, layers, "sum");
  const differences = createPathPasses(backend, layers, "difference");
  const slopes = arena.tensor(inputs);
  const difference = arena.tensor(inputs);
  return {
    slopes,
    /** c, before `addGradient`. */
    slopeGradient: difference,
    find() {
      sums.down();
      differences.down();
      sums.toInputs(slopes);
      differences.toInputs(difference);
      const s = slopes.data;
      const d = difference.data;
      for (let j = 0; j < inputs; j++) s[j] = directions[j] === 0 ? 0 : 0.5 * (directions[j] * s[j] - d[j]);
    },
    /** Adds what c makes of the matrices' gradients, after `find`. */
    addGradient() {
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
