// Table of contents of "psilon/folded": networks as plain matrices, which predict, shrink and are bounded and saved.

export { fold, foldMembers } from "./fold.js";
export type { FoldedDense, FoldedLayer, FoldedNetwork, FoldedPair } from "./folded.js";
export type { PlacedMatrix } from "./placedLayer.js";
export { createPredictor, type Predictor } from "./predictor.js";
export { removeDeadFilters, type SequentialReduction } from "./removeDeadFilters.js";
export {
  type Reduction,
  type ReductionReport,
  removeDeadUnits,
  removeSharedDeadUnits,
} from "./removeDeadUnits.js";
export {
  type FoldedSequential,
  foldSequential,
  type LayerValues,
  unfoldSequential,
} from "./sequential.js";
export type { SparseWeight } from "./sparseWeight.js";
export { storedBytes } from "./storedBytes.js";
export { unfold, unfoldMembers } from "./unfold.js";
