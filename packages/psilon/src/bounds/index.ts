// Table of contents of "psilon/bounds": promises about folded networks, rounded outwards.

export { analyse } from "./analyse.js";
export type { Analysis, LayerFacts, MemberFacts } from "./analysis.js";
export {
  type BoundedModel,
  boundedModel,
  type MeanMember,
  type ModelMember,
  type ModelPart,
  type NetworkMean,
  networkMean,
  type PiecewiseLayer,
  type Room,
} from "./boundedModel.js";
export { type Box, boxAround, boxBetween } from "./box.js";
export type { Enough } from "./branchAndBound.js";
export type {
  Certificate,
  GlobalMethod,
  Guarantee,
  LocalMethod,
  NoGuarantee,
  OutputRow,
  Sample,
  Statement,
} from "./certificate.js";
export type { Convolution } from "./convolution.js";
export { convolutionNorms } from "./convolutionNorms.js";
export { circularNorm, enlargedGrid, toeplitzBound } from "./convolutionSpectral.js";
export {
  type Decision,
  decide,
  type Effort,
  float32Region,
  isCertified,
  type Reached,
  type Region,
} from "./decide.js";
export { type Boundary, changeDemands, classDemands, type Demand, predictedAt } from "./demand.js";
export { type ExactBound, exactChange, exactMaximum } from "./exact.js";
export {
  globalBounds,
  type PathBound,
  pathBounds,
  sensitivityOf,
  spectralBound,
} from "./globalBounds.js";
export type { Intervals } from "./intervals.js";
export { type LayerFactors, layerFactors, spectralFactors } from "./layerFactors.js";
export { type LipschitzCertificate, lipschitzCertificate } from "./lipschitzCertificate.js";
export type { Norms } from "./matrixNorms.js";
export { changeOver, maximumOver, rangeOver } from "./overBox.js";
export type { PathMethod } from "./passes.js";
export { type Path, pathThrough, type Shift } from "./paths.js";
export type { Range } from "./point.js";
export { predictionError } from "./predictionError.js";
export { certifiedRadius } from "./radius.js";
export { sequentialBounds } from "./sequentialBounds.js";
export type { Windows } from "./windows.js";
export { type SearchOptions, searchChange, searchMaximum } from "./witnessSearch.js";
