import { numpy as np } from "@jax-js/jax";
import type { Shape } from "../../../../src/engine/layers/shape.ts";
import { activated, tracedActivation } from "./activation.ts";
import type { KindMember } from "./member.ts";

function member(name: string, shape: Shape, size: number, features: number): KindMember {
  const [height, width, channels] = shape;
  const [down, across] = [height / size, width / size];
  return {
    name,
    spec: { layer: "patches", size, features, weight: "plain", activation: "silu" },
    shape,
    plain(x, n, [w, b]) {
      const out: number[] = [];
      for (let e = 0; e < n; e++)
        for (let i = 0; i < height; i += size)
          for (let j = 0; j < width; j += size)
            for (let f = 0; f < features; f++) {
              let z = b[f];
              for (let p = 0; p < size; p++)
                for (let q = 0; q < size; q++)
                  for (let c = 0; c < channels; c++)
                    z +=
                      x[((e * height + i + p) * width + j + q) * channels + c] *
                      w[((f * size + p) * size + q) * channels + c];
              out.push(activated("silu", z));
            }
      return Float64Array.from(out);
    },
    traced(x, [w, b]) {
      const squares = x.ref.reshape([-1, down, size, across, size, channels]);
      const tokens = np
        .transpose(squares, [0, 1, 3, 2, 4, 5])
        .reshape([-1, down * across, size * size * channels]);
      const z = np.matmul(tokens, np.transpose(w.ref)).add(b.ref.reshape([features]));
      return tracedActivation("silu", z);
    },
  };
}

export const patchesMembers: KindMember[] = [
  member("of 2 × 2", [4, 6, 2], 2, 5),
  member("of 3 × 3", [3, 9, 1], 3, 4),
  member("of single pixels", [2, 3, 3], 1, 2),
  member("of the whole image", [3, 3, 2], 3, 1),
];
