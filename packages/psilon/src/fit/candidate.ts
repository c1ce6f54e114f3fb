import type { WorstSpec } from "../engine/training/spec.js";
import type { Encoding } from "../preprocess/bins.js";

/** Units of each hidden layer, and how many hidden layers or blocks there are; without any, the model is linear in its inputs. */
export interface NetworkShape {
  readonly width: number;
  readonly depth: number;
  /** Rows a step, where other than the preset's pace has it. */
  readonly batchSize?: number;
}

/** How networks are trained. */
export interface Way {
  readonly lambda: number;
  /** On the worst of what rows can become, where something is to be promised of them. */
  readonly worst?: WorstSpec;
  /** With plain weights in the place of the network's own. */
  readonly plain?: true;
}

/** What validation chooses among. */
export interface Candidate extends NetworkShape, Way {
  /** Of the columns for which no encoding was asked. */
  readonly encoding: Encoding;
}
