import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import { InputError } from "../errors.js";
import type { Random } from "../random/random.js";
import { type WeightKind, weightKinds } from "./kinds.js";
import { orthogonal } from "./orthogonal.js";

/** One optimizer step's constants, as the update kernels take them. */
export interface StepRule {
  /** 0 is SGD with momentum, 1 is Adam. */
  readonly rule: 0 | 1;
  /** η for SGD, η/(1 − β₁ᵗ) for Adam. */
  rate: number;
  /** Momentum for SGD, β₁ for Adam. */
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 1/√(1 − β₂ᵗ) for Adam. */
  correction: number;
}

/** The optimizer's two running averages of a parameter's gradient. */
export interface Moments {
  readonly first: Tensor;
  readonly second: Tensor;
}

/** The blend of section 3.3's pruning (arXiv:2404.19112): W = g·[(1−α)·u + α·Π(s·u)], u = V/‖V‖₁. */
export interface Projection {
  readonly alpha: number;
  readonly scale: number;
}

/**
 * A matrix with its own geometry. A layer reads `effective`, fills `gradient` with ∂ℓ/∂W, and leaves the rest to the
 * weight. A CReLU pair (V⁺, V⁻) is one weight: each row holds V⁺'s row, then V⁻'s, with one normalizer taken from
 * max(|V⁺|, |V⁻|).
 */
export interface Weight {
  readonly kind: WeightKind;
  readonly rows: number;
  /** Inputs; a pair's rows are twice as long. */
  readonly columns: number;
  readonly paired: boolean;
  /** V: rows × columns, or rows × 2·columns for a pair. */
  readonly raw: Tensor;
  /** W, of V's shape; V itself for plain weights. */
  readonly effective: Tensor;
  /** ∂ℓ/∂W, of V's shape. */
  readonly gradient: Tensor;
  /** g: 1 × 1 when shared, rows × 1 when per row, null for plain weights. */
  readonly lengths: Tensor | null;
  readonly lengthGradient: Tensor | null;
  /**
   * The scale on which the lengths move: the optimizer works on g/lengthUnit. 1 unless they were initialized from data;
   * then a length of 12 must not need twelve times the steps that one of 1 needs to halve.
   */
  lengthUnit: number;
  /** The pruning blend in force, if any. */
  readonly projection: Projection | null;

  /** W from V and g. Returns the first row whose norm is 0 or not finite, or −1. */
  normalize(): number;
  /** ∂ℓ/∂g from ∂ℓ/∂W, into `lengthGradient`; to be called before `update` or `pullback`. */
  reduce(): void;
  /** Turns `gradient` into ∂ℓ/∂V in place. */
  pullback(): void;
  /** One optimizer step on g and V, and the next W, in one pass. Returns as `normalize` does. */
  update(step: StepRule, moments: Moments, lengthMoments: Moments | null): number;
  /** Sets the blend (null for none) and refreshes W. Only L1 weights have one. */
  project(projection: Projection | null): void;
  /** How many entries of W are not 0 at α = 1 and this scale. Only L1 weights have a projection. */
  kept(scale: number): number;
}

/**
 * A weight of the given kind with seeded orthogonal directions and lengths `length` (1 in the paper; 0 in a residual
 * block). A pair starts with V⁻ = V⁺.
 */
