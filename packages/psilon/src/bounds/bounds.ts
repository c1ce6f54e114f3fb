import type { FoldedNetwork } from "../networks/folded.js";
import type { Bound } from "./bound.js";
import { columnBound } from "./columnBound.js";
import { foldedBound } from "./foldedBound.js";
import { improvedBound } from "./improvedBound.js";
import { pathNorm } from "./pathNorm.js";
import { skipBound } from "./skipBound.js";
import { tightBound } from "./tightBound.js";

const functions: Record<
  FoldedNetwork["architecture"],
  readonly [Bound["name"], (n: FoldedNetwork) => number][]
> = {
  mlp: [["path-norm", pathNorm]],
  resnet: [
    ["column", columnBound],
    ["tight", tightBound],
    ["improved", improvedBound],
    ["skip", skipBound],
    ["folded", foldedBound],
  ],
};

/** Every bound that the network's architecture has, smallest first. */
export function bounds(network: FoldedNetwork): Bound[] {
  return ensembleBounds([network]);
}

/**
 * The bounds of the mean of several networks, smallest first: ‖Σ_m (f_m(x) − f_m(y))/n‖₁ ≤ (Σ_m L_m/n)·‖x − y‖_∞, so each is the mean
 * of the members' bounds. Throws TypeError when the members differ in architecture.
 */
export function ensembleBounds(members: readonly FoldedNetwork[]): Bound[] {
  return functions[members[0].architecture]
    .map(([name, bound]) => ({
      name,
      kind: "upper bound" as const,
      inputNorm: "inf" as const,
      outputNorm: "1" as const,
      arithmetic: "float64 from float32 weights" as const,
      value: members.reduce((sum, member) => sum + bound(member), 0) / members.length,
    }))
    .sort((a, b) => a.value - b.value);
}
