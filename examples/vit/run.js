import { classify } from "../images/classify.js";
import { optimizerOf } from "../images/optimizer.js";
import { visionTransformer } from "./network.js";

/** The network's size, images and steps of a run in full, of a quick one and of one among the many of a comparison. */
export const budget = {
  full: { width: 64, depth: 4, heads: 4, steps: 2500 },
  quick: { width: 32, depth: 2, heads: 2, train: 4000, test: 1000, steps: 600 },
  study: { width: 32, depth: 2, heads: 2, train: 3000, test: 2000, steps: 240 },
};

/**
 * Trains a vision transformer on what `loadImages` returns. `options`: its `width`, `depth` and `heads`, `weights` of all matrices but the
 * last, `normalize` ("layer" or "none"), `optimizer` ("adam", "adamw" or "padam") with `decay` and `p`, and the rest of the plan of
 * `classify`, which says what it comes to.
 */
export function runVit(images, options) {
  const { weights = "plain", normalize = "layer", learningRate = 3e-3 } = options;
  const layers = visionTransformer({ ...options, weights, normalize, classes: images.classes.length });
  return classify(images, layers, { ...options, learningRate, optimizer: optimizerOf(options) });
}
