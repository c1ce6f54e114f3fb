import { checkLengths } from "./averages.js";

/** How one class, or an average over classes, fares. */
export interface ClassFigures {
  /** TP/(TP + FP): the share of the rows predicted to be of the class that are; 0 where none is predicted so. */
  readonly precision: number;
  /** TP/(TP + FN): the share of the class's rows that are predicted to be of it; 0 where there are none. */
  readonly recall: number;
  /** 2·TP/(2·TP + FP + FN), the harmonic mean of both. */
  readonly f1: number;
}

export interface ClassReport {
  /** Those that stand among the true or the predicted classes, in the order of all; the others count for nothing. */
  readonly classes: readonly (ClassFigures & {
    readonly name: string;
    /** The rows that are of the class. */
    readonly support: number;
  })[];
  /** The classes' plain mean, in which a rare one counts like any other. */
  readonly macro: ClassFigures;
  /** The classes' mean, each by its support. */
  readonly weighted: ClassFigures;
  /** Rows by their true class (outer) and their predicted one, of the `classes` above. */
  readonly confusion: readonly (readonly number[])[];
}

/**
 * Precision, recall and F1 of every class, their averages and the confusion matrix, as `classification_report` and `confusion_matrix` of
 * scikit-learn define them, with `zero_division=0`.
 *
 * `truth`, `predicted`: places in `names`, one per row. Throws RangeError for arrays of different length.
 */
export function classReport(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  names: readonly string[],
): ClassReport {
  checkLengths(truth.length, predicted.length);
  const counts = names.map(() => names.map(() => 0));
  for (let i = 0; i < truth.length; i++) counts[truth[i]][predicted[i]]++;
  const supports = counts.map(sum);
  const asked = names.map((_, k) => sum(counts.map((row) => row[k])));
  const present = names.flatMap((_, k) => (supports[k] + asked[k] > 0 ? [k] : []));
  const classes = present.map((k) => ({
    name: names[k],
    precision: ratio(counts[k][k], asked[k]),
    recall: ratio(counts[k][k], supports[k]),
    f1: ratio(2 * counts[k][k], supports[k] + asked[k]),
    support: supports[k],
  }));
  const mean = (weightOf: (support: number) => number): ClassFigures => {
    const total = sum(classes.map(({ support }) => weightOf(support)));
    const of = (figure: keyof ClassFigures) =>
      ratio(sum(classes.map((one) => weightOf(one.support) * one[figure])), total);
    return { precision: of("precision"), recall: of("recall"), f1: of("f1") };
  };
  return {
    classes,
    macro: mean(() => 1),
    weighted: mean((support) => support),
    confusion: present.map((k) => present.map((other) => counts[k][other])),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
