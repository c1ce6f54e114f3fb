import { createBackend, createRandom, derive } from "psilon/engine";
import { fitCoordinates } from "../coordinates/fit.js";
import { createCoordinateNetwork } from "../coordinates/network.js";
import { createSolid } from "../geometry/solid.js";
import { psnr } from "../shared/psnr.js";
import { createRadianceField } from "./radianceField.js";
import { rayOf } from "./rays.js";
import { createViews } from "./views.js";

const COMMON = { positions: { frequencies: 5 }, frequency: 10, spread: 0.15 };

/** `rays` per step with `samples` points each, of views of `side` × `side` pixels. */
const SIZES = {
  full: { ...COMMON, width: 192, depth: 5, rays: 128, samples: 48, steps: 3000, side: 96 },
  quick: { ...COMMON, width: 96, depth: 4, rays: 128, samples: 32, steps: 900, side: 64 },
  study: { ...COMMON, width: 64, depth: 4, rays: 96, samples: 24, steps: 300, side: 32 },
};
const RATES = { relu: 5e-3, sine: 3e-3, gaussian: 1e-2 };

/** One of so many pixels of the held-out views is looked at on the way. */
const SPARSE = 13;

/**
 * Learns a radiance field from 60 views of a solid: density and colour at every point, rendered along rays, on the squared error of colours;
 * PSNR over the pixels of 10 other views. What is seen does not depend on where from, so directions are no inputs. Comes to the result of `fitCoordinates`.
 *
 * - `weights`: kind of the hidden matrices; `activation`: relu, sine or gaussian; `normalize`: none, layer or batch
 * - `mesh`: "bunny" or the path of an OBJ or STL file; null for the analytic solid
 * - `size`: full, quick or study; `learningRate` and `steps` have defaults by size
 * - `seed`: of weights and batches
 */
export async function runNerf(options = {}) {
  return (await fitNerf(options)).result;
}

/** The same with the views and the field: `{ result, heldOut, field }`. */
export async function fitNerf({
  mesh = null,
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
  const { rays, samples, side, ...shape } = SIZES[size];
  const solid = await createSolid(mesh);
  const { learned, heldOut } = createViews(solid.mesh, side);
  const backend = await createBackend();
  const design = { ...shape, weights, activation, normalize, outputs: 4 };
  const capacity = rays * samples;
  const network = createCoordinateNetwork(
    backend,
    3,
    design,
    capacity,
    createRandom(derive(seed, "network")),
  );
  const field = createRadianceField(network, rays, samples);
  const random = createRandom(derive(seed, "batches"));
  const place = () => random.next();
  const colours = new Float32Array(3 * rays);
  const draw = (count) => Math.floor(random.next() * count);

  const psnrOfEvery = (step) => {
    const pixels = Array.from({ length: Math.ceil(side ** 2 / step) }, (_, k) => k * step);
    const channels = pixels.flatMap((pixel) => [3 * pixel, 3 * pixel + 1, 3 * pixel + 2]);
    const seen = heldOut.flatMap(({ camera }) => [...field.colours(camera, side, pixels)]);
    return psnr(
      seen,
      heldOut.flatMap(({ picture }) => channels.map((k) => picture.values[k])),
    );
  };
  const task = {
    batch() {
      for (let ray = 0; ray < rays; ) {
        const { camera, picture } = learned[draw(learned.length)];
        const pixel = draw(side ** 2);
        const line = rayOf(camera, side, pixel);
        if (!line) continue;
        field.show(line, ray, place);
        for (let k = 0; k < 3; k++) colours[3 * ray + k] = picture.values[3 * pixel + k];
        ray++;
      }
      return capacity;
    },
    loss: () => field.loss(rays, colours),
    watch: () => psnrOfEvery(SPARSE),
  };
  const plan = { steps, learningRate, points: size === "full" ? 40 : 16, signal, onStep };
  const result = await fitCoordinates(backend, network, task, plan, () => psnrOfEvery(1));
  return { result, heldOut, field };
}
