/** How one class, or an average over classes, fares. */
export interface ClassFigures {
  /** TP/(TP + FP): the share of the rows predicted to be of the class that are; 0 where none is predicted so. */
  readonly precision: number;
  /** TP/(TP + FN): the share of the class's rows that are predicted to be of it; 0 where there are none. */
  readonly recall: number;
  /** 2·TP/(2·TP + FP + FN), the harmonic mean of both. */
  readonly f1: number;
}

/** By class the weight of rows that are of it, that are predicted to be, and both. */
export interface ClassCounts {
  readonly support: Float64Array;
  readonly predicted: Float64Array;
  readonly hits: Float64Array;
}

/** `truth`, `predicted`: one label per row, as its weight. */
export function countClasses(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
  weights: ArrayLike<number>,
): ClassCounts {
  const [support, asked, hits] = Array.from({ length: 3 }, () => new Float64Array(classes));
  for (let i = 0; i < truth.length; i++) {
    support[truth[i]] += weights[i];
    asked[predicted[i]] += weights[i];
    if (truth[i] === predicted[i]) hits[truth[i]] += weights[i];
  }
  return { support, predicted: asked, hits };
}

/** Rows by their true class (outer) and their predicted one. `truth`, `predicted`: one label per row. */
export function confusionOf(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): number[][] {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < truth.length; i++) confusion[truth[i]][predicted[i]]++;
  return confusion;
}

/** As scikit-learn's `precision_recall_fscore_support` has them with `zero_division=0`. */
export function figuresOf({ support, predicted, hits }: ClassCounts, k: number): ClassFigures {
  return {
    precision: ratio(hits[k], predicted[k]),
    recall: ratio(hits[k], support[k]),
    f1: ratio(2 * hits[k], support[k] + predicted[k]),
  };
}

/** `part`/`whole`, 0 where there is nothing. */
export const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
