import {
  type ClassCalibration,
  type ClassReport,
  classCalibration,
  classReport,
  type NumberCalibration,
  numberCalibration,
  type PredictedRows,
  type Truth,
} from "psilon";

/** Rows of one test part: what is true of them, and what was predicted. */
export interface TestedRows {
  readonly truth: Truth;
  readonly predicted: PredictedRows;
}

/** Of two classes the one whose probability the bins are about; of more they are about that of the predicted one. */
export type Calibration =
  | (ClassCalibration & { readonly class: string | null })
  | { readonly targets: readonly (NumberCalibration & { readonly target: string })[] };

/** Precision, recall and F1 over the rows of all parts. */
export function perClassOf(parts: readonly TestedRows[]): ClassReport {
  const told = parts.flatMap(({ truth, predicted }) =>
    predicted.task === "classification" ? { truth, ...predicted } : [],
  );
  // Every split trains on all classes, so that all parts have the same.
  return classReport(
    together(told.map(({ truth }) => truth)),
    together(told.map(({ labels }) => labels)),
    told[0].classes,
  );
}

/** Whether what was predicted in all parts can be taken at its word. */
export function calibrationOf(parts: readonly TestedRows[]): Calibration {
  const truth = together(parts.map((part) => part.truth));
  const [{ predicted: first }] = parts;
  if (first.task === "classification") {
    const shares = together(
      parts.flatMap(({ predicted }) => (predicted.task === "classification" ? predicted.probabilities : [])),
    );
    const { classes } = first;
    return { class: classes.length === 2 ? classes[1] : null, ...classCalibration(truth, shares) };
  }
  const values = together(
    parts.flatMap(({ predicted }) => (predicted.task === "regression" ? predicted.values : [])),
  );
  const { targets } = first;
  const of = (numbers: Float64Array, k: number) => numbers.filter((_, i) => i % targets.length === k);
  return {
    targets: targets.map((target, k) => ({ target, ...numberCalibration(of(truth, k), of(values, k)) })),
  };
}

function together(parts: readonly ArrayLike<number>[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
