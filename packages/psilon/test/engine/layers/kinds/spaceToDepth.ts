import { numpy as np } from "@jax-js/jax";
import type { Shape } from "../../../../src/engine/layers/shape.ts";
import type { KindMember } from "./member.ts";

const member = (name: string, shape: Shape, size: number): KindMember => {
  const [height, width, channels] = shape;
  const [down, across] = [height / size, width / size];
  return {
    name,
    spec: { layer: "space-to-depth", size },
    shape,
    plain(x, n) {
      const out: number[] = [];
      for (let i = 0; i < n * down; i++)
        for (let j = 0; j < across; j++)
          for (let p = 0; p < size; p++)
            for (let q = 0; q < size; q++)
              for (let c = 0; c < channels; c++)
                out.push(x[((i * size + p) * width + j * size + q) * channels + c]);
      return Float64Array.from(out);
    },
    traced(x) {
      const blocks = x.ref.reshape([x.shape[0], down, size, across, size, channels]);
      return np.transpose(blocks, [0, 1, 3, 2, 4, 5]).reshape([x.shape[0], down, across, -1]);
    },
  };
};

export const spaceToDepthMembers: KindMember[] = [
  member("of blocks of two", [4, 6, 3], 2),
  member("of blocks of three and one channel", [3, 6, 1], 3),
  member("of single pixels", [2, 3, 2], 1),
];
