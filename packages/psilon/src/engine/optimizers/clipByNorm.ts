/** ∂ ← ∂·min(1, norm/‖∂‖₂). */
export interface ClipByNorm {
  readonly kind: "clip-by-norm";
  readonly norm: number;
}

/**
 * ∂ ← ∂·min(1, c/‖∂‖₂) with the norm over everything trained (Pascanu et al., arXiv:1211.5063), `norm` being c.
 *
 * The gradient is that of loss and penalty by V, g/u and b as the optimizer takes them (u: `Weight.lengthUnit`).
 */
export function clipByNorm({ norm }: { readonly norm: number }): readonly [ClipByNorm] {
  return [{ kind: "clip-by-norm", norm }];
}
