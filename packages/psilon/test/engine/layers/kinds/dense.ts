import { numpy as np } from "@jax-js/jax";
import { columnsOf, type Shape } from "../../../../src/engine/layers/shape.ts";
import { activated, tracedActivation } from "./activation.ts";
import type { KindMember } from "./member.ts";

const member = (name: string, shape: Shape, outputs: number, isBiased: boolean): KindMember => ({
  name,
  spec: { layer: "dense", outputs, weight: "plain", bias: isBiased, activation: "relu" },
  shape,
  plain(x, _n, [w, b]) {
    const columns = columnsOf(shape);
    return Float64Array.from({ length: (x.length / columns) * outputs }, (_, k) => {
      const [row, i] = [Math.floor(k / outputs), k % outputs];
      let z = b ? b[i] : 0;
      for (let j = 0; j < columns; j++) z += x[row * columns + j] * w[i * columns + j];
      return activated("relu", z);
    });
  },
  traced(x, [w, b]) {
    const z = np.matmul(x.ref, np.transpose(w.ref));
    return tracedActivation("relu", b ? z.add(b.ref.reshape([outputs])) : z);
  },
});

export const denseMembers: KindMember[] = [
  member("of features", [5], 3, true),
  member("of tokens, without a bias", [3, 4], 5, false),
  member("of an image's pixels", [2, 3, 2], 7, true),
];
