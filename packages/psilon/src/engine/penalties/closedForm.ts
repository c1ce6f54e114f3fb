import type { MemberLayer } from "../layers/layer.js";
import type { GradientPenalty } from "./penalty.js";

/**
 * P = |∏_l g_l|·Σ_k |γ_k| for an MLP, and B = |g_0|·∏_l (1 + |g_l|)·Σ_k |γ_k| for a ResNet (arXiv:2404.19112,
 * sections 3.1 and 3.2), where every hidden layer is L1-normalized with one shared length. Touches the lengths only.
 * |g| has the slope 0 at g = 0.
 */
export function closedForm(layers: readonly MemberLayer[]): GradientPenalty {
  const hidden = layers.slice(0, -1).map(({ weight }) => weight);
  const last = layers[layers.length - 1].weight;
  /** What layer l contributes: |g|, or 1 + |g| in a residual block. */
  const rest = hidden.map(({ paired }) => (paired ? 1 : 0));
  const factor = (l: number) => rest[l] + Math.abs(hidden[l].lengths!.data[0]);
  // An output layer with a shared length counts it once a row.
  const repeat = last.rows / last.lengths!.length;
  const outputSum = () => {
    const gamma = last.lengths!.data;
    let sum = 0;
    for (let k = 0; k < gamma.length; k++) sum += Math.abs(gamma[k]);
    return sum * repeat;
  };
  /** ∏ of the hidden factors but that of layer `but`; no division, since a factor may be 0. */
  const product = (but: number) => {
    let value = 1;
    for (let l = 0; l < hidden.length; l++) if (l !== but) value *= factor(l);
    return value;
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
