/**
 * The rows of a regression: inputs minus their weighted means, so that the intercept has little to do with the slopes, and last a 1 for
 * the intercept.
 */
export interface Design {
  readonly rows: number;
  /** Inputs and intercept. */
  readonly width: number;
  /** What was taken off the inputs. */
  readonly means: Float64Array;
  /** Every row times each of the coefficients' rows (outputs × width): rows × outputs. */
  products(coefficients: Float64Array): Float64Array;
  /** Adds to `sums` (outputs × width) every row times its factors (rows × outputs). */
  addRows(factors: Float64Array, sums: Float64Array): void;
  /** `curvatureInverse` looks at one row in so many. */
  readonly stride: number;
  /**
   * A function that multiplies in place by about (Xᵀ·diag(spread)·X + diag(ridge))⁻¹.
   *
   * `spread`: one per row, 0 for those between strides. `ridge`: width positive numbers.
   */
  curvatureInverse(spread: Float64Array, ridge: Float64Array): Promise<(vector: Float64Array) => void>;
}
