import { nn, numpy as np } from "@jax-js/jax";
import { columnsOf, placesOf, type Shape } from "../../../../src/engine/layers/shape.ts";
import type { KindMember } from "./member.ts";

function member(name: string, shape: Shape, heads: number, isBiased = true, headSize?: number): KindMember {
  const [tokens, features] = [placesOf(shape), columnsOf(shape)];
  const size = headSize ?? features / heads;
  const inner = heads * size;
  return {
    name,
    spec: { layer: "attention", heads, weight: "plain", bias: isBiased, ...(headSize && { headSize }) },
    shape,
    plain(x, n, [wq, wk, wv, wo, b]) {
      const times = (w: Float64Array, y: Float64Array, columns: number) => {
        const rows = w.length / columns;
        return Float64Array.from({ length: (y.length / columns) * rows }, (_, at) => {
          const [row, i] = [Math.floor(at / rows), at % rows];
          return y
            .subarray(row * columns, (row + 1) * columns)
            .reduce((sum, v, j) => sum + v * w[i * columns + j], 0);
        });
      };
      const [q, k, v] = [wq, wk, wv].map((w) => times(w, x, features));
      const mixed = new Float64Array(v.length);
      for (let e = 0; e < n; e++)
        for (let h = 0; h < heads; h++)
          for (let i = 0; i < tokens; i++) {
            const place = (t: number, c: number) => (e * tokens + t) * inner + h * size + c;
            const weights = Array.from({ length: tokens }, (_, j) => {
              let score = 0;
              for (let c = 0; c < size; c++) score += q[place(i, c)] * k[place(j, c)];
              return Math.exp(score / Math.sqrt(size));
            });
            const total = weights.reduce((sum, w) => sum + w, 0);
            for (let c = 0; c < size; c++)
              mixed[place(i, c)] = weights.reduce((sum, w, j) => sum + (w / total) * v[place(j, c)], 0);
          }
      return times(wo, mixed, inner).map((z, at) => z + (b ? b[at % features] : 0));
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
      const z = np.matmul(mixed.reshape([-1, tokens, inner]), np.transpose(wo.ref));
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
  member("of fewer heads than would share the features", [4, 5], 2, true, 3),
];
