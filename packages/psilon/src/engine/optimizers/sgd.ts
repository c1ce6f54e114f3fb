/** m ← μ·m + ∂; the step is η·m. */
export interface Sgd {
  readonly kind: "sgd";
  /** μ in [0, 1). */
  readonly momentum: number;
}

/** m ← μ·m + ∂, w ← w − η·m: gradient descent with momentum (Polyak 1964). Default: μ 0.9. */
export function sgd({ momentum = 0.9 }: Partial<Omit<Sgd, "kind">> = {}): readonly [Sgd] {
  return [{ kind: "sgd", momentum }];
}
