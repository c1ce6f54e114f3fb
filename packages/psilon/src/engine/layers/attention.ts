import type { Backend } from "../backend/backend.js";
import type { Weight } from "../weights/weight.js";
import { type BoundLayer, createSignal } from "./boundLayer.js";
import type { LayerKind, ShapedSource } from "./kind.js";
import { linear } from "./linear.js";
import { columnsOf } from "./shape.js";
import { checkSize, checkWeighted, createWeighted, type WeightedSpec, withBias } from "./weighted.js";

/**
 * Multi-head self-attention (arXiv:1706.03762): softmax(Q·Kᵀ/√d)·V of each head, with Q, K, V = X·Wqᵀ, X·Wkᵀ, X·Wvᵀ and d columns of each
 * for a head, side by side through Wo, plus a bias. An image's pixels are its tokens.
 *
 * Wq, Wk, Wv and Wo are four square matrices, each with a norm of its own; one of three times the rows would save 3 % of a
 * block's time, but a normalization of the whole matrix would then tie what has different tasks. Without biases of their own: those of
 * keys change nothing, and those of values nothing that the output's does not.
 */
export interface AttentionSpec extends Pick<WeightedSpec, "weight" | "bias"> {
  /** A divisor of the number of features. */
  readonly heads: number;
}

export const attention: LayerKind<AttentionSpec> = {
  shape(spec, input) {
    const { heads } = spec;
    checkWeighted(spec);
    checkSize("number of heads", heads);
    if (input.length === 1 || columnsOf(input) % heads !== 0) {
      return `tokens, or the pixels of an image, of a number of features that is a multiple of its ${heads} heads`;
    }
    return input;
  },
  bind(binding, spec, input) {
    const features = columnsOf(input.shape);
    const [query, key, value, out] = Array.from({ length: 4 }, () =>
      createWeighted(binding, spec, features, features),
    );
    const heads = attend(binding.backend, [query.weight, key.weight, value.weight], spec.heads, input);
    const { passes } = withBias(binding, spec, out, linear(binding.backend, out.weight, heads.output));
    return { passes: [heads, ...passes], layers: [query, key, value, out] };
  },
};

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
  const projections = weights.map((weight) => ({ weight, ...createSignal(arena, rows, columns) }));
  const [query, key, value] = projections;
  const output = createSignal(arena, rows, columns, { places });
  const [probabilities, slopes] = [arena.tensor(places, places), arena.tensor(places, places)];
  const size = columns / heads;
  const scale = 1 / Math.sqrt(size);
  return {
    output,
    parameters: weights,
    scaledBy: [value.weight],
    forward(n) {
      for (let k = 0; k < projections.length; k++) {
        const { weight, values } = projections[k];
        product.multiply("NT", n * places, columns, columns, x, weight.effective, values, false);
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
        product.multiply("TN", columns, columns, n * places, delta, x, weight.gradient, false);
        if (!inputDelta) continue;
        product.multiply("NN", n * places, columns, columns, delta, weight.effective, inputDelta, k > 0);
      }
    },
  };
}
