import type { MemberLayer } from "../layers/layer.js";
import { kindsOf } from "../networks/kinds.js";
import type { Network } from "../networks/network.js";
import { weightKinds } from "../weights/kinds.js";

/** Whether bounds in closed form hold: hidden layers are L1-normalized with one shared length, outputs with trained lengths. */
export function hasLengthFactors(network: Network): boolean {
  const { output } = kindsOf(network);
  return (
    network.members[0].slice(0, -1).every(({ weight }) => weight.kind === "l1-shared") &&
    weightKinds[output].norm === 1 &&
    weightKinds[output].length !== "fixed"
  );
}

/** What the bounds of such layers are made of. */
export function lengthFactors(layers: readonly MemberLayer[]) {
  const hidden = layers.slice(0, -1).map(({ weight }) => weight);
  const last = layers[layers.length - 1].weight;
  /** What layer l contributes: |g|, or 1 + |g| in a residual block. */
  const rest = hidden.map(({ paired }) => (paired ? 1 : 0));
  const factor = (l: number) => rest[l] + Math.abs(hidden[l].lengths!.data[0]);
  return {
    hidden,
    last,
    /** ∏ of the hidden factors but that of layer `but`; no division, since a factor may be 0. */
    product(but: number): number {
      let value = 1;
      for (let l = 0; l < hidden.length; l++) if (l !== but) value *= factor(l);
      return value;
    },
  };
}
