import type { Encoding } from "../preprocess/bins.js";

/** Units of each hidden layer, and how many hidden layers or blocks there are; without any, the model is linear in its inputs. */
export interface Shape {
  readonly width: number;
  readonly depth: number;
}

/** What validation chooses among. */
export interface Candidate extends Shape {
  /** Of the columns for which no encoding was asked. */
  readonly encoding: Encoding;
  readonly lambda: number;
}
