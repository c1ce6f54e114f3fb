import type { LayerName } from "../../../../src/engine/layers/kinds.ts";
import { activationMembers } from "./activation.ts";
import { channelsMembers } from "./channels.ts";
import { convolutionMembers } from "./convolution.ts";
import { denseMembers } from "./dense.ts";
import { flattenMembers } from "./flatten.ts";
import { groupSortMembers } from "./groupSort.ts";
import type { KindMember } from "./member.ts";
import { orderStatisticMembers } from "./orderStatistic.ts";
import { orthogonalConvolutionMembers } from "./orthogonalConvolution.ts";
import { spaceToDepthMembers } from "./spaceToDepth.ts";

/** What the conformance suite passes over: every kind of layer must be there. */
export const kindMembers: { readonly [K in LayerName]: readonly KindMember[] } = {
  activation: activationMembers,
  channels: channelsMembers,
  convolution: convolutionMembers,
  dense: denseMembers,
  flatten: flattenMembers,
  "group-sort": groupSortMembers,
  "order-statistic": orderStatisticMembers,
  "orthogonal-convolution": orthogonalConvolutionMembers,
  "space-to-depth": spaceToDepthMembers,
};
