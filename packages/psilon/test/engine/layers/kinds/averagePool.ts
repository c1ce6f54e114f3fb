import { numpy as np } from "@jax-js/jax";
import { poolingMembers } from "./pooling.ts";

export const averagePoolMembers = poolingMembers({
  layer: "average-pool",
  outside: 0,
  plain: (pixels) => pixels.reduce((sum, v) => sum + v, 0) / pixels.length,
  traced: (pixels) => np.mean(pixels, 0),
});
