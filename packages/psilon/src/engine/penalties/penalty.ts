import { InputError } from "../../errors.js";
import type { Backend } from "../backend/backend.js";
import type { Network } from "../networks/network.js";
import { weightKinds } from "../weights/kinds.js";
import { pathNormByMap } from "./applyPathNormProximal.js";
import { closedForm } from "./closedForm.js";
import { explicitPathNorm } from "./explicit.js";
import { l1OverL2 } from "./l1OverL2.js";
import { l2 } from "./l2.js";
import { lp } from "./lp.js";
import { productOfNorms } from "./productOfNorms.js";

/** A function of a network's weights, added to the loss as ½·λ·penalty. */
export type Penalty = GradientPenalty | ProximalPenalty;

/** A penalty that is differentiated. */
export interface GradientPenalty {
  /** Whether the gradient falls on the effective weights, before lengths are reduced, or on the lengths, after. */
  readonly on: "weights" | "lengths";
  /** The penalty now, without λ. */
  value(): number;
  /** Adds scale·∂penalty to the weights' or the lengths' gradients. */
  addGradient(scale: number): void;
}

/** A penalty that acts after each optimizer step, as argmin ½‖W − W̄‖² + threshold·penalty(W). */
export interface ProximalPenalty {
  readonly on: "steps";
  /** The penalty now, without λ. */
  value(): number;
  /** Replaces the weights; after a step at learning rate η the threshold is η·½·λ. */
  apply(threshold: number): void;
}

/**
 * - `path-norm`: the 1-path-norm; of a ResNet, that of the equivalent ReLU network
 * - `path-norm-proximal`: the same by its proximal map, for an MLP with one hidden layer and plain weights
 * - `improved-bound`: theorem 2 of arXiv:2404.19112, for a ResNet
 * - `l2`: Σg², or ΣW² where there are no lengths
 * - `lp`: Σ|W|^p, p > 0
 * - `l1-over-l2`: Σ_i ‖W_i‖₁/‖W_i‖₂ over rows
 * - `product-of-norms`: ∏_l ‖W_l‖_F, with 1 + ‖W_l‖_F in a residual block
 */
export type PenaltyKind =
  | "path-norm"
  | "path-norm-proximal"
  | "improved-bound"
  | "l2"
  | { readonly kind: "lp"; readonly p: number }
  | "l1-over-l2"
  | "product-of-norms"
  | "none";

/**
 * The penalty of that name for this network, in closed form where its weights have one (`form: "explicit"` forces the
 * pass through the matrices). Throws InputError where the network has no such penalty.
 */
export function createPenalty(
  backend: Backend,
  network: Network,
  kind: PenaltyKind,
  form: "auto" | "explicit" = "auto",
): Penalty | null {
  if (kind === "none") return null;
  if (kind === "l2") return l2(backend, network);
  if (kind === "l1-over-l2") return l1OverL2(backend, network);
  if (kind === "product-of-norms") return productOfNorms(backend, network);
  if (kind === "path-norm-proximal") return pathNormByMap(backend, network);
  if (typeof kind === "object") return lp(backend, network, kind.p);
  const { architecture, hidden, output } = network.spec;
  if (kind === "improved-bound" && architecture !== "resnet") {
    throw new InputError({
      code: "unsuitable",
      found: "The improved bound is for residual networks",
      remedy: "use the path norm for an MLP",
    });
  }
  const sharesLengths =
    hidden === "l1-shared" && weightKinds[output].norm === 1 && weightKinds[output].length !== "fixed";
  const hasClosedForm = sharesLengths && (kind === "improved-bound") === (architecture === "resnet");
  return hasClosedForm && form === "auto" ? closedForm(network) : explicitPathNorm(backend, network, kind);
}
