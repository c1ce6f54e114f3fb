import { lax, numpy as np } from "@jax-js/jax";
import type { ConvolutionSpec } from "../../../../src/engine/layers/convolution.ts";
import type { Shape } from "../../../../src/engine/layers/shape.ts";
import type { KindMember } from "./member.ts";

type Choice = Pick<ConvolutionSpec, "channels" | "size" | "stride" | "padding" | "groups">;

function member(name: string, shape: Shape, choice: Choice): KindMember {
  const { channels, size, stride = 1, padding = 0, groups = 1 } = choice;
  const [height, width, read] = shape;
  const part = read / groups;
  const down = Math.floor((height + 2 * padding - size) / stride) + 1;
  const across = Math.floor((width + 2 * padding - size) / stride) + 1;
  return {
    name,
    spec: { layer: "convolution", weight: "plain", ...choice },
    shape,
    plain(x, n, [w, b]) {
      const out: number[] = [];
      for (let e = 0; e < n; e++)
        for (let i = 0; i < down; i++)
          for (let j = 0; j < across; j++)
            for (let c = 0; c < channels; c++) {
              const first = Math.floor(c / (channels / groups)) * part;
              let z = b[c];
              for (let p = 0; p < size; p++)
                for (let q = 0; q < size; q++)
                  for (let k = 0; k < part; k++) {
                    const [row, column] = [i * stride - padding + p, j * stride - padding + q];
                    if (row < 0 || row >= height || column < 0 || column >= width) continue;
                    z +=
                      x[((e * height + row) * width + column) * read + first + k] *
                      w[c * size * size * part + (p * size + q) * part + k];
                  }
              out.push(z);
            }
      return Float64Array.from(out);
    },
    traced(x, [w, b]) {
      // Channels first, as jax-js has them.
      const images = np.transpose(x.ref, [0, 3, 1, 2]);
      const kernels = np.transpose(w.ref.reshape([channels, size, size, part]), [0, 3, 1, 2]);
      const pads: [number, number][] = [
        [padding, padding],
        [padding, padding],
      ];
      const z = lax.convGeneralDilated(images, kernels, [stride, stride], pads, {
        featureGroupCount: groups,
      });
      return np.transpose(z, [0, 2, 3, 1]).add(b.ref.reshape([channels]));
    },
  };
}

export const convolutionMembers: KindMember[] = [
  member("3 × 3", [5, 4, 2], { channels: 3, size: 3 }),
  member("3 × 3 with padding", [4, 5, 3], { channels: 5, size: 3, padding: 1 }),
  member("3 × 3 with padding and stride 2", [5, 6, 2], { channels: 4, size: 3, stride: 2, padding: 1 }),
  member("1 × 1", [3, 2, 5], { channels: 4, size: 1 }),
  member("1 × 1 with stride 2", [5, 4, 3], { channels: 2, size: 1, stride: 2 }),
  member("2 × 2 with stride 3, which leaves pixels out", [6, 7, 1], { channels: 2, size: 2, stride: 3 }),
  member("5 × 5 on an image smaller than its kernels", [2, 3, 2], { channels: 2, size: 5, padding: 4 }),
  member("with two groups", [4, 4, 6], { channels: 4, size: 3, padding: 1, groups: 2 }),
  member("of every channel by itself", [3, 4, 5], { channels: 5, size: 2, padding: 1, groups: 5 }),
  member("with one row of pixels", [1, 6, 4], { channels: 3, size: 3, padding: 1 }),
];
