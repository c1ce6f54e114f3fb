import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import type { Moments, StepRule } from "../weights/weight.js";

export type OptimizerSpec =
  /** V ← V − η·m̂/(√ŝ + ε) (Kingma & Ba 2015). Defaults: β₁ 0.9, β₂ 0.999, ε 1e-8. */
  | { readonly name: "adam"; readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number }
  /** m ← μ·m + ∂; V ← V − η·m. Default: μ 0.9. */
  | { readonly name: "sgd"; readonly momentum?: number };

export interface Optimizer {
  /** Steps taken so far. */
  readonly steps: number;
  /** The moments, to be saved with the parameters. */
  readonly state: readonly Tensor[];
  /**
   * One step at learning rate η on everything, after `backward`, `reduce` and the penalty. Returns the first layer
   * with a row whose norm is now 0 or not finite, or −1.
   */
  step(rate: number): number;
  /** Continues as after `steps` steps; the moments are restored by the caller. */
  resume(steps: number): void;
}

/**
 * Adam or SGD with momentum on everything the network trains (formulas: `OptimizerSpec`), its moments in the arena. Lengths
 * step on the scale of their weight's `lengthUnit`.
 */
export function createOptimizer(backend: Backend, network: Network, spec: OptimizerSpec): Optimizer {
  const { arena, kernels } = backend;
  const state: Tensor[] = [];
  const isAdam = spec.name === "adam";
  const momentsOf = (tensor: Tensor): Moments => {
    const first = arena.tensor(tensor.rows, tensor.columns);
    // SGD has no second moment; the kernel never touches the pointer.
    const second = isAdam ? arena.tensor(tensor.rows, tensor.columns) : first;
    state.push(first);
    if (isAdam) state.push(second);
    return { first, second };
  };
  const slots = network.layers.map(({ weight, bias }) => ({
    weight: momentsOf(weight.raw),
    lengths: weight.lengths && momentsOf(weight.lengths),
    bias: momentsOf(bias),
  }));
  const rule: StepRule = isAdam
    ? {
        rule: 1,
        rate: 0,
        beta1: spec.beta1 ?? 0.9,
        beta2: spec.beta2 ?? 0.999,
        epsilon: spec.epsilon ?? 1e-8,
        correction: 1,
      }
    : { rule: 0, rate: 0, beta1: spec.momentum ?? 0.9, beta2: 0, epsilon: 0, correction: 1 };
  let steps = 0;
  // β₁ᵗ and β₂ᵗ, in an array because a closure's variables would be allocated anew at every step.
  const powers = new Float64Array(2).fill(1);
  const advance = () => {
    steps++;
    powers[0] *= rule.beta1;
    powers[1] *= rule.beta2;
  };
  return {
    get steps() {
      return steps;
    },
    state,
    step(rate) {
      advance();
      rule.rate = isAdam ? rate / (1 - powers[0]) : rate;
      rule.correction = isAdam ? 1 / Math.sqrt(1 - powers[1]) : 1;
      let bad = -1;
      for (let l = 0; l < slots.length; l++) {
        const { weight, bias, biasGradient } = network.layers[l];
        const slot = slots[l];
        if (weight.update(rule, slot.weight, slot.lengths) >= 0 && bad < 0) bad = l;
        kernels.updateValues(
          rule.rule,
          bias.length,
          bias.pointer,
          biasGradient.pointer,
          slot.bias.first.pointer,
          slot.bias.second.pointer,
          rule.rate,
          rule.beta1,
          rule.beta2,
          rule.epsilon,
          rule.correction,
        );
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
