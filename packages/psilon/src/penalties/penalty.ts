import type { Backend } from "../backend/backend.js";
import { InputError } from "../errors.js";
import type { Network } from "../networks/network.js";
import { weightKinds } from "../weights/kinds.js";
import { closedForm } from "./closedForm.js";
import { explicitPathNorm } from "./explicit.js";
import { l2 } from "./l2.js";

/** A differentiable function of a network's weights, added to the loss as ½·λ·penalty. */
export interface Penalty {
  /** Whether the gradient falls on the effective weights, before lengths are reduced, or on the lengths, after. */
  readonly on: "weights" | "lengths";
  /** The penalty now, without λ. */
  value(): number;
  /** Adds scale·∂penalty to the weights' or the lengths' gradients. */
  addGradient(scale: number): void;
}

/**
 * - `path-norm`: the 1-path-norm; of a ResNet, that of the equivalent ReLU network
 * - `improved-bound`: theorem 2 of arXiv:2404.19112, for a ResNet
 * - `l2`: Σg², or ΣW² where there are no lengths
 */
export type PenaltyKind = "path-norm" | "improved-bound" | "l2" | "none";

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
  const { architecture, hidden, output } = network.spec;
  if (kind === "improved-bound" && architecture !== "resnet") {
    throw new InputError("The improved bound is for residual networks; use the path norm for an MLP.");
  }
  const sharesLengths = hidden === "l1-shared" && weightKinds[output].norm === 1;
  const hasClosedForm = sharesLengths && (kind === "improved-bound") === (architecture === "resnet");
  return hasClosedForm && form === "auto" ? closedForm(network) : explicitPathNorm(backend, network, kind);
}
