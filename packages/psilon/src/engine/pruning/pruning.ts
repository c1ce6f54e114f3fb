import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import { l1Projection } from "./l1Projection.js";
import { magnitude } from "./magnitude.js";
import { maskLeast } from "./maskLeast.js";
import { pathMagnitude } from "./pathMagnitude.js";
import { residual } from "./residual.js";
import { completeRule, type PruningRule } from "./rule.js";
import { threshold } from "./threshold.js";

/** How much is to become 0, of all layers together or of each. */
export interface Amount {
  readonly sparsity: number;
  readonly scope: "global" | "layer";
}

/** The epochs of a training in which it prunes, its last. */
export interface Stage {
  /** Its first epoch, counted from 0. */
  readonly first: number;
  /** Epochs in which a rule that takes its time goes to its end: half of the stage. What is left then trains on. */
  readonly ramp: number;
  readonly stepsPerEpoch: number;
}

/** What a rule goes on from, beside the masks: plain values that survive a structured clone. */
export interface PruningState {
  readonly alpha: number;
  /** The scales of the L1 projection: one, or one a layer. */
  readonly scales: readonly number[];
}

/** A rule at work on one network. */
export interface Pruning {
  /** How far it has come: 0 before the stage, 1 once every zero is in place; the L1 projection's α. */
  readonly alpha: number;
  /** Before epoch number `epoch` (from 0), `steps` steps into the training. */
  begin(epoch: number, steps: number): void;
  /** Between a step's gradients and its update. */
  advance(steps: number): void;
  /** Ends with masks that hold exact zeros, as many as were asked for; does nothing before the stage. */
  settle(): void;
  state(): PruningState;
  /** Continues from a checkpoint's state, the weights' masks being restored already. */
  restore(state: PruningState): void;
}

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
  const rule = completeRule(given, network.spec);
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
    case "threshold":
      return threshold(backend, network, stage);
  }
}
