// Three networks as lists of layers, which every peer builds from the same specification and the same numbers.
import { createRandom } from "psilon/engine";

const weight = "row-equilibrated";
const convolution = (channels, size, stride) => ({
  layer: "convolution",
  channels,
  size,
  stride,
  padding: (size - 1) / 2,
  weight,
  bias: false,
});
const normalized = { layer: "batch-norm" };
const relu = { layer: "activation", activation: "relu" };
const block = (channels, stride) => ({
  layer: "residual",
  layers: [convolution(channels, 3, stride), normalized, relu, convolution(channels, 3, 1), normalized],
  shortcut: stride > 1 ? [convolution(channels, 1, stride), normalized] : [],
});
const dense = (outputs, activation) => ({
  layer: "dense",
  outputs,
  weight,
  ...(activation && { activation }),
});
const transformer = [
  { layer: "residual", layers: [{ layer: "layer-norm" }, { layer: "attention", heads: 4, weight }] },
  { layer: "residual", layers: [{ layer: "layer-norm" }, dense(256, "gelu"), dense(64)] },
];

export const PROBLEMS = {
  "residual CNN, 28 × 28, batch 64": {
    batch: 64,
    input: [28, 28, 1],
    layers: [
      convolution(16, 3, 1),
      normalized,
      relu,
      block(16, 1),
      relu,
      block(32, 2),
      relu,
      block(64, 2),
      relu,
      { layer: "global-average-pool" },
      dense(10),
    ],
  },
  "ViT, 64 × 4, 49 tokens, batch 32": {
    batch: 32,
    input: [28, 28, 1],
    layers: [
      { layer: "patches", size: 4, features: 64, weight },
      { layer: "learned-positions" },
      ...Array(4).fill(transformer).flat(),
      { layer: "layer-norm" },
      { layer: "global-average-pool" },
      dense(10),
    ],
  },
  "NeRF MLP, 8 × 256, 4,096 samples": {
    batch: 4096,
    input: [63],
    layers: [...Array(8).fill(dense(256, "relu")), dense(4)],
  },
};

export const ADAM = { rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
/** After so many steps from the same start, every peer must report the same loss. */
export const CHECKED_STEPS = 5;

/** A batch with targets of ½·mean squared error, uniform in [−1, 1]. */
export function batchOf({ batch, input }, outputs) {
  const random = createRandom(7);
  const draw = (length) => Float32Array.from({ length }, () => 2 * random.next() - 1);
  return { x: draw(batch * input.reduce((a, b) => a * b)), y: draw(batch * outputs) };
}
