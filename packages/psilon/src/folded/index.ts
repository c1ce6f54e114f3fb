// Table of contents of "psilon/folded": networks as plain matrices, which predict, shrink and are bounded and saved.

export { fold } from "./fold.js";
export type { FoldedDense, FoldedLayer, FoldedNetwork, FoldedPair } from "./folded.js";
export { createPredictor, type Predictor } from "./predictor.js";
export { type Reduction, type ReductionReport, removeDeadUnits } from "./removeDeadUnits.js";
export { storedBytes } from "./storedBytes.js";
export { unfold } from "./unfold.js";
