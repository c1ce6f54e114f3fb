import { classify } from "../images/classify.js";
import { optimizerOf } from "../images/optimizer.js";
import { visionTransformer } from "./network.js";

/** A network that learns within seconds. */
const small = { patches: "coarse", width: 32, depth: 2, heads: 2, learningRate: 1e-2 };

/** The network's size, peak of the learning rate, images and steps of a run in full, of a quick one and of one among the many of a comparison. */
export const budget = {
  full: { patches: "fine", width: 64, depth: 4, heads: 4, learningRate: 3e-3, steps: 2500 },
  quick: { ...small, train: 4000, test: 1000, steps: 900 },
  study: { ...small, train: 3000, test: 2000, steps: 480 },
};

/**
 * Trains a vision transformer on what `loadImages` returns. `options`: its `patches` ("fine" for 4 × 4 pixels, "coarse" for 4 × 4 patches),
 * `width`, `depth` and `heads`, `weights` of all matrices but the last, `normalize` ("layer" or "none"), `optimizer` ("adam", "adamw" or "padam") with `decay` and `p`, and the rest of the plan of
 * `classify`, which says what it comes to.
 */
export function runVit(images, options) {
  const { patches, weights = "plain", normalize = "layer" } = options;
  const patch = patches === "fine" ? 4 : images.shape[0] / 4;
  const classes = images.classes.length;
  const layers = visionTransformer({ ...options, patch, weights, normalize, classes });
  return classify(images, layers, { ...options, optimizer: optimizerOf(options) });
}
