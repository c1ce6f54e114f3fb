import { type Adam, type AdamOptions, adam } from "./adam.js";

/** w ← w·(1 − η·λ) − step. */
export interface WeightDecay {
  readonly kind: "weight-decay";
  readonly lambda: number;
}

/** ∂ ← ∂ + λ·p·|w|^(p−1)·sign(w), before the moment rule. */
export interface CoupledDecay {
  readonly kind: "coupled-decay";
  /** In [0, 4]. */
  readonly p: number;
  readonly lambda: number;
}

/** w ← argmin_x ½(x − (w − step))² + η·λ·|x|^p. */
export interface ProximalDecay {
  readonly kind: "proximal-decay";
  readonly p: 1 | 1.5;
  readonly lambda: number;
}

/** w ← w·(1 − η·λ) − step: AdamW's explicit decay (Loshchilov & Hutter, arXiv:1711.05101), for matrices only. */
export function weightDecay({ lambda }: { readonly lambda: number }): readonly [WeightDecay] {
  return [{ kind: "weight-decay", lambda }];
}

/** Adam with explicit decay: w ← w·(1 − η·λ) − η·m̂/(√ŝ + ε) (arXiv:1711.05101). λ is not halved. */
export function adamW(options: AdamOptions & { readonly lambda: number }): readonly [Adam, WeightDecay] {
  return [...adam(options), ...weightDecay(options)];
}

/**
 * ∂ ← ∂ + λ·p·|w|^(p−1)·sign(w): the gradient of λ·‖w‖_p^p through the moments, as in plain L2 regularization; 0 at w = 0.
 * After gradient clipping, for matrices only.
 */
export function coupledDecay({ p, lambda }: Omit<CoupledDecay, "kind">): readonly [CoupledDecay] {
  return [{ kind: "coupled-decay", p, lambda }];
}

/**
 * w ← sign(u)·max(|u| − η·λ, 0) at u = w − step: the proximal map of η·λ·‖w‖₁. For plain weights only: a row of a
 * normalized weight could become 0 as a whole.
 */
export function softThreshold({ lambda }: { readonly lambda: number }): readonly [ProximalDecay] {
  return [{ kind: "proximal-decay", p: 1, lambda }];
}

/**
 * w ← sign(u)·y², y = √(|u| + (¾ηλ)²) − ¾ηλ, at u = w − step: the proximal map of η·λ·‖w‖_{3/2}^{3/2} in closed form, for
 * comparison with decoupled decay (arXiv:2404.10824).
 */
export function proximalThreeHalves({ lambda }: { readonly lambda: number }): readonly [ProximalDecay] {
  return [{ kind: "proximal-decay", p: 1.5, lambda }];
}
