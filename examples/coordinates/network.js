import { createSequential } from "psilon/engine";
import { coordinateLayers } from "./layers.js";

/**
 * The coordinate network of a design (`coordinateLayers`) with `inputs` coordinates, for batches of at most `capacity` points. The encoding
 * layer of sines gets phases and that of Gaussians centres all over the domain: with biases of 0 all would be 0 or 1 at the origin. Hidden
 * Gaussians get centres, too: about 0 they are flat, and little would come through them.
 */
export function createCoordinateNetwork(backend, inputs, design, capacity, random) {
  const network = createSequential(
    backend,
    { input: [inputs], layers: coordinateLayers(design) },
    capacity,
    random,
  );
  const { activation, frequency } = design;
  if (activation === "sine") spread(network.layers[0].bias, Math.PI / frequency, random);
  if (activation === "gaussian") for (const { bias } of network.layers.slice(0, -1)) spread(bias, 1, random);
  return network;
}

/** Numbers even from −reach to reach. */
function spread({ data }, reach, random) {
  for (let k = 0; k < data.length; k++) data[k] = reach * (2 * random.next() - 1);
}

/**
 * What the trained network writes at `count` points: `position(k, input, at)` writes the coordinates of point k into `input` from `at` on. Returns
 * count × outputs numbers.
 */
export function evaluateAt(network, count, position) {
  const { inputs, outputs, capacity } = network;
  const values = new Float32Array(count * outputs);
  for (let start = 0; start < count; start += capacity) {
    const n = Math.min(capacity, count - start);
    const input = network.input.data;
    for (let k = 0; k < n; k++) position(start + k, input, k * inputs);
    network.evaluate(n);
    values.set(network.output.data.subarray(0, n * outputs), start * outputs);
  }
  return values;
}
