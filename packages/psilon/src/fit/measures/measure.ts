import type { ClassScores } from "./classScores.js";
import type { NumberScores } from "./numberScores.js";

/** Every metric of some rows. `V`: a number, null where the metric is not defined for them, or an `Estimate`. */
export type TableScores<V> = ClassScores<V> | NumberScores<V>;

/** Metrics of one kind by name. */
export type Group<V> = Readonly<Record<string, V>>;

/** What is true of some rows and what was predicted for them, ready to be measured again and again with other weights. */
export interface Measure {
  readonly rows: number;
  /** Every metric by the rows' weights, one each: first those of all, then those of each class or target. A weight counts like so many copies. */
  figures(weights: ArrayLike<number>): readonly Group<number | null>[];
  /** Why a metric of a group is not defined for the rows as they are. */
  why(group: number, metric: string): string;
  /** The groups, of figures or of what became of them, as a person wants them. */
  arrange<V>(groups: readonly Group<V>[]): TableScores<V>;
}

/** Every metric of the rows as they are. */
export function measured(measure: Measure): TableScores<number | null> {
  return measure.arrange(measure.figures(new Float64Array(measure.rows).fill(1)));
}
