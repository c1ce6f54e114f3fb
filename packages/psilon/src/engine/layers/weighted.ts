import { asGiven } from "../../arguments.js";
import { InputError } from "../../errors.js";
import { createGaussianWeight } from "../weights/create.js";
import { type WeightKind, weightKinds } from "../weights/kinds.js";
import { type Activation, activate, checkActivation, gainOf } from "./activation.js";
import type { BoundLayer } from "./boundLayer.js";
import type { Binding, Bound, Kept, KeptParameter } from "./kind.js";
import { createLayer, type Layer } from "./layer.js";
import type { Shape } from "./shape.js";

/** What is common to the layers that multiply by a matrix. */
export interface WeightedSpec {
  /** How the matrix is parametrized. */
  readonly weight: WeightKind;
  /** Default: true; not where a normalization that has one follows. */
  readonly bias?: boolean;
  /** What the outputs go through; default: nothing. */
  readonly activation?: Activation;
  /**
   * The root of the variance of outputs of white inputs at the start, where the kind of weight leaves a choice. Default: √2, and before a
   * sine √2/ω, before a Gaussian its width, before nothing 1.
   */
  readonly gain?: number;
}

/** As a layer kind's `choices`. */
export const weightedChoices = { weight: true, bias: true, activation: true, gain: true } as const;

/** A matrix that is to be trained, with its bias. */
export function createWeighted(
  { backend, random }: Binding,
  spec: WeightedSpec,
  rows: number,
  columns: number,
): Layer {
  const { weight, activation = null, gain = gainOf(activation) } = spec;
  return createLayer(backend, createGaussianWeight(backend, weight, rows, columns, gain, random));
}

/** The pass that multiplies, and after it that of the bias and the activation, where there is one. */
export function withBias({ backend }: Binding, spec: WeightedSpec, layer: Layer, product: BoundLayer): Bound {
  const { bias = true, activation = null } = spec;
  const passes =
    bias || activation
      ? [product, activate(backend, bias ? layer.parameters[1] : null, product.output, activation)]
      : [product];
  return { passes, layers: [layer] };
}

/** What `withBias` trains. */
export function keepsWeighted({ weight, bias = true }: WeightedSpec, rows: number, columns: number): Kept {
  const matrix: KeptParameter = { name: "weight", rows, columns, kind: weight };
  return { parameters: bias ? [matrix, { name: "bias", rows, columns: 1, kind: "plain" }] : [matrix] };
}

/** Throws InputError for a kind of weight, a gain or an activation that there is not. */
export function checkWeighted({ weight, gain = 1, activation }: WeightedSpec): void {
  if (!Object.hasOwn(weightKinds, weight)) {
    throw new InputError({
      code: "unknown-choice",
      found: `A weight is one of ${Object.keys(weightKinds).join(", ")}, but "${weight}" was given`,
      value: weight,
    });
  }
  if (!(gain > 0 && Number.isFinite(gain))) {
    throw new InputError({
      code: "out-of-range",
      found: `The gain of a weight is a finite number above 0, but ${asGiven(gain)} was given`,
      value: String(gain),
    });
  }
  if (activation !== undefined) checkActivation(activation);
}

/** Throws InputError where a size is no whole number of at least `least`. */
export function checkSize(name: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new InputError({
    code: "out-of-range",
    found: `The ${name} of a layer is a whole number of at least ${least}, but ${asGiven(value)} was given`,
    value: String(value),
  });
}

/** The first sizes of a shape with another last. */
export const withLast = (shape: Shape, last: number): Shape => [...shape.slice(0, -1), last];
