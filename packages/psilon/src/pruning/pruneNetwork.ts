import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import { createPruning } from "./pruning.js";
import type { PruningRule } from "./rule.js";

/**
 * Prunes a network at once, as its weights are now, without training on. Its masks stay in force, so that later training
 * keeps the zeros. Throws InputError as `createPruning` does.
 */
export function pruneNetwork(backend: Backend, network: Network, rule: PruningRule): void {
  const pruning = createPruning(backend, network, rule, 1, 1, 1);
  pruning.begin(0, 0);
  pruning.advance(1);
  pruning.settle();
}
