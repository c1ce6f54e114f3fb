// Table of contents: every kernel the engine calls.
export { addBias, addBiasCrelu, addBiasRelu, columnSums, creluBackward, reluBackward } from "./activations";
export { adaptPullback, adaptRows } from "./adapt";
export { batchNorm, batchNormBackward, scaleColumns, scalesOfVariances } from "./batchNorm";
export { attend, attendBackward } from "./attention";
export {
  addSigned, boxAround, boxBias, boxBiasBackward, magnitudes, withGroups, withGroupsBackward,
} from "./box";
export { boxDifferences, boxDifferencesBackward, boxPair, boxPairBackward } from "./boxPairs";
export { entriesGradient, entriesTimes, transposeTo } from "./coded";
export { fourierFeatures, fourierSlopes } from "./fourier";
export { dropout } from "./dropout";
export { gatherRows } from "./gather";
export { layerNorm, layerNormBackward } from "./layerNorm";
export { logisticLoss, poissonLoss, quantileLoss, softmaxLoss, squaredError } from "./losses";
export { maskValues } from "./mask";
export { matmulNN, matmulNT, matmulTN } from "./matmul";
export { denseRow } from "./matmulDots";
export { lengthGradients, normalizeRows, pullbackRows } from "./normalize";
export { orderStatistics, orderStatisticsBackward, sortGroups, sortGroupsBackward } from "./order";
export {
  addMagnitudeGradient, addScaled, magnitudeTimes, magnitudeTransposeTimes, sumOfSquares,
} from "./pathNorm";
export { addFilterRatioGradient, addPowerGradient, filterRatios, powerSum } from "./penalties";
export {
  averagePool, averagePoolBackward, blockMeans, blockMeansBackward, maxPool, maxPoolBackward,
} from "./pool";
export { blendPullback, blendRows, countKept, projectRows } from "./prune";
export { skewPart } from "./skew";
export { addBiasSmooth, smoothBackward } from "./smooth";
export { addBlockBias, sparseBlock, sparseRow } from "./sparse";
export { copyValues, positivePart, sumOf, zeroWhereNot } from "./streams";
export { copyColumns, foldRows, unfoldRows } from "./unfold";
export { updateRows, updateValues } from "./update";

/** First byte that the module itself does not use: the arena starts there. */
export function heapBase(): usize {
  return __heap_base;
}
