import { numpy as np } from "@jax-js/jax";
import { poolingMembers } from "./pooling.ts";

export const maxPoolMembers = poolingMembers({
  layer: "max-pool",
  outside: Number.NEGATIVE_INFINITY,
  plain: (pixels) => Math.max(...pixels),
  traced: (pixels) => np.max(pixels, 0),
});
