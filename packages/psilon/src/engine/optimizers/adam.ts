/** m ← β₁·m + (1 − β₁)·∂ and s ← β₂·s + (1 − β₂)·∂²; the step is η·m̂/(√ŝ + ε). */
export interface Adam {
  readonly kind: "adam";
  /** β₁ in [0, 1). */
  readonly beta1: number;
  /** β₂ in [0, 1). */
  readonly beta2: number;
  /** ε, at least 1e-16. */
  readonly epsilon: number;
  /** Whether m̂ = m/(1 − β₁ᵗ) and ŝ = s/(1 − β₂ᵗ), or m and s themselves. */
  readonly biasCorrection: boolean;
}

/** The options of `adam`. */
export type AdamOptions = Partial<Omit<Adam, "kind">>;

/**
 * w ← w − η·m̂/(√ŝ + ε) (Kingma & Ba, arXiv:1412.6980). Defaults: β₁ 0.9, β₂ 0.999, ε 1e-8, with bias correction.
 *
 * The state holds m/(1 − β₁) and s/(1 − β₂), whose factors the rate and ε take on.
 */
export function adam(options: AdamOptions = {}): readonly [Adam] {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, biasCorrection = true } = options;
  return [{ kind: "adam", beta1, beta2, epsilon, biasCorrection }];
}
