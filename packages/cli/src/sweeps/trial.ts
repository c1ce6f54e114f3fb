import type { Summary } from "psilon";

/** Options of training by name, as one trial has them. */
export type Settings = Readonly<Record<string, string | number>>;

/** One way of training to be tried: plain data. */
export interface Trial {
  /** From 0, in the order in which a search asks for them. The same sweep asks for the same trial by the same number. */
  readonly number: number;
  readonly settings: Settings;
}

/** What a trial came to. */
export type TrialOutcome =
  | {
      readonly status: "done";
      /**
       * By metric, over the folds: on rows that were not trained on, in the target's units; null where it is not defined in one of them. Also of
       * each fold's model its smallest bound, in scaled units (`bound`), and the share of its weights that are 0 (`sparsity`).
       */
      readonly metrics: Readonly<Record<string, Summary | null>>;
      /** Those of a linear model on the same folds. */
      readonly linear: Readonly<Record<string, Summary | null>>;
      /** What λ each fold's model was trained with. */
      readonly lambdas: readonly number[];
      readonly seconds: number;
    }
  /**
   * What cannot be trained, with the sentence that says why. `isLack`: for want of what another machine, or this one another time, may have, so
   * that it is not kept.
   */
  | { readonly status: "failed"; readonly reason: string; readonly isLack?: true };
