import type { DecoupledDecay } from "./decoupledDecay.js";

/**
 * (w − step)·X/(X·(1 + η·λ₂) + p·η·λ) with X = |w|^(2−p), in float64 (pWD, arXiv:2404.10824): what `decoupledDecay` makes
 * of one weight, and the reference for the kernels.
 *
 * `step`: what the moment rule subtracts; `rate`: η. For p < 2 a weight of 0 stays 0, and for p > 2 it becomes −step,
 * both where η·λ > 0; where η·λ = 0 there is no decay but that of λ₂. `variant: "late"` takes X = |w − step|^(2−p).
 */
export function decayed(
  w: number,
  step: number,
  {
    rate,
    p,
    lambda,
    elastic = 0,
    variant = "old",
  }: { readonly rate: number } & Pick<DecoupledDecay, "p" | "lambda"> &
    Partial<Pick<DecoupledDecay, "elastic" | "variant">>,
): number {
  const moved = w - step;
  const strength = p * rate * lambda;
  const growth = 1 + rate * elastic;
  if (strength === 0) return moved / growth;
  // |w|^(p−2) instead of X: at w = 0 it is infinite for p < 2 and 0 for p > 2, as the limit is.
  const power = Math.abs(variant === "late" ? moved : w) ** (p - 2);
  return moved / (growth + strength * power);
}
