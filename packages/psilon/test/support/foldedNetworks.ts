import { normal } from "../../src/engine/random/normal.ts";
import type { Random } from "../../src/engine/random/random.ts";
import type { FoldedDense, FoldedNetwork, FoldedPair } from "../../src/folded/folded.ts";

/** Draws one number. */
export type Draw = () => number;

export interface ResnetShape {
  inputs: number;
  width: number;
  /** Residual blocks. */
  depth: number;
  outputs: number;
}

export const normals =
  (random: Random, scale = 1): Draw =>
  () =>
    scale * normal(random);

/** Zero but for a share `density` of the draws. */
export const sparse =
  (random: Random, density: number, draw: Draw): Draw =>
  () =>
    random.next() < density ? draw() : 0;

/** Whole multiples of 1/8 in [−1, 1]: sums of their products stay exact, even in float32 while they are few. */
export const eighths =
  (random: Random): Draw =>
  () =>
    Math.floor(17 * random.next() - 8) / 8;

/** A whole number from `low` to `high`. */
export const between = (random: Random, low: number, high: number): number =>
  low + Math.floor(random.next() * (high - low + 1));

const fill = (length: number, draw: Draw) => Float32Array.from({ length }, draw);

export function dense(rows: number, columns: number, weight: Draw, bias: Draw): FoldedDense {
  return { kind: "dense", rows, columns, weight: fill(rows * columns, weight), bias: fill(rows, bias) };
}

export function pair(residual: boolean, rows: number, columns: number, weight: Draw, bias: Draw): FoldedPair {
  const positive = fill(rows * columns, weight);
  const negative = fill(rows * columns, weight);
  return { kind: "pair", residual, rows, columns, positive, negative, bias: fill(rows, bias) };
}

/** `sizes`: inputs, then the units of every layer. */
export function mlp(sizes: readonly number[], weight: Draw, bias: Draw): FoldedNetwork {
  const layers = sizes.slice(1).map((rows, l) => dense(rows, sizes[l], weight, bias));
  return { architecture: "mlp", layers };
}

export function resnet(
  { inputs, width, depth, outputs }: ResnetShape,
  weight: Draw,
  bias: Draw,
): FoldedNetwork {
  const layers = [
    dense(width, inputs, weight, bias),
    ...Array.from({ length: depth }, () => pair(true, width, width, weight, bias)),
    pair(false, outputs, width, weight, bias),
  ];
  return { architecture: "resnet", layers };
}
