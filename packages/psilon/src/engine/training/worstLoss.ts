import type { Tensor } from "../backend/arena.js";

/** A batch's targets and weights, as the loss reads them. */
export interface Batch {
  readonly y: Tensor;
  readonly w: Tensor | null;
}

/** The loss of rows that may be anywhere in their boxes, in the place of that of the rows where they are. */
export interface WorstLoss {
  /** After the network's `forward`: Σ_r w_r·ℓ_r with boxes of that share of their size, and the slope by the network's outputs. */
  evaluate(n: number, size: number): number;
  /** After the network's `backward`: adds to the gradients what does not come by its outputs. */
  backward(n: number): void;
  /** After the lengths have their gradients: adds to those. */
  addToLengths(): void;
}
