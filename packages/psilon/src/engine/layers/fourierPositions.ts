import { asGiven } from "../../arguments.js";
import { InputError } from "../../errors.js";
import { normal } from "../random/normal.js";
import { createSignal } from "./boundLayer.js";
import type { Binding, LayerKind } from "./kind.js";
import { columnsOf } from "./shape.js";
import { checkSize, withLast } from "./weighted.js";

/**
 * Coordinates x ∈ ℝᵈ as waves, so that a network learns what changes fast (the columns of every place by themselves):
 *
 * - `frequencies`: [x, sin(2ᵏπx), cos(2ᵏπx) for k = 0 … frequencies − 1], d numbers each (arXiv:2003.08934), right to the last digits at
 *   any k; without x where `identity` is false;
 * - `features`: [sin(2πBx), cos(2πBx)], `features` numbers each, with the entries of B drawn from N(0, scale²) once and never trained
 *   (arXiv:2006.10739).
 */
export type FourierPositionsSpec =
  | { readonly frequencies: number; readonly identity?: boolean }
  | { readonly features: number; readonly scale: number };

export const fourierPositions: LayerKind<FourierPositionsSpec> = {
  choices: { frequencies: true, identity: true, features: true, scale: true },
  shape(spec, input) {
    const columns = columnsOf(input);
    // The types let both be mixed.
    const other = ("frequencies" in spec ? ["features", "scale"] : ["identity"]).find((name) => name in spec);
    if (other) {
      throw new InputError({
        code: "conflicting-arguments",
        found: `Fourier positions are of frequencies, with identity or without, or of features of a scale, but "${other}" was given to the ${"frequencies" in spec ? "first" : "second"}`,
        value: other,
      });
    }
    if ("frequencies" in spec) {
      checkSize("number of frequencies", spec.frequencies);
      return withLast(input, (2 * spec.frequencies + keptOf(spec)) * columns);
    }
    checkSize("number of features", spec.features);
    if (!(spec.scale > 0 && Number.isFinite(spec.scale))) {
      throw new InputError({
        code: "out-of-range",
        found: `The scale of Fourier positions is a finite number above 0, but ${asGiven(spec.scale)} was given`,
        value: String(spec.scale),
      });
    }
    return withLast(input, 2 * spec.features);
  },
  keeps(spec, input) {
    if ("frequencies" in spec) return { parameters: [] };
    const matrix = { name: "matrix", rows: spec.features, columns: columnsOf(input) };
    return { parameters: [], state: [matrix] };
  },
  /** Both are sin(2πMx) and cos(2πMx): where M holds powers of 2 and zeros, the product is exact. */
  bind(binding, spec, { values: x, delta: inputDelta, places }, shape) {
    const { arena, kernels, product } = binding.backend;
    const { rows, columns } = x;
    const isFixed = "frequencies" in spec;
    const matrix = isFixed
      ? powers(binding, spec.frequencies, columns)
      : gaussian(binding, spec.features, columns, spec.scale);
    const angles = matrix.rows;
    const [blocks, size] = isFixed ? [spec.frequencies, columns] : [1, angles];
    const kept = isFixed ? keptOf(spec) * columns : 0;
    const z = arena.tensor(rows, angles);
    const output = createSignal(arena, rows, columnsOf(shape), { places });
    const { values, delta } = output;
    return {
      passes: [
        {
          output,
          parameters: [],
          state: isFixed ? [] : [matrix],
          scaledBy: [],
          forward(n) {
            product.multiply("NT", n * places, angles, columns, x, matrix, z, false);
            kernels.fourierFeatures(n * places, blocks, size, kept, z.pointer, x.pointer, values.pointer);
          },
          backward(n) {
            if (!inputDelta) return;
            if (kept) {
              const { pointer } = inputDelta;
              kernels.copyColumns(n * places, kept, delta.pointer, delta.columns, pointer, columns);
            }
            kernels.fourierSlopes(n * places, blocks, size, kept, values.pointer, delta.pointer, z.pointer);
            product.multiply("NN", n * places, columns, angles, z, matrix, inputDelta, kept > 0);
          },
        },
      ],
      layers: [],
    };
  },
};

/** Whether x is among what is written, as a number. */
const keptOf = ({ identity = true }: { readonly identity?: boolean }) => (identity ? 1 : 0);

/** 2ᵏ⁻¹ in the diagonal of block k. */
function powers({ backend }: Binding, frequencies: number, columns: number) {
  const matrix = backend.arena.tensor(frequencies * columns, columns);
  for (let k = 0; k < frequencies; k++)
    for (let j = 0; j < columns; j++) matrix.data[(k * columns + j) * columns + j] = 2 ** (k - 1);
  return matrix;
}

/** B. */
function gaussian({ backend, random }: Binding, features: number, columns: number, scale: number) {
  const matrix = backend.arena.tensor(features, columns);
  for (let k = 0; k < matrix.length; k++) matrix.data[k] = scale * normal(random);
  return matrix;
}
