/**
 * How far off rows were predicted that were held out, as split conformal prediction counts it (Lei et al., arXiv:1604.04173): by the absolute
 * error of what networks learn, |t − z| in scaled units (of a logarithm, where that is learned: intervals are then a factor wide), of counts
 * by |y − μ|/√μ, and of quantiles by max(z_low − t, t − z_high) (Romano et al., arXiv:1905.03222), below 0 within them.
 */
export interface HeldOutErrors {
  /** Rows held out. */
  readonly rows: number;
  /** Of each target, or of the quantiles of one, ascending: those of all rows, or of many rows as many quantiles of them, rounded up. */
  readonly errors: readonly (readonly number[])[];
}

/** Intervals that a share of new rows is to lie in: errors at most these, one a target. */
export interface PredictionInterval {
  readonly coverage: number;
  readonly margins: readonly number[];
}
