import { numpy as np } from "@jax-js/jax";
import type { Shape } from "../../../../src/engine/layers/shape.ts";
import type { KindMember } from "./member.ts";

const member = (name: string, shape: Shape, size: number): KindMember => ({
  name,
  spec: { layer: "group-sort", size },
  shape,
  plain: (x) =>
    Float64Array.from({ length: x.length / size }, (_, g) => g * size).reduce((out, from) => {
      out.set(
        x.slice(from, from + size).sort((a, b) => b - a),
        from,
      );
      return out;
    }, new Float64Array(x.length)),
  traced: (x) => np.flip(np.sort(x.ref.reshape([x.shape[0], -1, size]), -1), -1).reshape([...x.shape]),
});

export const groupSortMembers: KindMember[] = [
  member("of pairs of an image's channels", [3, 2, 4], 2),
  member("of all features", [5], 5),
  member("of threes of tokens", [2, 6], 3),
  member("of single features, which stay", [3], 1),
];
