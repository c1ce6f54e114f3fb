import { type Adam, type AdamOptions, adam } from "./adam.js";
import { type Sgd, sgd } from "./sgd.js";

/** Decoupled decay of the penalty λ·‖w‖_p^p; see `decoupledDecay`. */
export interface DecoupledDecay {
  readonly kind: "decoupled-decay";
  /** In [0, 4]. */
  readonly p: number;
  readonly lambda: number;
  /** λ₂ of w ← …·X/(X·(1 + η·λ₂) + p·η·λ). */
  readonly elastic: number;
  /** Whether X takes the old weight, or the new one before its decay. */
  readonly variant: "old" | "late";
  /** Share of training over which λ rises linearly from 0. */
  readonly lambdaWarmup: number;
  /** Share of training over which p moves linearly from 2 to its value. */
  readonly pAnnealing: number;
}

/** The options of `decoupledDecay`. */
export type DecoupledDecayOptions = Pick<DecoupledDecay, "p" | "lambda"> &
  Partial<Omit<DecoupledDecay, "kind">>;

/**
 * w ← (w − step)·X/(X·(1 + η·λ₂) + p·η·λ) with X = |w|^(2−p): decoupled weight decay for any p norm (pWD,
 * arXiv:2404.10824), after a step of any moment rule, for matrices only. η is the learning rate of the moment.
 *
 * The penalty is λ·‖w‖_p^p, as in the authors' code; the paper's formula has λ_p = p·λ (see `fromPaperLambda`). For p = 2
 * it is decay by a factor 1/(1 + 2·η·λ): the implicit form of AdamW's with 2λ (see `fromAdamWLambda`).
 *
 * A weight of 0 stays 0 for p < 2 and takes the plain step for p > 2; p = 0 decays nothing. Subnormal weights count as 0,
 * but for p = 1, 3/2 and 2. Normalized weights are decayed in V. Beyond the paper: λ₂ (default 0) adds L2 decay, `variant: "late"` puts |w − step| in X, for comparison,
 * and `lambdaWarmup` and `pAnnealing` (default 0) move λ and p over training.
 */
export function decoupledDecay(options: DecoupledDecayOptions): readonly [DecoupledDecay] {
  const { p, lambda, elastic = 0, variant = "old", lambdaWarmup = 0, pAnnealing = 0 } = options;
  return [{ kind: "decoupled-decay", p, lambda, elastic, variant, lambdaWarmup, pAnnealing }];
}

/** Adam, then decoupled decay for any p (pAdam, arXiv:2404.10824). */
export function pAdam(options: AdamOptions & DecoupledDecayOptions): readonly [Adam, DecoupledDecay] {
  return [...adam(options), ...decoupledDecay(options)];
}

/**
 * SGD with momentum, then decoupled decay for any p (pSGD, arXiv:2404.10824). Momentum multiplies a lasting gradient by
 * 1/(1 − μ) and the decay by nothing, so that λ weighs as much as (1 − μ)·λ does without momentum.
 */
export function pSGD(
  options: Partial<Omit<Sgd, "kind">> & DecoupledDecayOptions,
): readonly [Sgd, DecoupledDecay] {
  return [...sgd(options), ...decoupledDecay(options)];
}

/** Our λ = λ_p/p for the λ_p of the paper's formula (arXiv:2404.10824). */
export function fromPaperLambda(lambda: number, p: number): number {
  return lambda / p;
}

/** Our λ at p = 2 for AdamW's: half of it, equal up to terms of (η·λ)². */
export function fromAdamWLambda(lambda: number): number {
  return lambda / 2;
}
