import { numpy as np } from "@jax-js/jax";
import { columnsOf, type Shape } from "../../../../src/engine/layers/shape.ts";
import type { KindMember } from "./member.ts";

const member = (name: string, shape: Shape, channels: number): KindMember => {
  const read = columnsOf(shape);
  return {
    name,
    spec: { layer: "channels", channels },
    shape,
    plain: (x) =>
      Float64Array.from({ length: (x.length / read) * channels }, (_, k) =>
        k % channels < read ? x[Math.floor(k / channels) * read + (k % channels)] : 0,
      ),
    traced(x) {
      const rows = x.ref.reshape([-1, read]);
      // The first columns of the identity, and none beyond it.
      const kept = np.eye(read, channels);
      return np.matmul(rows, kept).reshape([x.shape[0], -1]);
    },
  };
};

export const channelsMembers: KindMember[] = [
  member("with zeros after those of an image", [2, 3, 3], 7),
  member("without the last of an image", [3, 2, 5], 2),
  member("with one zero after features", [4], 5),
];
