import type { Backend } from "../backend/backend.js";
import { kindsOf } from "../networks/kinds.js";
import type { Network } from "../networks/network.js";
import { filters } from "./filters.js";
import { l1Projection } from "./l1Projection.js";
import { magnitude } from "./magnitude.js";
import { maskLeast } from "./maskLeast.js";
import { pathMagnitude } from "./pathMagnitude.js";
import type { Pruning, Stage } from "./pruning.js";
import { residual } from "./residual.js";
import { completeRule, type PruningRule } from "./rule.js";
import { threshold } from "./threshold.js";

/**
 * The rule on the last `share` of the epochs, one at least; its masks are allocated here. No row of a normalized weight loses
 * all its entries, whatever is asked for, since its norm would be 0: it keeps the largest. Nor does a column of
 * column-equilibrated weights; spectral ones keep one entry.
 *
 * Throws InputError for a value out of range and for a network that the rule cannot prune.
 */
export function createPruning(
  backend: Backend,
  network: Network,
  given: PruningRule,
  share: number,
  epochs: number,
  stepsPerEpoch: number,
): Pruning {
  const rule = completeRule(given, kindsOf(network));
  const length = Math.max(1, Math.round(epochs * share));
  const stage: Stage = { first: epochs - length, ramp: Math.ceil(length / 2), stepsPerEpoch };
  switch (rule.rule) {
    case "l1-projection":
      return l1Projection(backend, network, rule, stage);
    case "magnitude":
      return maskLeast(backend, network, rule, { ...stage, ramp: 1 }, magnitude(network));
    case "gradual-magnitude":
      return maskLeast(backend, network, rule, stage, magnitude(network));
    case "path-magnitude":
      // In several rounds, since a path that is cut weakens all other weights on it: at once, a layer could lose nearly
      // all of its entries where another keeps plenty (Tanaka et al., arXiv:2006.05467).
      return maskLeast(backend, network, rule, stage, pathMagnitude(backend, network));
    case "residual":
      return residual(backend, network, rule, stage);
    case "filter-l1":
    case "filter-l2":
      return filters(backend, network, rule, stage, rule.rule === "filter-l1" ? 1 : 2);
    case "threshold":
      return threshold(backend, network, stage);
  }
}
