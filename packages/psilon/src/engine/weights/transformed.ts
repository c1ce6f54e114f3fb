import { InputError } from "../../errors.js";
import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { WeightKind } from "./kinds.js";
import { maskStep } from "./maskStep.js";
import { columnEquilibrated } from "./transforms/columnEquilibrated.js";
import { newtonOrthogonal } from "./transforms/newtonOrthogonal.js";
import { rowColumnEquilibrated } from "./transforms/rowColumnEquilibrated.js";
import { spectral } from "./transforms/spectral.js";
import { standardized } from "./transforms/standardized.js";
import type { CreateTransform } from "./transforms/transform.js";
import { updateTensor } from "./updateTensor.js";
import type { Weight } from "./weight.js";

const transforms = {
  "column-equilibrated": columnEquilibrated,
  "row-column-equilibrated": rowColumnEquilibrated,
  standardized,
  spectral,
  "newton-orthogonal": newtonOrthogonal,
} as const satisfies Partial<Record<WeightKind, CreateTransform>>;

export type TransformedKind = keyof typeof transforms;

export function isTransformed(kind: WeightKind): kind is TransformedKind {
  return Object.hasOwn(transforms, kind);
}

/**
 * W = T(V) for a transform of the whole matrix, without lengths; a pair is one matrix (V⁺, V⁻) of 2·columns. These are for
 * comparison: they work in JavaScript, in passes of their own. Throws InputError when V has no such W.
 */
export function transformedWeight(
  backend: Backend,
  kind: TransformedKind,
  columns: number,
  paired: boolean,
  raw: Tensor,
): Weight {
  const { arena, kernels } = backend;
  const gradient = arena.tensor(raw.rows, raw.columns);
  const effective = arena.tensor(raw.rows, raw.columns);
  const transform = transforms[kind](backend, { raw, effective, gradient });
  const refuse = (): never => {
    throw new InputError({
      code: "unsuitable",
      found: `The L1 projection prunes L1-normalized weights, not "${kind}" ones`,
      value: kind,
    });
  };
  const weight: Weight = {
    kind,
    rows: raw.rows,
    columns,
    paired,
    raw,
    effective,
    gradient,
    lengths: null,
    lengthGradient: null,
    lengthUnit: 1,
    state: transform.state,
    projection: null,
    mask: null,
    normalize() {
      const { mask } = weight;
      if (mask) kernels.maskValues(raw.length, mask.pointer, raw.pointer);
      return transform.apply();
    },
    reduce() {},
    pullback() {
      transform.pullback();
      const { mask } = weight;
      if (mask) kernels.maskValues(raw.length, mask.pointer, gradient.pointer);
    },
    update(step, moments) {
      if (!step.pulled) transform.pullback();
      const { mask } = weight;
      if (mask) maskStep(backend, mask, gradient, moments);
      updateTensor(backend, step, step.decay, 1, raw, gradient, moments);
      return transform.apply();
    },
    project: refuse,
    freeze: refuse,
    kept: refuse,
  };
  if (weight.normalize() >= 0) {
    throw new InputError({
      code: "not-finite",
      found: `A ${raw.rows} × ${raw.columns} matrix cannot be "${kind}": a row or column of it has norm 0 or is not finite`,
      remedy: "take another kind of weight for this layer",
    });
  }
  return weight;
}
