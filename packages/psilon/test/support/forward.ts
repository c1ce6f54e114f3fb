import type { FoldedNetwork } from "../../src/folded/folded.ts";

/** f(x) in float64, written from the definition: the reference that everything else is compared with. */
export function forward(network: FoldedNetwork, x: ArrayLike<number>): number[] {
  let h = Array.from(x);
  network.layers.forEach((layer, l) => {
    const input = h;
    h = Array.from(layer.bias, (bias, i) => {
      let sum = bias;
      for (let j = 0; j < layer.columns; j++) {
        const at = i * layer.columns + j;
        if (layer.kind === "pair") {
          sum += layer.positive[at] * Math.max(input[j], 0) + layer.negative[at] * Math.min(input[j], 0);
        } else {
          sum += layer.weight[at] * (l === 0 ? input[j] : Math.max(input[j], 0));
        }
      }
      return layer.kind === "pair" && layer.residual ? input[i] + sum : sum;
    });
  });
  const { slopes } = network;
  return slopes ? h.map((value) => slopes.reduce((sum, slope, j) => sum + slope * x[j], value)) : h;
}
