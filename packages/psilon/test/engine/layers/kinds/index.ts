import type { LayerName } from "../../../../src/engine/layers/kinds.ts";
import { activationMembers } from "./activation.ts";
import { batchNormMembers } from "./batchNorm.ts";
import { convolutionMembers } from "./convolution.ts";
import { denseMembers } from "./dense.ts";
import { flattenMembers } from "./flatten.ts";
import { layerNormMembers } from "./layerNorm.ts";
import type { KindMember } from "./member.ts";

/** What the conformance suite passes over: every kind of layer must be there. */
export const kindMembers: { readonly [K in LayerName]: readonly KindMember[] } = {
  activation: activationMembers,
  "batch-norm": batchNormMembers,
  convolution: convolutionMembers,
  dense: denseMembers,
  flatten: flattenMembers,
  "layer-norm": layerNormMembers,
};