export function createWeight(
  backend: Backend,
  kind: WeightKind,
  rows: number,
  columns: number,
  options: { readonly random: Random; readonly paired?: boolean; readonly length?: number },
): Weight {
  const { norm, length } = weightKinds[kind];
  const { arena, kernels } = backend;
  const paired = options.paired === true;
  const width = paired ? 2 * columns : columns;
  const raw = arena.tensor(rows, width);
  const directions = orthogonal(rows, columns, options.random);
  for (let i = 0; i < rows; i++) {
    const row = directions.subarray(i * columns, (i + 1) * columns);
    for (let start = 0; start < width; start += columns) raw.data.set(row, i * width + start);
  }
  const gradient = arena.tensor(rows, width);

  if (norm === 0) return plainWeight(backend, rows, columns, paired, raw, gradient, options.length ?? 1);

  const effective = arena.tensor(rows, width);
  const count = length === "shared" ? 1 : rows;
  const lengthStep = length === "shared" ? 0 : 4;
  const lengths = arena.tensor(count);
  lengths.data.fill(options.length ?? 1);
  const previousLengths = arena.tensor(count);
  const lengthGradient = arena.tensor(count);
  const norms = arena.tensor(rows);
  const dots = arena.tensor(rows);
  // float64, hence twice the float32 values.
  const thresholds = norm === 1 ? arena.tensor(rows, 2) : null;
  let projection: Projection | null = null;

  const blend = () => {
    if (!projection || !thresholds) return;
    kernels.projectRows(
      paired,
      rows,
      columns,
      raw.pointer,
      norms.pointer,
      projection.scale,
      thresholds.pointer,
    );
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
  };

  const weight: Weight = {
    kind,
    rows,
    columns,
    paired,
    raw,
    effective,
    gradient,
    lengths,
    lengthGradient,
    lengthUnit: 1,
    get projection() {
      return projection;
    },
    normalize() {
      const bad = kernels.normalizeRows(
        norm,
        paired,
        rows,
        columns,
        raw.pointer,
        effective.pointer,
        norms.pointer,
        lengths.pointer,
        lengthStep,
      );
      blend();
      return bad;
    },
    reduce() {
      let total = 0;
      if (projection && thresholds) {
        total = kernels.blendPullback(
          paired,
          rows,
          columns,
          raw.pointer,
          norms.pointer,
          thresholds.pointer,
          projection.alpha,
          projection.scale,
          gradient.pointer,
          dots.pointer,
        );
        if (length === "row") lengthGradient.data.set(dots.data);
      }
      const plain = kernels.lengthGradients(
        rows,
        width,
        gradient.pointer,
        raw.pointer,
        norms.pointer,
        dots.pointer,
      );
      if (length === "shared") lengthGradient.data[0] = projection ? total : plain;
      else if (!projection) lengthGradient.data.set(dots.data);
    },
    pullback() {
      kernels.pullbackRows(
        norm,
        paired,
        rows,
        columns,
        gradient.pointer,
        raw.pointer,
        norms.pointer,
        dots.pointer,
        lengths.pointer,
        lengthStep,
      );
    },
    update(step, moments, lengthMoments) {
      previousLengths.data.set(lengths.data);
      if (lengthMoments) {
        // Adam's step depends on the gradient's scale through ε alone; SGD's grows with it.
        const unit = weight.lengthUnit;
        kernels.updateValues(
          step.rule,
          count,
          lengths.pointer,
          lengthGradient.pointer,
          lengthMoments.first.pointer,
          lengthMoments.second.pointer,
          step.rate * (step.rule === 0 ? unit * unit : unit),
          step.beta1,
          step.beta2,
          step.epsilon / unit,
          step.correction,
        );
      }
      const bad = kernels.updateRows(
        step.rule,
        norm,
        paired,
        rows,
        columns,
        raw.pointer,
        gradient.pointer,
        effective.pointer,
        moments.first.pointer,
        moments.second.pointer,
        norms.pointer,
        dots.pointer,
        previousLengths.pointer,
        lengths.pointer,
        lengthStep,
        step.rate,
        step.beta1,
        step.beta2,
        step.epsilon,
        step.correction,
      );
      blend();
      return bad;
    },
    project(next) {
      if (!thresholds)
        throw new InputError(`The L1 projection prunes L1-normalized weights, not "${kind}" ones.`);
      projection = next;
      weight.normalize();
    },
    kept(scale) {
      if (!thresholds)
        throw new InputError(`The L1 projection prunes L1-normalized weights, not "${kind}" ones.`);
      return kernels.projectRows(
        paired,
        rows,
        columns,
        raw.pointer,
        norms.pointer,
        scale,
        thresholds.pointer,
      );
    },
  };
  const bad = weight.normalize();
  if (bad >= 0)
    throw new InputError(`Row ${bad} of a ${rows} × ${columns} weight has norm 0 or is not finite.`);
  return weight;
}

/** W = V: no lengths, no normalizer, no projection. */
function plainWeight(
  backend: Backend,
  rows: number,
  columns: number,
  paired: boolean,
  raw: Tensor,
  gradient: Tensor,
  scale: number,
): Weight {
  const values = raw.data;
  for (let i = 0; i < values.length; i++) values[i] *= scale;
  const refuse = (): never => {
    throw new InputError('The L1 projection prunes L1-normalized weights, not "plain" ones.');
  };
  return {
    kind: "plain",
    rows,
    columns,
    paired,
    raw,
    effective: raw,
    gradient,
    lengths: null,
    lengthGradient: null,
    lengthUnit: 1,
    projection: null,
    normalize: () => -1,
    reduce() {},
    pullback() {},
    update(step, moments) {
      backend.kernels.updateValues(
        step.rule,
        raw.length,
        raw.pointer,
        gradient.pointer,
        moments.first.pointer,
        moments.second.pointer,
        step.rate,
        step.beta1,
        step.beta2,
        step.epsilon,
        step.correction,
      );
      return -1;
    },
    project: refuse,
    kept: refuse,
  };
}
