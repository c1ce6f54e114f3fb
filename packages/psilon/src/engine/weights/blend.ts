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
  /** V ← N·Π(s·u), and no blend any more; for use while there is one. */
  freeze(): void;
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
  const { rows, columns: width } = raw;
  // float64, hence twice the float32 values. They stay from step to step, since each projection starts from the last.
  const thresholds = backend.arena.tensor(rows, 2);
  const project = (scale: number) =>
    kernels.projectRows(paired, rows, columns, raw.pointer, norms.pointer, scale, thresholds.pointer);
  /** to ← length·[(1−α)·u + α·Π(s·u)], `step` bytes between two rows' lengths. */
  const write = ({ alpha, scale }: Projection, length: Tensor, step: number, to: Tensor) => {
    project(scale);
    kernels.blendRows(
      rows,
      width,
      raw.pointer,
      norms.pointer,
      thresholds.pointer,
      alpha,
      scale,
      length.pointer,
      step,
      to.pointer,
    );
  };
  const blend: Blend = {
    projection: null,
    apply() {
      if (blend.projection) write(blend.projection, lengths, lengthStep, effective);
    },
    freeze() {
      if (blend.projection) write({ ...blend.projection, alpha: 1 }, norms, 4, raw);
      blend.projection = null;
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
    kept(scale) {
      project(scale);
      return kernels.countKept(rows, width, raw.pointer, thresholds.pointer);
    },
  };
  return blend;
}
