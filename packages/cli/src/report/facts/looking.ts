import type { MonotoneColumns, Move, Tolerance } from "psilon";

/** What is asked of a model and of the rows that it is looked at with. */
export interface Looking {
  /** Rows with a value of every target, and those of them that certificates are about. */
  readonly labelled: Int32Array;
  readonly drawn: Int32Array;
  readonly tolerance: Tolerance | undefined;
  readonly fair: Readonly<Record<string, Move>>;
  /** The directions that the model was trained for, and others. */
  readonly monotone: readonly MonotoneColumns[];
  readonly seed: number;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress: (label: string, done: number, total: number) => void;
}
