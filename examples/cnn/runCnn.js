import { fitImages } from "../images/fit.js";
import { networks } from "./networks.js";

/** For each network the images, where not all are taken, and the steps. */
const SIZES = {
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
 * Trains a convolutional network to tell images apart. Comes to the result of `fitImages`.
 *
 * - `network`: lenet or residual; `weights`: kind of all matrices but the last; `normalize`: batch or none
 * - `data`: a CIFAR file or a folder of them; null for the digits
 * - `size`: full, quick or study; `learningRate` and `steps` have defaults, the steps by size
 * - `optimizer`: adam, adamw or padam, with `decay` and `p`; `prune`: share of the matrices' entries that become 0
 * - `seed`: of the images' split, weights and batches
 */
export async function runCnn(options = {}) {
  return (await fitCnn(options)).result;
}

/** The same with what it is of: as `fitImages`. */
export function fitCnn({
  network = "lenet",
  weights = "plain",
  normalize = "batch",
  size = "full",
  learningRate = 1e-2,
  ...rest
} = {}) {
  const layersOf = (_, classes) => networks[network]({ weights, normalize, classes });
  return fitImages(layersOf, { ...SIZES[network][size], learningRate, ...rest });
}
