import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type BoundLayer, createSignal } from "./boundLayer.js";
import type { LayerKind, ShapedSource } from "./kind.js";
import { linear } from "./linear.js";
import { columnsOf, type Shape } from "./shape.js";
import {
  checkSize,
  checkWeighted,
  createWeighted,
  keepsWeighted,
  type WeightedSpec,
  withBias,
} from "./weighted.js";

/**
 * Multi-head self-attention (arXiv:1706.03762): softmax(Q·Kᵀ/√d)·V of each head, with Q, K, V = X·Wqᵀ, X·Wkᵀ, X·Wvᵀ and d columns of each
 * for a head, side by side through Wo, plus a bias. An image's pixels are its tokens.
 *
 * Wq, Wk, Wv and Wo are four matrices, square unless heads were removed, each with a norm of its own; one of three times the rows would save 1 % of a
 * block's time, but a normalization of the whole matrix would then tie what has different tasks. Without biases of their own: those of
 * keys change nothing, and those of values nothing that the output's does not.
 */
export interface AttentionSpec extends Pick<WeightedSpec, "weight" | "bias"> {
  /** A divisor of the number of features, where these are divided among them. */
  readonly heads: number;
  /** d; default: the features divided by the heads. */
  readonly headSize?: number;
}

export const attention: LayerKind<AttentionSpec> = {
  choices: { weight: true, bias: true, heads: true, headSize: true },
  shape(spec, input) {
    const { heads, headSize } = spec;
    checkWeighted(spec);
    checkSize("number of heads", heads);
    if (headSize !== undefined) checkSize("size of a head", headSize);
    const isShared = headSize === undefined;
    if (input.length > 1 && !(isShared && columnsOf(input) % heads !== 0)) return input;
    const tokens = "tokens, or the pixels of an image";
    return isShared ? `${tokens}, of a number of features that is a multiple of its ${heads} heads` : tokens;
  },
  keeps(spec, input) {
    const features = columnsOf(input);
    const inner = spec.heads * headSizeOf(spec, input);
    const heads = ["query", "key", "value"].map((name) => ({
      name,
      rows: inner,
      columns: features,
      kind: spec.weight,
    }));
    return { parameters: [...heads, ...keepsWeighted(spec, features, inner).parameters] };
  },
  bind(binding, spec, input) {
    const features = columnsOf(input.shape);
    const inner = spec.heads * headSizeOf(spec, input.shape);
    const [query, key, value] = Array.from({ length: 3 }, () =>
      createWeighted(binding, spec, inner, features),
    );
    const out = createWeighted(binding, spec, features, inner);
    const heads = attend(binding.backend, [query.weight, key.weight, value.weight], spec.heads, input);
    const { passes } = withBias(binding, spec, out, linear(binding.backend, out.weight, heads.output));
    return { passes: [heads, ...passes], layers: [query, key, value, out] };
  },
};

/** d. */
export const headSizeOf = ({ heads, headSize }: AttentionSpec, input: Shape): number =>
  headSize ?? columnsOf(input) / heads;

/**
 * The heads, side by side. The probabilities of one head of one example are all that is there at a time, and are made anew on the way
 * back, which takes a third longer: kept, their memory would grow with the batch and the square of the tokens.
 */
function attend(
  { arena, kernels, product }: Backend,
  weights: readonly Weight[],
  heads: number,
  { values: x, delta: inputDelta, places }: ShapedSource,
): BoundLayer {
  const { rows, columns } = x;
  const inner = weights[0].rows;
  const projections = weights.map((weight) => ({ weight, ...createSignal(arena, rows, inner) }));
  const [query, key, value] = projections;
  const output = createSignal(arena, rows, inner, { places });
  const [probabilities, slopes] = [arena.tensor(places, places), arena.tensor(places, places)];
  const size = inner / heads;
  const scale = 1 / Math.sqrt(size);
  return {
    output,
    parameters: weights,
    scaledBy: [value.weight],
    forward(n) {
      for (let k = 0; k < projections.length; k++) {
        const { weight, values } = projections[k];
        product.multiply("NT", n * places, inner, columns, x, weight.effective, values, false);
      }
      kernels.attend(
        n,
        places,
        heads,
        size,
        scale,
        query.values.pointer,
        key.values.pointer,
        value.values.pointer,
        probabilities.pointer,
        output.values.pointer,
      );
    },
    backward(n) {
      kernels.attendBackward(
        n,
        places,
        heads,
        size,
        scale,
        query.values.pointer,
        key.values.pointer,
        value.values.pointer,
        probabilities.pointer,
        slopes.pointer,
        output.delta.pointer,
        query.delta.pointer,
        key.delta.pointer,
        value.delta.pointer,
      );
      for (let k = 0; k < projections.length; k++) {
        const { weight, delta } = projections[k];
        product.multiply("TN", inner, columns, n * places, delta, x, weight.gradient, false);
        if (!inputDelta) continue;
        product.multiply("NN", n * places, columns, inner, delta, weight.effective, inputDelta, k > 0);
      }
    },
  };
}
