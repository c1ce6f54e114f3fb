// psilon, with the parts its training loop is made of: `psilon.js step|product|prediction`.
import { createRequire } from "node:module";
import {
  createBackend,
  createNetwork,
  createOptimizer,
  createPenalty,
  createRandom,
  evaluateLoss,
} from "psilon";
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
/** Rows of one forward pass when many are predicted. */
const CHUNK = 1000;

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
  const job = problem(PREDICTION_SHAPE);
  const network = place(backend, job, "plain", "plain", CHUNK);
  fold(job.layers).forEach(({ weight }, l) => {
    network.layers[l].weight.raw.data.set(weight);
  });
  const x = backend.arena.tensor(CHUNK, job.inputs);
  const y = new Float32Array(job.batch);
  const predict = (start, rows) => {
    x.data.set(job.x.subarray(start * job.inputs, (start + rows) * job.inputs));
    network.forward(x, rows);
    y.set(network.output.data.subarray(0, rows), start);
  };
  const predictAll = () => {
    for (let start = 0; start < job.batch; start += CHUNK) predict(start, CHUNK);
  };
  predictAll();
  const check = y.reduce((sum, value) => sum + value, 0);
  await add("row", () => predict(0, 1), check);
  await add("rows", predictAll, check);
}

/** One step of training on a fixed batch; returns the objective before it. */
function stepper(backend, job) {
  const { batch, x: inputs, y: targets } = job;
  const network = place(backend, job, "l1-shared", "l1-row", batch);
  for (const { weight } of network.layers) weight.normalize();
  const penalty = createPenalty(backend, network, "path-norm");
  const optimizer = createOptimizer(backend, network, { name: "adam", ...ADAM });
  const x = backend.arena.from(inputs, batch, job.inputs);
  const y = backend.arena.from(targets, batch);
  return () => {
    network.forward(x, batch);
    const loss = evaluateLoss(backend, network, "squared-error", batch, y, null) / batch;
    network.backward(x, batch);
    for (const { weight } of network.layers) weight.reduce();
    const objective = 0.5 * loss + 0.5 * LAMBDA * penalty.value();
    penalty.addGradient(0.5 * LAMBDA);
    optimizer.step(ADAM.rate);
    return objective;
  };
}

/** A network of the job's shape that starts from its directions, biases and lengths. */
function place(backend, job, hidden, output, capacity) {
  const { inputs, width, depth } = job;
  const spec = { architecture: "mlp", inputs, width, depth, outputs: 1, hidden, output };
  const network = createNetwork(backend, spec, capacity, createRandom(1));
  job.layers.forEach(({ direction, bias, length }, l) => {
    const layer = network.layers[l];
    layer.weight.raw.data.set(direction);
    layer.weight.lengths?.data.set(length);
    layer.bias.data.set(bias);
  });
  return network;
}
