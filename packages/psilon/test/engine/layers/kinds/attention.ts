import { nn, numpy as np } from "@jax-js/jax";
import { columnsOf, placesOf, type Shape } from "../../../../src/engine/layers/shape.ts";
import type { KindMember } from "./member.ts";

function member(name: string, shape: Shape, heads: number, isBiased = true): KindMember {
  const [tokens, features] = [placesOf(shape), columnsOf(shape)];
  const size = features / heads;
  return {
    name,
    spec: { layer: "attention", heads, weight: "plain", bias: isBiased },
    shape,
    plain(x, n, [wq, wk, wv, wo, b]) {
      const times = (w: Float64Array, y: Float64Array) =>
        y.map((_, at) => {
          const [row, i] = [Math.floor(at / features), at % features];
          return y
            .subarray(row * features, (row + 1) * features)
            .reduce((sum, v, j) => sum + v * w[i * features + j], 0);
        });
      const [q, k, v] = [wq, wk, wv].map((w) => times(w, x));
      const mixed = new Float64Array(x.length);
      for (let e = 0; e < n; e++)
        for (let h = 0; h < heads; h++)
          for (let i = 0; i < tokens; i++) {
            const place = (t: number, c: number) => (e * tokens + t) * features + h * size + c;
            const weights = Array.from({ length: tokens }, (_, j) => {
              let score = 0;
              for (let c = 0; c < size; c++) score += q[place(i, c)] * k[place(j, c)];
              return Math.exp(score / Math.sqrt(size));
            });
            const total = weights.reduce((sum, w) => sum + w, 0);
            for (let c = 0; c < size; c++)
              mixed[place(i, c)] = weights.reduce((sum, w, j) => sum + (w / total) * v[place(j, c)], 0);
          }
      return times(wo, mixed).map((z, at) => z + (b ? b[at % features] : 0));
    },
    traced(x, [wq, wk, wv, wo, b]) {
      const rows = x.ref.reshape([-1, tokens, features]);
      const split = (w: np.Array) =>
        np.transpose(
          np.matmul(rows.ref, np.transpose(w.ref)).reshape([-1, tokens, heads, size]),
          [0, 2, 1, 3],
        );
      const [q, k, v] = [wq, wk, wv].map(split);
      const scores = np.matmul(q, np.transpose(k, [0, 1, 3, 2])).div(Math.sqrt(size));
      const mixed = np.transpose(np.matmul(nn.softmax(scores, -1), v), [0, 2, 1, 3]);
      const z = np.matmul(mixed.reshape([-1, tokens, features]), np.transpose(wo.ref));
      return b ? z.add(b.ref.reshape([features])) : z;
    },
  };
}

export const attentionMembers: KindMember[] = [
  member("of one head", [5, 3], 1),
  member("of several heads", [4, 6], 3),
  member("of heads of one number", [7, 2], 2),
  member("of one token", [1, 4], 2),
  member("of more tokens than a panel holds, without a bias", [13, 4], 2, false),
  member("of an image's pixels", [3, 3, 4], 2),
];
