import { InputError } from "../../errors.js";
import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import type { Moments, StepRule } from "../weights/parameter.js";
import { type OptimizerSpec, optimizerParts } from "./chain.js";
import { CONSTANTS, writeDecay, writeRule } from "./stepConstants.js";

/** Steps on all that a network trains. */
export interface Optimizer {
  /** Steps taken so far. */
  readonly steps: number;
  /** The moments, to be saved with the parameters. */
  readonly state: readonly Tensor[];
  /**
   * One step at learning rate η on everything, after `backward`, `reduce` and the penalty. `progress` through training,
   * from 0 to 1 (the default), moves what is scheduled beside the rate. Returns the first parameter with a row whose norm is
   * now 0 or not finite, or −1.
   */
  step(rate: number, progress?: number): number;
  /** Continues as after `steps` steps; the moments are restored by the caller. */
  resume(steps: number): void;
}

/**
 * An optimizer for everything the network trains, its moments in the arena; the formulas stand with the transforms.
 * Lengths step on the scale of their weight's `lengthUnit`; only matrices are decayed.
 *
 * Throws InputError for an optimizer that makes no sense, and for soft-thresholding of normalized weights.
 */
export function createOptimizer(
  backend: Backend,
  { parameters }: Pick<Network, "parameters">,
  spec: OptimizerSpec,
): Optimizer {
  const { arena, kernels } = backend;
  const { clip, rule, decay } = optimizerParts(spec);
  const isAdam = rule.kind === "adam";
  if (decay?.kind === "proximal-decay" && decay.p === 1) {
    const normalized = parameters.find(({ kind }) => kind !== "plain");
    if (normalized) {
      throw new InputError({
        code: "unsuitable",
        found: `Soft-thresholding could make a whole row of a "${normalized.kind}" weight 0, which then has no direction`,
        value: normalized.kind,
        remedy: "use it with plain weights, or decoupledDecay({ p: 1, … }) with normalized ones",
      });
    }
  }
  const state: Tensor[] = [];
  const momentsOf = (tensor: Tensor): Moments => {
    const first = arena.tensor(tensor.rows, tensor.columns);
    // SGD has no second moment; the kernel never touches the pointer.
    const second = isAdam ? arena.tensor(tensor.rows, tensor.columns) : first;
    state.push(first);
    if (isAdam) state.push(second);
    return { first, second };
  };
  const slots = parameters.map(({ raw, lengths }) => ({
    raw: momentsOf(raw),
    lengths: lengths && momentsOf(lengths),
  }));
  const constants = arena.tensor(CONSTANTS);
  const current: StepRule = { rule: isAdam ? 1 : 0, decay: 0, pulled: clip !== null, constants };
  let steps = 0;
  // β₁ᵗ and β₂ᵗ, in an array because a closure's variables would be allocated anew at every step.
  const powers = new Float64Array(2).fill(1);
  const advance = () => {
    steps++;
    if (!isAdam) return;
    powers[0] *= rule.beta1;
    powers[1] *= rule.beta2;
  };

  /** ‖∂‖², having turned every ∂ℓ/∂W into ∂ℓ/∂V. */
  const squaredNorm = (): number => {
    let total = 0;
    for (let k = 0; k < parameters.length; k++) {
      parameters[k].pullback();
      const { gradient, lengthGradient, lengthUnit } = parameters[k];
      total += kernels.sumOfSquares(gradient.length, gradient.pointer);
      if (lengthGradient) {
        total +=
          lengthUnit * lengthUnit * kernels.sumOfSquares(lengthGradient.length, lengthGradient.pointer);
      }
    }
    return total;
  };

  return {
    get steps() {
      return steps;
    },
    state,
    step(rate, progress = 1) {
      advance();
      const norm = clip ? Math.sqrt(squaredNorm()) : 0;
      writeRule(constants.data, rule, rate, powers, clip && norm > clip.norm ? clip.norm / norm : 1);
      current.decay = writeDecay(constants.data, decay, rate, progress);
      let bad = -1;
      for (let k = 0; k < slots.length; k++) {
        const { raw, lengths } = slots[k];
        if (parameters[k].update(current, raw, lengths) >= 0 && bad < 0) bad = k;
      }
      return bad;
    },
    resume(to) {
      steps = 0;
      powers.fill(1);
      while (steps < to) advance();
    },
  };
}
