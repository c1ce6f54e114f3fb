import { createBackend, createRandom, derive, evaluateLoss } from "psilon/engine";
import { fitCoordinates } from "../coordinates/fit.js";
import { createCoordinateNetwork, evaluateAt } from "../coordinates/network.js";
import { psnr } from "../shared/psnr.js";
import { readPicture, shrinkTo } from "./readPicture.js";
import { testCard } from "./testCard.js";

const COMMON = { positions: { frequencies: 6 }, frequency: 30, spread: 0.05 };

/** `side`: pixels of the longer side at most. */
const SIZES = {
  full: { ...COMMON, width: 256, depth: 4, batch: 4096, steps: 4000, side: 512 },
  quick: { ...COMMON, width: 128, depth: 3, batch: 2048, steps: 1500, side: 128 },
  study: { ...COMMON, width: 64, depth: 4, batch: 1024, steps: 600, side: 64 },
};
const RATES = { relu: 1e-2, sine: 4e-3, gaussian: 1e-2 };

/**
 * Fits a picture: a coordinate network from where a pixel lies to its colour, on the squared error, PSNR over all pixels. Comes to the result of
 * `fitCoordinates`.
 *
 * - `weights`: kind of the hidden matrices; `activation`: relu, sine or gaussian; `normalize`: none, layer or batch
 * - `image`: the path of a PNG, made smaller where it is large; null for a test card
 * - `size`: full, quick or study; `learningRate` and `steps` have defaults by size
 * - `seed`: of weights and batches
 */
export async function runImage(options = {}) {
  return (await fitImage(options)).result;
}

/** The same with the picture and what was learned of it: `{ result, picture, fit }`. */
export async function fitImage({
  image = null,
  weights = "plain",
  activation = "relu",
  normalize = "none",
  size = "full",
  learningRate = RATES[activation],
  steps = SIZES[size].steps,
  seed = 0,
  signal,
  onStep,
} = {}) {
  const { batch, side, ...shape } = SIZES[size];
  const picture = image === null ? testCard(Math.min(side, 256)) : shrinkTo(await readPicture(image), side);
  const { width, height, values } = picture;
  const pixels = width * height;
  const backend = await createBackend();
  const design = { ...shape, weights, activation, normalize, outputs: 3 };
  const network = createCoordinateNetwork(backend, 2, design, batch, createRandom(derive(seed, "network")));
  const colours = backend.arena.tensor(batch, 3);
  const random = createRandom(derive(seed, "batches"));
  /** The longer side runs from −1 to 1. */
  const half = Math.max(width, height) / 2;
  const write = (pixel, input, to) => {
    input[to] = ((pixel % width) + 0.5 - width / 2) / half;
    input[to + 1] = (Math.floor(pixel / width) + 0.5 - height / 2) / half;
  };
  const fit = () => ({ width, height, values: evaluateAt(network, pixels, write) });
  const measure = () => psnr(fit().values, values);

  const task = {
    batch() {
      for (let k = 0; k < batch; k++) {
        const pixel = Math.floor(random.next() * pixels);
        write(pixel, network.input.data, 2 * k);
        for (let channel = 0; channel < 3; channel++) {
          colours.data[3 * k + channel] = values[3 * pixel + channel];
        }
      }
      return batch;
    },
    loss: (n) => evaluateLoss(backend, network, "squared-error", n, colours, null) / n,
    watch: measure,
  };
  const plan = { steps, learningRate, points: size === "full" ? 40 : 16, signal, onStep };
  const result = await fitCoordinates(backend, network, task, plan, measure);
  return { result, picture, fit: fit() };
}
