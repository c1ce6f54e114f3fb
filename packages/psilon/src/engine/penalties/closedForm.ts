import type { MemberLayer } from "../layers/layer.js";
import { lengthFactors } from "./lengthFactors.js";
import type { GradientPenalty } from "./penalty.js";

/**
 * P = |∏_l g_l|·Σ_k |γ_k| for an MLP, and B = |g_0|·∏_l (1 + |g_l|)·Σ_k |γ_k| for a ResNet (arXiv:2404.19112,
 * sections 3.1 and 3.2), where every hidden layer is L1-normalized with one shared length. Touches the lengths only.
 * |g| has the slope 0 at g = 0.
 */
export function closedForm(layers: readonly MemberLayer[]): GradientPenalty {
  const { hidden, last, product } = lengthFactors(layers);
  // An output layer with a shared length counts it once a row.
  const repeat = last.rows / last.lengths!.length;
  const outputSum = () => {
    const gamma = last.lengths!.data;
    let sum = 0;
    for (let k = 0; k < gamma.length; k++) sum += Math.abs(gamma[k]);
    return sum * repeat;
  };
  return {
    on: "lengths",
    value: () => product(-1) * outputSum(),
    addGradient(scale) {
      const sum = outputSum();
      for (let l = 0; l < hidden.length; l++) {
        const g = hidden[l].lengths!.data[0];
        hidden[l].lengthGradient!.data[0] += scale * Math.sign(g) * product(l) * sum;
      }
      const all = scale * repeat * product(-1);
      const gamma = last.lengths!.data;
      const gradient = last.lengthGradient!.data;
      for (let k = 0; k < gamma.length; k++) gradient[k] += all * Math.sign(gamma[k]);
    },
  };
}
