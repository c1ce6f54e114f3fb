/**
 * The family W_i = g_i · V_i / ‖V_i‖ (mathematics of PSiLON, arXiv:2404.19112, and of weight normalization, Salimans &
 * Kingma 2016): which norm divides a row, and how the lengths g are shared.
 */
export interface Parametrization {
  /** 1 and 2 are the L1 and L2 norm of a row of V; 0 means W = V. */
  readonly norm: 0 | 1 | 2;
  /** One length for the whole matrix, one for each row, or none. */
  readonly length: "shared" | "row" | "none";
}

/** Every parametrization by name. */
export const weightKinds = {
  /** One signed length for all rows: PSiLON's hidden layers. */
  "l1-shared": { norm: 1, length: "shared" },
  /** A signed length γ_i for each row: PSiLON's output layer. */
  "l1-row": { norm: 1, length: "row" },
  /** Weight normalization. */
  "l2-row": { norm: 2, length: "row" },
  /** No normalization. */
  plain: { norm: 0, length: "none" },
} as const satisfies Record<string, Parametrization>;

export type WeightKind = keyof typeof weightKinds;
