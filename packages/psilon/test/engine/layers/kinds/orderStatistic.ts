import { numpy as np } from "@jax-js/jax";
import { columnsOf, type Shape } from "../../../../src/engine/layers/shape.ts";
import type { KindMember } from "./member.ts";

const member = (name: string, shape: Shape, units: number, ratio: number, isBiased: boolean): KindMember => {
  const columns = columnsOf(shape);
  const factors = Array.from({ length: columns }, (_, t) =>
    ratio ** t < 2 ** -12 ? 0 : (1 - ratio) * ratio ** t,
  );
  return {
    name,
    spec: { layer: "order-statistic", units, ratio, weight: "plain", bias: isBiased },
    shape,
    plain: (x, _n, [w, b]) =>
      Float64Array.from({ length: (x.length / columns) * units }, (_, at) => {
        const [row, k] = [Math.floor(at / units), at % units];
        const distances = Array.from({ length: columns }, (_, j) =>
          Math.abs(x[row * columns + j] + w[k * columns + j]),
        ).sort((a, b) => b - a);
        return distances.reduce((sum, v, t) => sum + factors[t] * v, b ? b[k] : 0);
      }),
    traced(x, [w, b]) {
      const rows = x.ref.reshape([-1, 1, columns]);
      const distances = np.absolute(rows.add(w.ref.reshape([1, units, columns])));
      const sorted = np.flip(np.sort(distances, -1), -1);
      const out = sorted.mul(np.array(factors)).sum(-1);
      return b ? out.add(b.ref.reshape([units])) : out;
    },
  };
};

export const orderStatisticMembers: KindMember[] = [
  member("of features", [7], 3, 0.4, true),
  member("of the largest distance alone", [5], 4, 0, false),
  member("of tokens, with nearly all distances alike", [2, 6], 3, 0.9, true),
  member("of more inputs than count", [40], 2, 0.3, true),
  member("of one input", [1], 2, 0.5, false),
];
