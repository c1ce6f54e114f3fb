import { numpy as np } from "@jax-js/jax";
import { columnsOf, placesOf } from "../../../../src/engine/layers/shape.ts";
import type { KindMember } from "./member.ts";

export const globalAveragePoolMembers: KindMember[] = [
  [2, 3, 5],
  [4, 3],
  [1, 1, 8],
].map((shape) => ({
  name: shape.length === 3 ? `of an image of ${shape[0]} × ${shape[1]}` : "of a sequence",
  spec: { layer: "global-average-pool" },
  shape,
  plain(x, n) {
    const [places, columns] = [placesOf(shape), columnsOf(shape)];
    const out = new Float64Array(n * columns);
    x.forEach((v, k) => {
      out[Math.floor(k / (places * columns)) * columns + (k % columns)] += v / places;
    });
    return out;
  },
  traced: (x) => np.mean(x.ref.reshape([x.shape[0], -1, columnsOf(shape)]), 1),
}));
