/**
 * Of classes, all together: the shares `accuracy` and `balancedAccuracy` (the mean recall of the classes that have rows), `auc` (of two
 * classes that of the second one's probability, which is that of the first as well; of more each against the rest, and their plain mean),
 * `logLoss` in nats, `brierScore` (in [0, 1] of two classes, in [0, 2] of more) and `expectedCalibrationError`.
 */
export type ClassMetric =
  | "accuracy"
  | "balancedAccuracy"
  | "auc"
  | "logLoss"
  | "brierScore"
  | "expectedCalibrationError";

/** Of one class against all others; `averagePrecision` and `auc` by its probability, the others by the class that was predicted. */
export type OneClassMetric = "precision" | "recall" | "f1" | "averagePrecision" | "auc";

/** Every metric of predicted classes. */
export interface ClassScores<V> {
  readonly task: "classification";
  readonly metrics: Readonly<Record<ClassMetric, V>>;
  /** All classes that the model knows. */
  readonly classes: readonly (Readonly<Record<OneClassMetric, V>> & {
    readonly name: string;
    /** How many are of the class, and were predicted to be. */
    readonly rows: number;
    readonly predicted: number;
  })[];
  /** Means over the classes, plain and by their rows; a class that no row is of, or is predicted to be of, counts for nothing. */
  readonly macro: Readonly<Record<OneClassMetric, V>>;
  readonly weighted: Readonly<Record<OneClassMetric, V>>;
  /** Rows by their true class (outer) and their predicted one, in the order of `classes`. */
  readonly confusion: readonly (readonly number[])[];
}
