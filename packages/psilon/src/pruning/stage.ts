import { InputError } from "../errors.js";
import type { Network } from "../networks/network.js";
import { weightKinds } from "../weights/kinds.js";
import type { Projection } from "../weights/weight.js";
import { projectNetwork, solveScale } from "./solveScale.js";

/** How far the share of zeros may be from the target while training moves it anyway. */
const TOLERANCE = 0.002;

/** The last part of a training, in which α rises to 1 and what is left is trained (mathematics, section 5). */
export interface PruningStage {
  /** The blend of the weights as they are: α is 0 before the stage. */
  readonly blend: Projection;
  /** Before epoch number `epoch` (from 0), `steps` steps into the training: solves for s anew, since V has moved. */
  begin(epoch: number, steps: number): void;
  /** Between a step's gradients and its update: the α of the weights that the update writes. */
  advance(steps: number): void;
  /** Exact zeros, as many as were asked for: α = 1 at the exact scale. */
  settle(): void;
  /** Continues from a checkpoint's blend. */
  restore(blend: Projection): void;
}

/**
 * `share`: the stage's share of the epochs; it takes at least one. α reaches 1 half-way through it and moves with the
 * optimizer's steps alone. Throws InputError for a network with weights that are not L1-normalized.
 */
export function createPruningStage(
  network: Network,
  sparsity: number,
  share: number,
  epochs: number,
  stepsPerEpoch: number,
): PruningStage {
  for (const { weight } of network.layers) {
    if (weightKinds[weight.kind].norm !== 1) {
      throw new InputError(
        `Pruning projects L1-normalized weights, and this network has "${weight.kind}" ones. Prune a PSiLON Net or ` +
          "ResNet, or train without a target sparsity.",
      );
    }
  }
  const length = Math.max(1, Math.round(epochs * share));
  const first = epochs - length;
  const ramp = Math.ceil(length / 2) * stepsPerEpoch;
  const alphaAt = (steps: number) => Math.min(1, Math.max(0, steps - first * stepsPerEpoch) / ramp);
  // One object for all weights, which read it whenever they make W.
  const blend = { alpha: 0, scale: 2 };
  return {
    blend,
    begin(epoch, steps) {
      if (epoch < first) return;
      blend.scale = solveScale(network, sparsity, blend.scale, TOLERANCE);
      blend.alpha = alphaAt(steps);
      projectNetwork(network, blend);
    },
    advance(steps) {
      blend.alpha = alphaAt(steps);
    },
    settle() {
      if (blend.alpha === 0) return;
      blend.alpha = 1;
      blend.scale = solveScale(network, sparsity, blend.scale);
      projectNetwork(network, blend);
    },
    restore({ alpha, scale }) {
      blend.alpha = alpha;
      blend.scale = scale;
      if (alpha > 0) projectNetwork(network, blend);
    },
  };
}
