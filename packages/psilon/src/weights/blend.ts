import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Projection } from "./weight.js";

/** The pruning blend of one L1-normalized weight. */
export interface Blend {
  projection: Projection | null;
  /** Overwrites W = g·u by the blend, if there is one. */
  apply(): void;
  /**
   * Turns ∂ℓ/∂W into the gradient that the normalizer's pullback expects, in place, writes ∂ℓ/∂g_i to `dots` and
   * returns their sum; for use while there is a projection.
   */
  pullback(projection: Projection): number;
  /** How many entries Π(s·u) keeps. */
  kept(scale: number): number;
}

/** The tensors of the weight that the blend works on; shapes as in `Weight`. */
export interface BlendTensors {
  readonly raw: Tensor;
  readonly effective: Tensor;
  readonly gradient: Tensor;
  readonly norms: Tensor;
  readonly dots: Tensor;
  readonly lengths: Tensor;
}

/** `lengthStep`: bytes between two rows' lengths, 0 where they share one. */
export function createBlend(
  backend: Backend,
  tensors: BlendTensors,
  columns: number,
  paired: boolean,
  lengthStep: number,
): Blend {
  const { kernels } = backend;
  const { raw, effective, gradient, norms, dots, lengths } = tensors;
  const { rows } = raw;
  // float64, hence twice the float32 values.
  const thresholds = backend.arena.tensor(rows, 2);
  const project = (scale: number) =>
    kernels.projectRows(paired, rows, columns, raw.pointer, norms.pointer, scale, thresholds.pointer);
  const blend: Blend = {
    projection: null,
    apply() {
      const { projection } = blend;
      if (!projection) return;
      project(projection.scale);
      kernels.blendRows(
        paired,
        rows,
        columns,
        raw.pointer,
        norms.pointer,
        thresholds.pointer,
        projection.alpha,
        projection.scale,
        lengths.pointer,
        lengthStep,
        effective.pointer,
      );
    },
    pullback: ({ alpha, scale }) =>
      kernels.blendPullback(
        paired,
        rows,
        columns,
        raw.pointer,
        norms.pointer,
        thresholds.pointer,
        alpha,
        scale,
        gradient.pointer,
        dots.pointer,
      ),
    kept: project,
  };
  return blend;
}
