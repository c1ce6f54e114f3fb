import { InputError } from "../../errors.js";
import type { Tensor } from "../backend/arena.js";
import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type BoundLayer, createSignal } from "./boundLayer.js";
import type { LayerKind, ShapedSource } from "./kind.js";
import { columnsOf, type Shape, sizeOf } from "./shape.js";
import {
  checkSize,
  checkWeighted,
  createWeighted,
  keepsWeighted,
  type WeightedSpec,
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
  shape(spec, input) {
    const { size, terms = TERMS } = spec;
    checkWeighted(spec);
    checkSize("kernel size", size);
    checkSize("number of terms", terms);
    if (size % 2 === 0) {
      throw new InputError({
        code: "out-of-range",
        found: `The kernel size of an orthogonal convolution is odd, but ${size} was given`,
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

/** Numbers of windows that are worked on at once: as much as a core's own cache holds. */
const ROOM = 1 << 18;

/** Some examples, of which each power is made by itself. */
interface Part {
  readonly rows: number;
  /** Lᵏx, from x on. */
  readonly powers: readonly Tensor[];
  readonly output: Tensor;
  readonly delta: Tensor;
  readonly readDelta: Tensor | null;
}

/**
 * Back, the slope of Lᵏ⁻¹x is δ/(k − 1)! + Lᵀa = δ/(k − 1)! − La with a that of Lᵏx, and ∂ℓ/∂L the sum of aᵀ·P over k with P the windows of Lᵏ⁻¹x;
 * ∂ℓ/∂M is the skew-symmetric part of ∂ℓ/∂L. A few examples go all the way at once.
 */
function exponential(
  { arena, kernels, product }: Backend,
  weight: Weight,
  size: number,
  terms: number,
  { values: x, delta: inputDelta, places, shape }: ShapedSource,
): BoundLayer {
  const [height, width, channels] = shape;
  const columns = size * size * channels;
  const output = createSignal(arena, x.rows, channels, { places });
  const powers = [x, ...Array.from({ length: terms }, () => arena.tensor(x.rows, channels))];
  const examples = Math.max(1, Math.floor(ROOM / (places * columns)));
  const most = Math.min(x.rows, examples * places);
  const patches = arena.tensor(most, columns);
  const slopes = [arena.tensor(most, channels), arena.tensor(most, channels)];
  const skew = arena.tensor(channels, columns);
  const skewGradient = arena.tensor(channels, columns);
  const factorials = [1];
  for (let k = 1; k <= terms; k++) factorials.push(k * factorials[k - 1]);

  // Each number of examples is cut once, so that later steps allocate nothing.
  const known = new Map<number, readonly Part[]>();
  const partsOf = (n: number): readonly Part[] => {
    const found = known.get(n);
    if (found) return found;
    const parts = Array.from({ length: Math.ceil((n * places) / most) }, (_, t): Part => {
      const rows = Math.min(most, n * places - t * most);
      const own = (tensor: Tensor) => tensor.slice(t * most, rows);
      return {
        rows,
        powers: powers.map(own),
        output: own(output.values),
        delta: own(output.delta),
        readDelta: inputDelta && own(inputDelta),
      };
    });
    known.set(n, parts);
    return parts;
  };
  const padding = (size - 1) / 2;
  const unfold = (rows: number, { pointer }: Tensor) => {
    kernels.unfold(
      0,
      rows,
      height,
      width,
      channels,
      0,
      channels,
      size,
      1,
      padding,
      height,
      width,
      pointer,
      patches.pointer,
    );
  };

  return {
    output,
    parameters: [weight],
    scaledBy: [],
    forward(n) {
      kernels.skewPart(channels, size, 0.5, weight.effective.pointer, skew.pointer);
      kernels.copyValues(n * sizeOf(shape), x.pointer, output.values.pointer);
      const parts = partsOf(n);
      for (let t = 0; t < parts.length; t++) {
        const part = parts[t];
        for (let k = 1; k <= terms; k++) {
          unfold(part.rows, part.powers[k - 1]);
          const power = part.powers[k];
          product.multiply("NT", part.rows, channels, columns, patches, skew, power, false);
          kernels.addScaled(part.rows * channels, 1 / factorials[k], power.pointer, part.output.pointer);
        }
      }
    },
    backward(n) {
      kernels.skewPart(channels, size, -0.5, weight.effective.pointer, skew.pointer);
      const parts = partsOf(n);
      for (let t = 0; t < parts.length; t++) {
        const { rows, powers, delta, readDelta } = parts[t];
        const count = rows * channels;
        let slope = slopes[terms % 2];
        slope.data.fill(0, 0, count);
        kernels.addScaled(count, 1 / factorials[terms], delta.pointer, slope.pointer);
        for (let k = terms; k > 0; k--) {
          unfold(rows, powers[k - 1]);
          product.multiply("TN", channels, columns, rows, slope, patches, skewGradient, t > 0 || k < terms);
          const next = k > 1 ? slopes[(k - 1) % 2] : readDelta;
          if (!next) continue;
          unfold(rows, slope);
          product.multiply("NT", rows, channels, columns, patches, skew, next, false);
          kernels.addScaled(count, 1 / factorials[k - 1], delta.pointer, next.pointer);
          slope = next;
        }
      }
      kernels.skewPart(channels, size, 0.5, skewGradient.pointer, weight.gradient.pointer);
    },
  };
}
