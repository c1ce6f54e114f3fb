/**
 * Of numbers: `rmse`, `mae` and `medianAbsoluteError` in the target's units, `mape` (a share, where no true value is close to 0), `r2`, and
 * `spearman`, the correlation of ranks; of counts also the mean Poisson `deviance`. Of quantiles the `pinball` loss, in the target's units,
 * and `coverage`, the share of rows from the lowest to the highest. Where there are intervals, `intervalCoverage` is the share of rows in them.
 */
export type NumberMetric =
  | "rmse"
  | "mae"
  | "medianAbsoluteError"
  | "mape"
  | "r2"
  | "spearman"
  | "deviance"
  | "pinball"
  | "coverage"
  | "intervalCoverage";

/** Every metric of predicted numbers. */
export interface NumberScores<V> {
  readonly task: "regression";
  /** Those that the predictions have. Of several targets means over them; `rmse` is the root of the mean square. */
  readonly metrics: Readonly<Partial<Record<NumberMetric, V>>>;
  /** Each target's own, where there are several. */
  readonly targets?: readonly {
    readonly name: string;
    readonly metrics: Readonly<Partial<Record<NumberMetric, V>>>;
  }[];
}
