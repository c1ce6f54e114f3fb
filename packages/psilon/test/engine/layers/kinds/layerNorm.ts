import { numpy as np } from "@jax-js/jax";
import { columnsOf, type Shape } from "../../../../src/engine/layers/shape.ts";
import type { KindMember } from "./member.ts";

const member = (name: string, shape: Shape): KindMember => {
  const columns = columnsOf(shape);
  return {
    name,
    spec: { layer: "layer-norm" },
    shape,
    plain: (x, _n, [gamma, beta]) =>
      x.map((v, k) => {
        const c = k % columns;
        const row = x.subarray(k - c, k - c + columns);
        const mean = row.reduce((sum, u) => sum + u, 0) / columns;
        const variance = row.reduce((sum, u) => sum + (u - mean) ** 2, 0) / columns;
        return (gamma[c] * (v - mean)) / Math.sqrt(variance + 1e-5) + beta[c];
      }),
    traced(x, [gamma, beta]) {
      const rows = x.ref.reshape([-1, columns]);
      const centred = rows.ref.sub(np.mean(rows, 1, { keepdims: true }));
      const variance = np.mean(np.square(centred.ref), 1, { keepdims: true });
      const normalized = centred.div(np.sqrt(variance.add(1e-5)));
      return normalized.mul(gamma.ref.reshape([columns])).add(beta.ref.reshape([columns]));
    },
  };
};

export const layerNormMembers: KindMember[] = [
  member("of features", [5]),
  member("of tokens", [4, 7]),
  member("of an image's pixels", [2, 3, 4]),
];
