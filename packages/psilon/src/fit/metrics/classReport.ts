import { checkLengths } from "./averages.js";
import { type ClassFigures, confusionOf, countClasses, figuresOf, ratio } from "./classCounts.js";

/** How each class fares, on average as well, and what is taken for what. */
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
  const counts = countClasses(truth, predicted, names.length, new Float64Array(truth.length).fill(1));
  const present = names.flatMap((_, k) => (counts.support[k] + counts.predicted[k] > 0 ? [k] : []));
  const confusion = confusionOf(truth, predicted, names.length);
  const classes = present.map((k) => ({
    name: names[k],
    ...figuresOf(counts, k),
    support: counts.support[k],
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
    confusion: present.map((k) => present.map((other) => confusion[k][other])),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
