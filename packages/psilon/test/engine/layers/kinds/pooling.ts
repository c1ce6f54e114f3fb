import { numpy as np } from "@jax-js/jax";
import type { PoolingSpec } from "../../../../src/engine/layers/pooling.ts";
import type { Shape } from "../../../../src/engine/layers/shape.ts";
import type { KindMember } from "./member.ts";

/** What a window makes of its pixels, where those beyond the image are `outside`, and the same traced, along the first axis of an array. */
interface Pooling {
  readonly layer: "max-pool" | "average-pool";
  readonly outside: number;
  plain(pixels: number[]): number;
  traced(pixels: np.Array): np.Array;
}

const corners: [name: string, shape: Shape, choice: PoolingSpec][] = [
  ["2 × 2", [4, 6, 3], { size: 2 }],
  ["3 × 3 that overlap, with padding", [5, 4, 4], { size: 3, stride: 2, padding: 1 }],
  ["2 × 2 that leave the last pixels out", [5, 3, 5], { size: 2 }],
  ["2 × 2 that leave pixels between them out", [5, 6, 1], { size: 2, stride: 3 }],
  ["3 × 3 on an image smaller than they are", [1, 2, 6], { size: 3, stride: 1, padding: 2 }],
  ["1 × 1", [2, 3, 2], { size: 1 }],
];

export const poolingMembers = (pooling: Pooling): KindMember[] =>
  corners.map(([name, shape, choice]) => {
    const { size, stride = size, padding = 0 } = choice;
    const [height, width, channels] = shape;
    const windows = (pixels: number) =>
      Array.from(
        { length: Math.floor((pixels + 2 * padding - size) / stride) + 1 },
        (_, k) => k * stride - padding,
      );
    const offsets = Array.from({ length: size * size }, (_, k) => [Math.floor(k / size), k % size]);
    return {
      name: `of windows of ${name}`,
      spec: { layer: pooling.layer, ...choice },
      shape,
      plain(x, n) {
        const at = (e: number, i: number, j: number, c: number) =>
          i < 0 || i >= height || j < 0 || j >= width
            ? pooling.outside
            : x[((e * height + i) * width + j) * channels + c];
        const out: number[] = [];
        for (let e = 0; e < n; e++)
          for (const top of windows(height))
            for (const left of windows(width))
              for (let c = 0; c < channels; c++)
                out.push(pooling.plain(offsets.map(([p, q]) => at(e, top + p, left + q, c))));
        return Float64Array.from(out);
      },
      traced(x) {
        const n = x.shape[0];
        const pads: [number, number][] = [
          [0, 0],
          [padding, padding],
          [padding, padding],
          [0, 0],
        ];
        const [tall, wide] = [height + 2 * padding, width + 2 * padding];
        const isInside = (at: number, pixels: number) => at >= padding && at < padding + pixels;
        const border = Array.from({ length: tall * wide }, (_, k) =>
          isInside(Math.floor(k / wide), height) && isInside(k % wide, width) ? 0 : pooling.outside,
        );
        const image = np.pad(x.ref, pads).add(np.array(border).reshape([1, tall, wide, 1]));
        const [down, across] = [windows(height).length, windows(width).length];
        // Of every offset the pixels that all windows see there.
        const seen = offsets.map(([p, q]) =>
          np.stack(
            windows(height).flatMap((top) =>
              windows(width).map((left) =>
                image.ref
                  .slice(
                    [],
                    [top + padding + p, top + padding + p + 1],
                    [left + padding + q, left + padding + q + 1],
                    [],
                  )
                  .reshape([n, channels]),
              ),
            ),
            1,
          ),
        );
        return pooling.traced(np.stack(seen)).reshape([n, down, across, channels]);
      },
    };
  });
