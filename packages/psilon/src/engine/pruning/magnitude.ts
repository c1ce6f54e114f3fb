import type { Network } from "../networks/network.js";
import type { Score } from "./maskLeast.js";

/** |W_ij|, of the effective weights. */
export function magnitude(network: Network): Score {
  return (scores) => {
    network.layers.forEach(({ weight }, l) => {
      const w = weight.effective.data;
      for (let k = 0; k < w.length; k++) scores[l][k] = Math.abs(w[k]);
    });
  };
}
