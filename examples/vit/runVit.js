import { fitImages } from "../images/fit.js";
import { visionTransformer } from "./network.js";

/** A network that learns within seconds: patches are a quarter of the image high. */
const SMALL = { patch: (side) => side / 4, width: 32, depth: 2, heads: 2, learningRate: 1e-2 };

/** The network, its usual learning rate, the images, where not all are taken, and the steps. */
const SIZES = {
  full: { patch: () => 4, width: 64, depth: 4, heads: 4, learningRate: 3e-3, steps: 2500 },
  quick: { ...SMALL, train: 4000, test: 1000, steps: 900 },
  study: { ...SMALL, train: 3000, test: 2000, steps: 480 },
};

/**
 * Trains a vision transformer to tell images apart. Comes to the result of `fitImages`.
 *
 * - `weights`: kind of all matrices but the last; `normalize`: layer or none
 * - `data`: a CIFAR file or a folder of them; null for the digits
 * - `size`: full, quick or study; `learningRate` and `steps` have defaults by size
 * - `optimizer`: adam, adamw or padam, with `decay` and `p`; `prune`: share of the matrices' entries that become 0
 * - `seed`: of the images' split, weights and batches
 */
export async function runVit(options = {}) {
  return (await fitVit(options)).result;
}

/** The same with what it is of: as `fitImages`. */
export function fitVit({ weights = "plain", normalize = "layer", size = "full", ...rest } = {}) {
  const { patch, width, depth, heads, ...usual } = SIZES[size];
  const layersOf = ([side], classes) =>
    visionTransformer({ weights, normalize, classes, patch: patch(side), width, depth, heads });
  return fitImages(layersOf, { ...usual, ...rest });
}
