import { createBackend, createRandom, derive, evaluateLoss } from "psilon/engine";
import { fitCoordinates } from "../coordinates/fit.js";
import { createCoordinateNetwork, evaluateAt } from "../coordinates/network.js";
import { createSolid, EXTENT } from "../geometry/solid.js";
import { latticeAt, surfaceOf } from "../geometry/surface.js";
import { intersectionOverUnion } from "./iou.js";
import { createPoints } from "./points.js";

const COMMON = { positions: { frequencies: 5 }, frequency: 12, spread: 0.1 };

/** `held`: points on which IoU is measured; `lattice`: points per side of the marching cubes. */
const SIZES = {
  full: {
    ...COMMON,
    width: 256,
    depth: 4,
    batch: 4096,
    steps: 3000,
    points: 400_000,
    held: 100_000,
    lattice: 128,
  },
  quick: {
    ...COMMON,
    width: 128,
    depth: 3,
    batch: 2048,
    steps: 1500,
    points: 100_000,
    held: 20_000,
    lattice: 72,
  },
  study: {
    ...COMMON,
    width: 64,
    depth: 4,
    batch: 1024,
    steps: 600,
    points: 60_000,
    held: 20_000,
    lattice: 48,
  },
};
const RATES = { relu: 5e-3, sine: 2e-3, gaussian: 1e-2 };

/** Half of the training points are near the surface. */
const NEAR = 0.5;

/**
 * Learns where a solid is: a coordinate network on the logistic loss, IoU on points of the cube that were not learned from. Comes to the result of
 * `fitCoordinates`.
 *
 * - `weights`: kind of the hidden matrices; `activation`: relu, sine or gaussian; `normalize`: none, layer or batch
 * - `mesh`: "bunny" or the path of an OBJ or STL file; null for the analytic solid
 * - `size`: full, quick or study; `learningRate` and `steps` have defaults by size
 * - `seed`: of points, weights and batches
 */
export async function runOccupancy(options = {}) {
  return (await fitOccupancy(options)).result;
}

/** The same with the solid, and the surface that was learned: `{ result, solid, surface() }`. */
export async function fitOccupancy({
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
  const { batch, points, held, lattice, ...shape } = SIZES[size];
  const solid = await createSolid(mesh);
  const learned = createPoints(solid, points, NEAR, createRandom(derive(seed, "points")));
  const unseen = createPoints(solid, held, 0, createRandom(derive(seed, "held-out")));
  const backend = await createBackend();
  const design = { ...shape, weights, activation, normalize, outputs: 1 };
  const network = createCoordinateNetwork(backend, 3, design, batch, createRandom(derive(seed, "network")));
  const labels = backend.arena.tensor(batch);
  const random = createRandom(derive(seed, "batches"));
  const at = (positions) => (k, input, to) => {
    for (let axis = 0; axis < 3; axis++) input[to + axis] = positions[3 * k + axis];
  };
  const measure = () => intersectionOverUnion(evaluateAt(network, held, at(unseen.positions)), unseen.labels);

  const task = {
    batch() {
      const write = at(learned.positions);
      for (let k = 0; k < batch; k++) {
        const row = Math.floor(random.next() * points);
        write(row, network.input.data, 3 * k);
        labels.data[k] = learned.labels[row];
      }
      return batch;
    },
    loss: (n) => evaluateLoss(backend, network, "logistic", n, labels, null) / n,
    watch: measure,
  };
  const plan = { steps, learningRate, points: size === "full" ? 40 : 16, signal, onStep };
  const result = await fitCoordinates(backend, network, task, plan, measure);
  const surface = () => {
    const values = evaluateAt(network, lattice ** 3, (k, input, to) => {
      input[to] = latticeAt(k % lattice, lattice, EXTENT);
      input[to + 1] = latticeAt(Math.floor(k / lattice) % lattice, lattice, EXTENT);
      input[to + 2] = latticeAt(Math.floor(k / lattice ** 2), lattice, EXTENT);
    });
    return surfaceOf(values, lattice, EXTENT);
  };
  return { result, solid, surface };
}
