import type { Frame, TrainOptions } from "psilon";

/** Options that are no plain data, or say what a study says elsewhere. */
export const FOREIGN = [
  "kinds",
  "rows",
  "test",
  "run",
  "runBaselines",
  "signal",
  "onProgress",
  "onModel",
] as const satisfies readonly (keyof TrainOptions)[];

/** What all trials of a sweep have in common: plain data, so that any thread or machine can run them. */
export interface Study {
  readonly frame: Frame;
  readonly target: readonly string[];
  /** What trials do not vary. What the table says (`kinds`) is found out again wherever trials run. */
  readonly options: Omit<TrainOptions, (typeof FOREIGN)[number]>;
  readonly folds: number;
}
