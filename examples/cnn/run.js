import { classify } from "../images/classify.js";
import { optimizerOf } from "../images/optimizer.js";
import { networks } from "./networks.js";

/** For each network the images and steps of a run in full, of a quick one and of one among the many of a comparison. */
export const budgets = {
  lenet: {
    full: { steps: 2500 },
    quick: { train: 4000, test: 1000, steps: 600 },
    study: { train: 3000, test: 2000, steps: 240 },
  },
  residual: {
    full: { steps: 1250 },
    quick: { train: 3000, test: 1000, steps: 140 },
    study: { train: 2000, test: 2000, steps: 60 },
  },
};

/**
 * Trains a convolutional network on what `loadImages` returns. `options`: `network` ("lenet" or "residual"), `weights` of all matrices but
 * the last, `normalize` ("batch" or "none"), `optimizer` ("adam", "adamw" or "padam") with `decay` and `p`, and the rest of the plan of
 * `classify`, which says what it comes to.
 */
export function runCnn(images, options) {
  const { network = "lenet", weights = "plain", normalize = "batch", learningRate = 1e-2 } = options;
  const layers = networks[network]({ weights, normalize, classes: images.classes.length });
  return classify(images, layers, { ...options, learningRate, optimizer: optimizerOf(options) });
}
