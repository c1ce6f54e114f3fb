import { numpy as np } from "@jax-js/jax";
import type { Activation } from "../../../../src/engine/layers/activation.ts";
import { columnsOf, type Shape } from "../../../../src/engine/layers/shape.ts";
import { activated, tracedActivation } from "./activation.ts";
import type { KindMember } from "./member.ts";

function member(name: string, shape: Shape, activation?: Activation): KindMember {
  const columns = columnsOf(shape);
  const phi = (z: number) => (activation ? activated(activation, z) : z);
  const normalized = (
    x: Float64Array,
    [gamma, beta]: readonly Float64Array[],
    mean: readonly number[],
    variance: readonly number[],
  ) =>
    x.map((v, k) => {
      const c = k % columns;
      return phi((gamma[c] * (v - mean[c])) / Math.sqrt(variance[c] + 1e-5) + beta[c]);
    });
  return {
    name,
    spec: { layer: "batch-norm", ...(activation && { activation }) },
    shape,
    plain(x, _n, parameters) {
      const values = Array.from({ length: columns }, (_, c) => x.filter((_, k) => k % columns === c));
      const mean = values.map(meanOf);
      const variance = values.map((own, c) => meanOf(own.map((v) => (v - mean[c]) ** 2)));
      return normalized(x, parameters, mean, variance);
    },
    evaluated: (x, _n, parameters, [mean, variance]) => normalized(x, parameters, [...mean], [...variance]),
    traced(x, [gamma, beta]) {
      const rows = x.ref.reshape([-1, columns]);
      const centred = rows.ref.sub(np.mean(rows, 0));
      const deviation = np.sqrt(np.mean(np.square(centred.ref), 0).add(1e-5));
      const z = centred
        .div(deviation)
        .mul(gamma.ref.reshape([columns]))
        .add(beta.ref.reshape([columns]));
      return activation ? tracedActivation(activation, z) : z;
    },
  };
}

const meanOf = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / values.length;

export const batchNormMembers: KindMember[] = [
  member("of features", [5]),
  member("of an image's channels", [2, 3, 4]),
  member("of more rows than are summed at once", [5, 3, 7]),
  member("of tokens, with ReLU", [7, 6], "relu"),
  member("of an image of one channel, with GELU", [3, 3, 1], "gelu"),
];
