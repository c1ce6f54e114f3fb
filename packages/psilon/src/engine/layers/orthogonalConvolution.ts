import { asGiven } from "../../arguments.js";
import { InputError } from "../../errors.js";
import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type BoundLayer, createSignal } from "./boundLayer.js";
import { createImageProduct } from "./imageProduct.js";
import type { LayerKind, ShapedSource } from "./kind.js";
import { columnsOf, type Shape } from "./shape.js";
import {
  checkSize,
  checkWeighted,
  createWeighted,
  keepsWeighted,
  type WeightedSpec,
  weightedChoices,
  withBias,
} from "./weighted.js";

/**
 * y = Σ_k Lᵏx/k!, k ≤ terms, with L = (M − Mᵀ)/2 a convolution of as many channels as are read, with zeros around the image: the exponential of a
 * skew-symmetric matrix is orthogonal (skew orthogonal convolution, arXiv:2105.11417), and what is left of it after so many terms stretches
 * by at most 1 + ‖L‖^(terms + 1)/(terms + 1)!. The weight is M: its kernels are rows in the order row, column, channel.
 */
export interface OrthogonalConvolutionSpec extends WeightedSpec {
  /** Height and width of a kernel, odd. */
  readonly size: number;
  /** Of the series, after the first; default: 6. */
  readonly terms?: number;
}

/** Where the specification names none. */
export const TERMS = 6;

export const orthogonalConvolution: LayerKind<OrthogonalConvolutionSpec> = {
  choices: { ...weightedChoices, size: true, terms: true },
  shape(spec, input) {
    const { size, terms = TERMS } = spec;
    checkWeighted(spec);
    checkSize("kernel size", size);
    checkSize("number of terms", terms);
    if (size % 2 === 0) {
      throw new InputError({
        code: "out-of-range",
        found: `The kernel size of an orthogonal convolution is odd, but ${asGiven(size)} was given`,
        value: String(size),
      });
    }
    return input.length === 3 ? input : "images height × width × channels";
  },
  keeps: (spec, input) => keepsWeighted(spec, columnsOf(input), seenBy(spec, input)),
  bind(binding, spec, input) {
    const { size, terms = TERMS } = spec;
    const layer = createWeighted(binding, spec, columnsOf(input.shape), seenBy(spec, input.shape));
    return withBias(binding, spec, layer, exponential(binding.backend, layer.weight, size, terms, input));
  },
};

/** The numbers that a kernel sees. */
const seenBy = ({ size }: OrthogonalConvolutionSpec, input: Shape) => size * size * columnsOf(input);

/**
 * Back, the slope of Lᵏ⁻¹x is δ/(k − 1)! + Lᵀa = δ/(k − 1)! − La with a that of Lᵏx, and ∂ℓ/∂L the sum of aᵀ·P over k with P the windows of Lᵏ⁻¹x;
 * ∂ℓ/∂M is the skew-symmetric part of ∂ℓ/∂L.
 */
function exponential(
  backend: Backend,
  weight: Weight,
  size: number,
  terms: number,
  { values: x, delta: inputDelta, places, shape }: ShapedSource,
): BoundLayer {
  const { arena, kernels } = backend;
  const { columns: channels } = x;
  const output = createSignal(arena, x.rows, channels, { places });
  const windows = { size, padding: (size - 1) / 2 };
  const product = createImageProduct(backend, windows, shape, shape, x.rows / places);
  const signals = (count: number) =>
    Array.from({ length: count }, () => {
      const tensor = arena.tensor(x.rows, channels);
      return { tensor, parts: product.partsOf(tensor) };
    });
  // Lᵏx, from x on, and the slopes of two of them in turn.
  const powers = [{ tensor: x, parts: product.partsOf(x) }, ...signals(terms)];
  const slopes = signals(2);
  const read = inputDelta && { tensor: inputDelta, parts: product.partsOf(inputDelta) };
  const skew = arena.tensor(channels, weight.columns);
  const skewGradient = arena.tensor(channels, weight.columns);
  const factorials = [1];
  for (let k = 1; k <= terms; k++) factorials.push(k * factorials[k - 1]);

  return {
    output,
    parameters: [weight],
    scaledBy: [],
    forward(n) {
      kernels.skewPart(channels, size, 0.5, weight.effective.pointer, skew.pointer);
      product.take(skew);
      const count = n * places * channels;
      const y = output.values.pointer;
      kernels.copyValues(count, x.pointer, y);
      for (let k = 1; k <= terms; k++) {
        product.forward(n, powers[k - 1].tensor, powers[k].parts);
        kernels.addScaled(count, 1 / factorials[k], powers[k].tensor.pointer, y);
      }
    },
    backward(n) {
      // −L, whose transpose is L.
      kernels.skewPart(channels, size, -0.5, weight.effective.pointer, skew.pointer);
      product.take(skew);
      product.clear();
      const count = n * places * channels;
      const delta = output.delta.pointer;
      let slope = slopes[terms % 2];
      slope.tensor.data.fill(0, 0, count);
      kernels.addScaled(count, 1 / factorials[terms], delta, slope.tensor.pointer);
      for (let k = terms; k > 0; k--) {
        product.backward(n, powers[k - 1].tensor, slope.parts, null);
        const next = k > 1 ? slopes[(k - 1) % 2] : read;
        if (!next) continue;
        product.forward(n, slope.tensor, next.parts);
        kernels.addScaled(count, 1 / factorials[k - 1], delta, next.tensor.pointer);
        slope = next;
      }
      product.put(skewGradient);
      kernels.skewPart(channels, size, 0.5, skewGradient.pointer, weight.gradient.pointer);
    },
  };
}
