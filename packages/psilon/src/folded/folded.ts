/** y = W·x + b, with W (rows × columns) row-major. */
export interface FoldedDense {
  readonly kind: "dense";
  readonly rows: number;
  readonly columns: number;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** y = W⁺·max(h, 0) + W⁻·min(h, 0) + b, plus h itself where `residual`. */
export interface FoldedPair {
  readonly kind: "pair";
  readonly residual: boolean;
  readonly rows: number;
  readonly columns: number;
  readonly positive: Float32Array;
  readonly negative: Float32Array;
  readonly bias: Float32Array;
}

/** A layer of plain matrices. */
export type FoldedLayer = FoldedDense | FoldedPair;

/**
 * A trained network as plain matrices: normalizations and pruning are multiplied in, nothing of training is left.
 * Bounds, formats, the removal of dead units and prediction all read this.
 *
 * - `mlp`: dense layers with ReLU between them and none after the last.
 * - `resnet`: a dense embedding without activation, residual pairs, and a last pair that is not residual.
 */
export interface FoldedNetwork {
  readonly architecture: "mlp" | "resnet";
  readonly layers: readonly FoldedLayer[];
  /** One per input, where a linear term makes the one output monotone: y = layers(x) + Σ_j slopes_j·x_j (`networks/monotone`). */
  readonly slopes?: Float32Array;
}
