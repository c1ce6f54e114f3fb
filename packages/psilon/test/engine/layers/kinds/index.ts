import type { LayerName } from "../../../../src/engine/layers/kinds.ts";
import { activationMembers } from "./activation.ts";
import { attentionMembers } from "./attention.ts";
import { batchNormMembers } from "./batchNorm.ts";
import { convolutionMembers } from "./convolution.ts";
import { denseMembers } from "./dense.ts";
import { flattenMembers } from "./flatten.ts";
import { fourierPositionsMembers } from "./fourierPositions.ts";
import { layerNormMembers } from "./layerNorm.ts";
import { learnedPositionsMembers } from "./learnedPositions.ts";
import type { KindMember } from "./member.ts";
import { patchesMembers } from "./patches.ts";

/** What the conformance suite passes over: every kind of layer must be there. */
export const kindMembers: { readonly [K in LayerName]: readonly KindMember[] } = {
  activation: activationMembers,
  "batch-norm": batchNormMembers,
  convolution: convolutionMembers,
  dense: denseMembers,
  flatten: flattenMembers,
  "layer-norm": layerNormMembers,
  attention: attentionMembers,
  "fourier-positions": fourierPositionsMembers,
  "learned-positions": learnedPositionsMembers,
  patches: patchesMembers,
};
