import type { Network } from "../networks/network.js";
import type { Weight } from "../weights/weight.js";

/** Beyond this scale a row keeps one entry or a few equal ones: sparser than that, a projection cannot be. */
const LARGEST_SCALE = 1e9;

/**
 * The smallest scale s, one for all layers, at which the projections Π(s·V_i/‖V_i‖₁) leave at least `sparsity` of all
 * matrix entries at 0 (mathematics, section 5; bisection, since the number of zeros grows with s). `sparsity` is
 * clamped to what one entry per row allows.
 */
export function solveScale(network: Network, sparsity: number): number {
  const weights = network.layers.map(({ weight }) => weight);
  const total = weights.reduce((sum, { raw }) => sum + raw.length, 0);
  const zeros = (scale: number) => 1 - weights.reduce((sum, weight) => sum + weight.kept(scale), 0) / total;
  let low = 1;
  if (zeros(low) >= sparsity) return low;
  let high = 2;
  while (zeros(high) < sparsity && high < LARGEST_SCALE) high *= 2;
  for (let i = 0; i < 50 && high / low > 1 + 1e-7; i++) {
    const middle = (low + high) / 2;
    if (zeros(middle) >= sparsity) high = middle;
    else low = middle;
  }
  return high;
}

/** Sets the blend α at scale s on every weight of the network; null ends it. */
export function projectNetwork(network: Network, projection: Weight["projection"]): void {
  for (const { weight } of network.layers) weight.project(projection);
}
