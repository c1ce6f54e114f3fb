import { lax, numpy as np } from "@jax-js/jax";
import { columnsOf, type Shape } from "../../../../src/engine/layers/shape.ts";
import type { KindMember } from "./member.ts";

function member(name: string, shape: Shape, size: number, terms: number, isBiased: boolean): KindMember {
  const [height, width] = shape;
  const channels = columnsOf(shape);
  const half = (size - 1) / 2;
  /** Where in a row of M the entry of a tap and a channel stands. */
  const at = (i: number, p: number, q: number, j: number) => ((i * size + p) * size + q) * channels + j;
  /** Lx, by the entries of the whole matrix: from pixel to pixel the tap between them, less that of the way back. */
  const apply = (x: Float64Array, m: Float64Array) => {
    const out = new Float64Array(x.length);
    for (let to = 0; to < height * width; to++)
      for (let from = 0; from < height * width; from++) {
        const down = Math.floor(from / width) - Math.floor(to / width);
        const across = (from % width) - (to % width);
        if (Math.abs(down) > half || Math.abs(across) > half) continue;
        for (let i = 0; i < channels; i++)
          for (let j = 0; j < channels; j++)
            out[to * channels + i] +=
              ((m[at(i, half + down, half + across, j)] - m[at(j, half - down, half - across, i)]) / 2) *
              x[from * channels + j];
      }
    return out;
  };
  return {
    name,
    spec: { layer: "orthogonal-convolution", size, terms, weight: "plain", bias: isBiased },
    shape,
    plain(x, n, [m, b]) {
      const out = x.map((v, k) => v + (b ? b[k % channels] : 0));
      const length = x.length / n;
      for (let e = 0; e < n; e++) {
        let power = x.slice(e * length, (e + 1) * length);
        for (let k = 1; k <= terms; k++) {
          power = apply(power, m).map((v) => v / k);
          for (let i = 0; i < length; i++) out[e * length + i] += power[i];
        }
      }
      return out;
    },
    traced(x, [m, b]) {
      // Channels first, as jax-js has them.
      const kernels = np.transpose(m.ref.reshape([channels, size, size, channels]), [0, 3, 1, 2]);
      const turned = np.flip(np.transpose(kernels.ref, [1, 0, 2, 3]), [2, 3]);
      const skew = kernels.sub(turned).mul(0.5);
      const pads: [number, number][] = [
        [half, half],
        [half, half],
      ];
      let power = np.transpose(x.ref, [0, 3, 1, 2]);
      let sum = power.ref;
      for (let k = 1; k <= terms; k++) {
        power = lax.convGeneralDilated(power, skew.ref, [1, 1], pads).div(k);
        sum = sum.add(power.ref);
      }
      const out = np.transpose(sum, [0, 2, 3, 1]);
      return b ? out.add(b.ref.reshape([channels])) : out;
    },
  };
}

export const orthogonalConvolutionMembers: KindMember[] = [
  member("3 × 3", [4, 3, 3], 3, 5, true),
  member("of one term, without a bias", [3, 5, 2], 3, 1, false),
  member("1 × 1", [2, 3, 5], 1, 4, true),
  member("5 × 5 on an image smaller than its kernels", [2, 3, 2], 5, 3, true),
  member("of one channel", [5, 4, 1], 3, 6, true),
];
