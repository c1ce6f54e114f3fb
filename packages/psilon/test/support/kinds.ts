import { type WeightKind, weightKinds } from "../../src/engine/weights/kinds.ts";
import { isTransformed } from "../../src/engine/weights/transformed.ts";

export const allKinds = Object.keys(weightKinds) as WeightKind[];

/** Kinds whose rows stand for themselves: plain ones and those of the family g·V/‖V‖. */
export const rowKinds = allKinds.filter((kind) => !isTransformed(kind));
