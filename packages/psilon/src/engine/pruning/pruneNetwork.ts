import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import { createPruning } from "./create.js";
import type { PruningRule } from "./rule.js";

/** Rules that score anew what is left do so this often. */
const ROUNDS = 10;

/**
 * Prunes a network as its weights are now, without training on. Its masks stay in force, so that later training keeps the
 * zeros. Throws InputError as `createPruning` does.
 */
export function pruneNetwork(backend: Backend, network: Network, rule: PruningRule): void {
  // The ramp is half of the stage.
  const pruning = createPruning(backend, network, rule, 1, 2 * ROUNDS, 1);
  for (let round = 0; round < ROUNDS; round++) pruning.begin(round, round + 1);
  pruning.settle();
}
