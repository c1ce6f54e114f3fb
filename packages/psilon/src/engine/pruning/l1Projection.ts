import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import { createMasks } from "./masks.js";
import type { Amount, Pruning, Stage } from "./pruning.js";
import { solveScale } from "./solveScale.js";

/** How far the share of zeros may be from the target while training moves it anyway. */
const TOLERANCE = 0.002;

/**
 * W = g·[(1−α)·u + α·Π(s·u)] with u = V/‖V‖₁ (arXiv:2404.19112; mathematics, section 5). α rises to 1 over the stage's ramp
 * and moves with the optimizer's steps alone; s is solved for anew before every epoch, since V has moved, one for all
 * layers or one for each.
 *
 * While training goes on with α = 1, entries may still leave 0 and others reach it. In the end V becomes the projection and
 * a mask holds its zeros.
 */
export function l1Projection(
  backend: Backend,
  network: Network,
  { sparsity, scope }: Amount,
  { first, ramp, stepsPerEpoch }: Stage,
): Pruning {
  const weights = network.layers.map(({ weight }) => weight);
  const masks = createMasks(backend, network);
  // One object for all weights of a group, which read it whenever they make W.
  const groups = (scope === "layer" ? weights.map((weight) => [weight]) : [weights]).map((members) => ({
    members,
    blend: { alpha: 0, scale: 2 },
  }));
  const alphaAt = (steps: number) =>
    Math.min(1, Math.max(0, steps - first * stepsPerEpoch) / (ramp * stepsPerEpoch));
  const setAlpha = (alpha: number) => {
    for (let g = 0; g < groups.length; g++) groups[g].blend.alpha = alpha;
  };
  const project = () => {
    for (const { members, blend } of groups) for (const weight of members) weight.project(blend);
  };
  return {
    get alpha() {
      return groups[0].blend.alpha;
    },
    begin(epoch, steps) {
      if (epoch < first) return;
      for (const { members, blend } of groups) {
        blend.scale = solveScale(members, sparsity, blend.scale, TOLERANCE);
      }
      setAlpha(alphaAt(steps));
      project();
    },
    advance(steps) {
      setAlpha(alphaAt(steps));
    },
    settle() {
      if (groups[0].blend.alpha === 0) return;
      setAlpha(1);
      for (const { members, blend } of groups) blend.scale = solveScale(members, sparsity, blend.scale);
      project();
      weights.forEach((weight, l) => {
        weight.freeze();
        const { data } = weight.raw;
        const kept = masks[l].data;
        for (let k = 0; k < kept.length; k++) if (data[k] === 0) kept[k] = 0;
        weight.mask = masks[l];
      });
    },
    state: () => ({ alpha: groups[0].blend.alpha, scales: groups.map(({ blend }) => blend.scale) }),
    restore({ alpha, scales }) {
      setAlpha(alpha);
      groups.forEach(({ blend }, g) => {
        blend.scale = scales[g];
      });
      if (alpha > 0) project();
    },
  };
}
