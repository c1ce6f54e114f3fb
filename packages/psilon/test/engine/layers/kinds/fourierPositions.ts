import { numpy as np } from "@jax-js/jax";
import { columnsOf, type Shape } from "../../../../src/engine/layers/shape.ts";
import { normal } from "../../../../src/engine/random/normal.ts";
import { createRandom } from "../../../../src/engine/random/random.ts";
import { type KindMember, SEED } from "./member.ts";

/** Sines and cosines of each matrix's angles; the matrices are lists of rows. */
function member(
  name: string,
  shape: Shape,
  choice: { frequencies: number; identity?: boolean } | { features: number; scale: number },
  isKept: boolean,
  matrices: readonly number[][][],
): KindMember {
  const columns = columnsOf(shape);
  return {
    name,
    spec: { layer: "fourier-positions", ...choice },
    shape,
    plain(x) {
      const out: number[] = [];
      for (let start = 0; start < x.length; start += columns) {
        const row = x.subarray(start, start + columns);
        if (isKept) out.push(...row);
        for (const matrix of matrices) {
          const angles = matrix.map((b) => Math.PI * b.reduce((sum, v, j) => sum + v * row[j], 0));
          out.push(...angles.map(Math.sin), ...angles.map(Math.cos));
        }
      }
      return Float64Array.from(out);
    },
    traced(x) {
      const waves = matrices.flatMap((matrix) => {
        const angles = np.matmul(x.ref, np.transpose(np.array(matrix))).mul(Math.PI);
        return [np.sin(angles.ref), np.cos(angles)];
      });
      return np.concatenate(isKept ? [x.ref, ...waves] : waves, -1);
    },
  };
}

const powers = (columns: number, frequencies: number) =>
  Array.from({ length: frequencies }, (_, k) =>
    Array.from({ length: columns }, (_, i) =>
      Array.from({ length: columns }, (_, j) => (i === j ? 2 ** k : 0)),
    ),
  );

/** 2·B, with B as float32 holds it. */
function gaussian(columns: number, features: number, scale: number) {
  const random = createRandom(SEED);
  return [
    Array.from({ length: features }, () =>
      Array.from({ length: columns }, () => 2 * Math.fround(scale * normal(random))),
    ),
  ];
}

export const fourierPositionsMembers: KindMember[] = [
  member("of points", [3], { frequencies: 4 }, true, powers(3, 4)),
  member("of points, without themselves", [2], { frequencies: 3, identity: false }, false, powers(2, 3)),
  member("of one number", [1], { frequencies: 1 }, true, powers(1, 1)),
  member("of tokens of five columns", [3, 5], { frequencies: 2 }, true, powers(5, 2)),
  member("by a Gaussian matrix", [3], { features: 7, scale: 0.5 }, false, gaussian(3, 7, 0.5)),
  member("by one Gaussian row, of tokens", [2, 2], { features: 1, scale: 2 }, false, gaussian(2, 1, 2)),
];
