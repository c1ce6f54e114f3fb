import { type Summary, summarizeMetrics, type TrainingRecord } from "psilon";

/** Over the models of all folds: each one's smallest bound, in scaled units, and the share of its weights that are 0. */
export const figuresOf = (records: readonly TrainingRecord[]): Readonly<Record<string, Summary | null>> =>
  summarizeMetrics(records.map(({ bounds, sparsity }) => ({ bound: bounds[0].value, sparsity })));

/** The value that all folds have, or that of each. */
export const agreed = <Value>(values: readonly Value[]): Value | readonly Value[] =>
  new Set(values).size > 1 ? values : values[0];
