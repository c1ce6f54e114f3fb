// psilon, with the parts its training loop is made of: `psilon.js step|product|prediction`.
import { createRequire } from "node:module";
import { createBackend } from "psilon";
import {
  adam,
  createNetwork,
  createOptimizer,
  createPenalty,
  createRandom,
  evaluateLoss,
  networkKinds,
} from "psilon/engine";
import { createPredictor } from "psilon/folded";
import {
  ADAM,
  CHECKED_STEPS,
  fold,
  LAMBDA,
  PREDICTION_SHAPE,
  PRODUCT_SHAPES,
  problem,
  STEP_SHAPES,
} from "../problem.js";
import { milliseconds } from "../timing.js";

const BACKENDS = {
  "wasm, relaxed SIMD": { provider: "wasm" },
  "wasm, SIMD": { provider: "wasm", relaxedSimd: false },
  "blas, 1 thread": { provider: "blas", threads: 1 },
  "blas, 2 threads": { provider: "blas", threads: 2 },
};

const figures = [];
const skipped = [];
for (const [variant, options] of Object.entries(BACKENDS)) {
  const backend = await createBackend(options).catch((error) => ({ problem: error.message }));
  if (backend.product?.name !== options.provider) {
    skipped.push(`psilon ${variant}: ${backend.problem ?? "this backend is not there"}`);
    continue;
  }
  const add = async (column, call, check) =>
    figures.push({ column, variant, check, milliseconds: await milliseconds(call) });
  await { step, product, prediction }[process.argv[2]](backend, add);
}
const { version } = createRequire(import.meta.url)("psilon/package.json");
console.log(JSON.stringify({ version: `psilon ${version}`, figures, skipped }));

async function step(backend, add) {
  for (const shape of STEP_SHAPES) {
    const step = stepper(backend, problem(shape));
    for (let i = 1; i < CHECKED_STEPS; i++) step();
    await add(`step ${shape}`, step, step());
  }
}

async function product(backend, add) {
  const random = createRandom(1);
  const matrix = (rows, columns) =>
    backend.arena.from(Float32Array.from({ length: rows * columns }, random.next), rows, columns);
  for (const shape of PRODUCT_SHAPES) {
    const [m, n, k] = shape.split("x").map(Number);
    const [a, b, c] = [matrix(m, k), matrix(k, n), matrix(m, n)];
    await add(`product ${shape}`, () => backend.product.multiply("NN", m, n, k, a, b, c, false));
  }
}

async function prediction(backend, add) {
  const { layers, inputs, x } = problem(PREDICTION_SHAPE);
  const dense = fold(layers).map((layer) => ({ kind: "dense", ...layer }));
  const predictor = createPredictor(backend, { architecture: "mlp", layers: dense });
  const row = x.slice(0, inputs);
  const check = predictor.predict(x).reduce((sum, value) => sum + value, 0);
  await add("row", () => predictor.predict(row), check);
  await add("rows", () => predictor.predict(x), check);
}

/** One step of training on a fixed batch; returns the objective before it. */
function stepper(backend, job) {
  const { batch, x: inputs, y: targets } = job;
  const network = place(backend, job);
  const penalty = createPenalty(backend, network, "path-norm");
  const optimizer = createOptimizer(backend, network, adam(ADAM));
  network.input.data.set(inputs);
  const y = backend.arena.from(targets, batch);
  return () => {
    network.forward(batch);
    const loss = evaluateLoss(backend, network, "squared-error", batch, y, null) / batch;
    network.backward(batch);
    for (const parameter of network.parameters) parameter.reduce();
    const objective = 0.5 * loss + 0.5 * LAMBDA * penalty.value();
    penalty.addGradient(0.5 * LAMBDA);
    optimizer.step(ADAM.rate);
    return objective;
  };
}

/** A PSiLON Net of the job's shape that starts from its directions, biases and lengths. */
function place(backend, { inputs, width, depth, batch, layers }) {
  const spec = { inputs, width, depth, outputs: 1, ...networkKinds.net };
  const network = createNetwork(backend, spec, batch, createRandom(1));
  layers.forEach(({ direction, bias, length }, l) => {
    const layer = network.layers[l];
    layer.weight.raw.data.set(direction);
    layer.weight.lengths.data.set(length);
    layer.bias.data.set(bias);
    layer.weight.normalize();
  });
  return network;
}
