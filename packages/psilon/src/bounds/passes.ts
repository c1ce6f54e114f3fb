import type { GlobalMethod } from "./certificate.js";
import { columnPass } from "./columnBound.js";
import { foldedPass } from "./foldedBound.js";
import { improvedPass } from "./improvedBound.js";
import type { PairPass } from "./passBack.js";
import { skipPass } from "./skipBound.js";
import { tightPass } from "./tightBound.js";

/** A global bound that sums over paths. */
export type PathMethod = Exclude<GlobalMethod, "norm-product" | "spectral-product">;

/** The bounds by paths that an architecture has. */
export const passes: Readonly<
  Record<"mlp" | "resnet", readonly (readonly [name: PathMethod, pass: PairPass])[]>
> = {
  mlp: [["path-norm", columnPass]],
  resnet: [
    ["column", columnPass],
    ["tight", tightPass],
    ["improved", improvedPass],
    ["skip", skipPass],
    ["folded", foldedPass],
  ],
};
