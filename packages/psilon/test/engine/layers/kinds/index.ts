import type { LayerName } from "../../../../src/engine/layers/kinds.ts";
import { activationMembers } from "./activation.ts";
import { attentionMembers } from "./attention.ts";
import { averagePoolMembers } from "./averagePool.ts";
import { batchNormMembers } from "./batchNorm.ts";
import { channelsMembers } from "./channels.ts";
import { convolutionMembers } from "./convolution.ts";
import { denseMembers } from "./dense.ts";
import { dropoutMembers } from "./dropout.ts";
import { flattenMembers } from "./flatten.ts";
import { fourierPositionsMembers } from "./fourierPositions.ts";
import { globalAveragePoolMembers } from "./globalAveragePool.ts";
import { groupSortMembers } from "./groupSort.ts";
import { layerNormMembers } from "./layerNorm.ts";
import { learnedPositionsMembers } from "./learnedPositions.ts";
import { maxPoolMembers } from "./maxPool.ts";
import type { KindMember } from "./member.ts";
import { orderStatisticMembers } from "./orderStatistic.ts";
import { orthogonalConvolutionMembers } from "./orthogonalConvolution.ts";
import { patchesMembers } from "./patches.ts";
import { spaceToDepthMembers } from "./spaceToDepth.ts";

/** What the conformance suite passes over: every kind of layer must be there. */
export const kindMembers: { readonly [K in LayerName]: readonly KindMember[] } = {
  activation: activationMembers,
  "average-pool": averagePoolMembers,
  "batch-norm": batchNormMembers,
  attention: attentionMembers,
  channels: channelsMembers,
  convolution: convolutionMembers,
  dense: denseMembers,
  dropout: dropoutMembers,
  flatten: flattenMembers,
  "global-average-pool": globalAveragePoolMembers,
  "layer-norm": layerNormMembers,
  "fourier-positions": fourierPositionsMembers,
  "learned-positions": learnedPositionsMembers,
  patches: patchesMembers,
  "max-pool": maxPoolMembers,
  "group-sort": groupSortMembers,
  "order-statistic": orderStatisticMembers,
  "orthogonal-convolution": orthogonalConvolutionMembers,
  "space-to-depth": spaceToDepthMembers,
};
