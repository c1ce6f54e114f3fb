/**
 * The family W_i = g_i · V_i / ‖V_i‖ (mathematics of PSiLON, arXiv:2404.19112, and of weight normalization, Salimans &
 * Kingma 2016): which norm divides a row, and how the lengths g are shared; and beside it W = T(V) for the whole matrix.
 */
export interface Parametrization {
  /** 1 and 2 are the L1 and L2 norm of a row of V; 0 means that rows are not divided by norms of their own. */
  readonly norm: 0 | 1 | 2;
  /** One trained length for the whole matrix, one for each row, 1 for every row, or none. */
  readonly length: "shared" | "row" | "fixed" | "none";
  /**
   * What has a norm of its own to be divided by, and of which a pruning mask therefore leaves at least one entry; null where
   * an entry of V at 0 leaves its entry of W another value, so that a mask could not prune.
   */
  readonly normed: "rows" | "columns" | "rows and columns" | "matrix" | "nothing" | null;
}

/** Every parametrization by name. */
export const weightKinds = {
  /** One signed length for all rows: PSiLON's hidden layers. */
  "l1-shared": { norm: 1, length: "shared", normed: "rows" },
  /** A signed length γ_i for each row: PSiLON's output layer. */
  "l1-row": { norm: 1, length: "row", normed: "rows" },
  /** Rows of L1 norm 1. */
  "l1-fixed": { norm: 1, length: "fixed", normed: "rows" },
  "l2-shared": { norm: 2, length: "shared", normed: "rows" },
  /** Weight normalization. */
  "l2-row": { norm: 2, length: "row", normed: "rows" },
  /** Weight conditioning (arXiv:2409.03424): rows of L2 norm 1. */
  "row-equilibrated": { norm: 2, length: "fixed", normed: "rows" },
  /** Columns of L2 norm 1 (arXiv:2409.03424). */
  "column-equilibrated": { norm: 0, length: "none", normed: "columns" },
  /** Rows, then columns of L2 norm 1 (arXiv:2409.03424). */
  "row-column-equilibrated": { norm: 0, length: "none", normed: "rows and columns" },
  /** Weight standardization (arXiv:1903.10520). */
  standardized: { norm: 0, length: "none", normed: null },
  /** Spectral normalization (arXiv:1802.05957). */
  spectral: { norm: 0, length: "none", normed: "matrix" },
  /** Orthogonalization by Newton's iteration, ONI (arXiv:2004.00917). */
  "newton-orthogonal": { norm: 0, length: "none", normed: null },
  /** No normalization. */
  plain: { norm: 0, length: "none", normed: "nothing" },
} as const satisfies Record<string, Parametrization>;

/** The name of a parametrization of weights: see `weightKinds`. */
export type WeightKind = keyof typeof weightKinds;
