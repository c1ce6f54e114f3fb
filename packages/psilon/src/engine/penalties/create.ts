import { InputError } from "../../errors.js";
import type { Backend } from "../backend/backend.js";
import type { MemberLayer } from "../layers/layer.js";
import type { Network } from "../networks/network.js";
import { pathNormByMap } from "./applyPathNormProximal.js";
import { closedForm } from "./closedForm.js";
import { explicitPathNorm } from "./explicit.js";
import { l1OverL2 } from "./l1OverL2.js";
import { l2 } from "./l2.js";
import { hasLengthFactors } from "./lengthFactors.js";
import { lp } from "./lp.js";
import { meanOf } from "./meanOf.js";
import type { GradientPenalty, Penalty, PenaltyKind } from "./penalty.js";
import { productOfNorms } from "./productOfNorms.js";

/**
 * The penalty of that name for this network, in closed form where its weights have one (`form: "explicit"` forces the
 * pass through the matrices); of a shared ensemble the mean of its members'. Throws InputError where the network has no such penalty.
 */
export function createPenalty(
  backend: Backend,
  network: Network,
  kind: PenaltyKind,
  form: "auto" | "explicit" = "auto",
): Penalty | null {
  if (kind === "none") return null;
  if (kind === "path-norm-proximal") return pathNormByMap(backend, network);
  const ofMember = memberPenalty(backend, network, kind, form);
  const penalties = network.members.map(ofMember);
  return penalties.length === 1 ? penalties[0] : meanOf(penalties);
}

/** What makes the penalty of one way through the layers. */
function memberPenalty(
  backend: Backend,
  network: Network,
  kind: Exclude<PenaltyKind, "none" | "path-norm-proximal">,
  form: "auto" | "explicit",
): (layers: readonly MemberLayer[]) => GradientPenalty {
  if (kind === "l2") return (layers) => l2(backend, layers);
  if (kind === "l1-over-l2") return (layers) => l1OverL2(backend, layers);
  if (kind === "product-of-norms") return (layers) => productOfNorms(backend, layers);
  if (typeof kind === "object") return (layers) => lp(backend, layers, kind.p);
  const { architecture } = network;
  if (architecture === "sequential") {
    throw new InputError({
      code: "unsuitable",
      found: `The penalty "${kind}" is that of an MLP's or a ResNet's paths, and this network is composed of other layers`,
      value: kind,
      remedy: "use l2, lp, l1-over-l2 or product-of-norms",
    });
  }
  if (kind === "improved-bound" && architecture !== "resnet") {
    throw new InputError({
      code: "unsuitable",
      found: "The improved bound is for residual networks",
      remedy: "use the path norm for an MLP",
    });
  }
  const hasClosedForm =
    hasLengthFactors(network) && (kind === "improved-bound") === (architecture === "resnet");
  return hasClosedForm && form === "auto" ? closedForm : (layers) => explicitPathNorm(backend, layers, kind);
}
