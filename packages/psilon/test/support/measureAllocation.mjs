// Prints, as JSON, how many bytes of JavaScript heap a training step takes, garbage counted in: of the case whose number is given, else
// of one that allocates on purpose, with the names of all cases. A process for each, on the built package, since a test runner's
// rewritten imports, and what other cases taught the engine, keep it from inlining calls, and a number returned by a call
// that is not inlined is allocated.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  adam,
  chain,
  clipByNorm,
  createBackend,
  createNetwork,
  createRandom,
  createSequential,
  createTrainer,
  networkKinds,
  pAdam,
  sgd,
} from "../../dist/engine/index.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

const STEPS = 1000;

const interval = { method: "interval", share: 0.5, ramp: 0.5 };
const pruning = { sparsity: 0.5, stage: 1 };
const attention = {
  layer: "residual",
  layers: [{ layer: "layer-norm" }, { layer: "attention", heads: 2, weight: "plain" }],
};
const cases = [
  { name: "a net", kind: "net" },
  { name: "a ResNet", kind: "resnet" },
  { name: "a Standard Net by SGD", kind: "standard", training: { optimizer: sgd() } },
  { name: "a plain MLP", kind: "mlp" },
  {
    name: "a net by pAdam on a schedule",
    kind: "net",
    training: { optimizer: pAdam({ p: 0.7, lambda: 1e-3, lambdaWarmup: 0.5, pAnnealing: 0.5 }) },
  },
  {
    name: "a plain MLP by pAdam with clipping",
    kind: "mlp",
    training: { optimizer: chain(clipByNorm({ norm: 0.1 }), pAdam({ p: 1, lambda: 1e-3 })) },
  },
  { name: "a ResNet with the explicit path norm", kind: "resnet", training: { penalty: "path-norm" } },
  { name: "a net with Σ|W|^p", kind: "net", training: { penalty: { kind: "lp", p: 1.5 } } },
  { name: "a net with Σ‖W_i‖₁/‖W_i‖₂", kind: "net", training: { penalty: "l1-over-l2" } },
  { name: "a ResNet with the product of norms", kind: "resnet", training: { penalty: "product-of-norms" } },
  {
    name: "a plain MLP with the path norm's proximal map",
    kind: "mlp",
    network: { depth: 1 },
    training: { penalty: "path-norm-proximal" },
  },
  { name: "a monotone net", kind: "net", network: { monotone: [1, -1, 0, 0, 1] } },
  { name: "a monotone ResNet", kind: "resnet", network: { monotone: [1, -1, 0, 0, 1] } },
  { name: "two members", kind: "net", network: { members: 2 } },
  { name: "two members of a ResNet", kind: "resnet", network: { members: 2 } },
  {
    name: "two members on coded rows of many inputs",
    kind: "net",
    network: { inputs: 40, members: 2 },
    coded: true,
  },
  { name: "two monotone members", kind: "net", network: { monotone: [1, -1, 0, 0, 1], members: 2 } },
  { name: "a net on weighted rows", kind: "net", weighted: true },
  { name: "a net on coded rows", kind: "net", coded: true },
  { name: "a net on coded rows of many inputs", kind: "net", network: { inputs: 40 }, coded: true },
  { name: "a net on the worst case", kind: "net", boxed: true, training: { worst: interval } },
  { name: "a ResNet on the worst case", kind: "resnet", boxed: true, training: { worst: interval } },
  {
    name: "a monotone net on the worst case",
    kind: "net",
    network: { monotone: [1, -1, 0, 0, 1] },
    boxed: true,
    training: { worst: interval },
  },
  {
    name: "a net of classes on the worst case",
    kind: "net",
    network: { outputs: 3 },
    boxed: true,
    training: { loss: "softmax", worst: interval },
  },
  {
    name: "a net on margins",
    kind: "net",
    boxed: true,
    training: { worst: { method: "margin", ramp: 0.5 } },
  },
  { name: "a net in its pruning stage", kind: "net", training: { pruning } },
  { name: "a ResNet in its pruning stage", kind: "resnet", training: { pruning } },
  {
    name: "a plain MLP that magnitude prunes",
    kind: "mlp",
    training: { pruning: { ...pruning, rule: "magnitude" } },
  },
  {
    name: "a Standard Net that magnitude prunes",
    kind: "standard",
    training: { pruning: { ...pruning, rule: "magnitude" } },
  },
  {
    name: "a ResNet without some of its blocks",
    kind: "resnet",
    training: { pruning: { ...pruning, rule: "residual" } },
  },
  {
    name: "a convolutional network with batch normalization, pooling and dropout",
    kind: "mlp",
    network: { inputs: 36 },
    sequential: {
      input: [6, 6, 1],
      layers: [
        { layer: "convolution", channels: 4, size: 3, padding: 1, weight: "l2-row", bias: false },
        { layer: "batch-norm", activation: "relu" },
        { layer: "max-pool", size: 2 },
        { layer: "convolution", channels: 5, size: 3, padding: 1, weight: "l2-row", bias: false },
        { layer: "batch-norm", activation: "gelu" },
        { layer: "average-pool", size: 2, stride: 1 },
        { layer: "layer-norm" },
        { layer: "global-average-pool" },
        { layer: "dropout", rate: 0.3 },
        { layer: "dense", outputs: 1, weight: "plain" },
      ],
    },
  },
  {
    name: "a vision transformer",
    kind: "mlp",
    network: { inputs: 32 },
    sequential: {
      input: [4, 4, 2],
      layers: [
        { layer: "patches", size: 2, features: 6, weight: "spectral", activation: "silu" },
        { layer: "learned-positions" },
        attention,
        {
          layer: "residual",
          shortcut: [{ layer: "dense", outputs: 4, weight: "plain" }],
          layers: [
            { layer: "activation", activation: "relu" },
            { layer: "channels", channels: 4 },
          ],
        },
        { layer: "flatten" },
        { layer: "dense", outputs: 1, weight: "plain" },
      ],
    },
  },
  {
    name: "a network of orthogonal convolutions and order statistics",
    kind: "mlp",
    network: { inputs: 32 },
    sequential: {
      input: [8, 4, 1],
      layers: [
        { layer: "space-to-depth", size: 2 },
        { layer: "orthogonal-convolution", size: 3, terms: 3, weight: "plain" },
        { layer: "group-sort", size: 2 },
        { layer: "convolution", channels: 6, size: 3, stride: 2, padding: 1, groups: 2, weight: "l2-row" },
        { layer: "flatten" },
        { layer: "order-statistic", units: 5, ratio: 0.5, weight: "plain" },
        { layer: "dense", outputs: 1, weight: "plain" },
      ],
    },
  },
  {
    name: "a vision transformer with Fourier positions",
    kind: "mlp",
    network: { inputs: 32 },
    sequential: {
      input: [4, 4, 2],
      layers: [
        { layer: "fourier-positions", frequencies: 2 },
        { layer: "patches", size: 2, features: 6, weight: "spectral", activation: "silu" },
        { layer: "learned-positions" },
        attention,
        { layer: "global-average-pool" },
        { layer: "dense", outputs: 1, weight: "plain" },
      ],
    },
  },
];

function start(backend, { kind, network: shape, training, weighted, coded, boxed, sequential }) {
  const { penalty, ...layers } = networkKinds[kind];
  const rows = 4 * STEPS;
  const random = createRandom(1);
  const draw = (length) => Float32Array.from({ length }, () => random.next());
  const width = shape?.inputs ?? 5;
  const codes = Int32Array.from({ length: rows }, () => Math.floor((width - 1) * random.next()) - 1);
  const data = {
    rows,
    inputs: coded
      ? {
          rows,
          width,
          places: Int32Array.of(width - 2, width - 1),
          numbers: draw(2 * rows),
          codesPerRow: 1,
          codes,
        }
      : draw(width * rows),
    targets: Float32Array.from({ length: rows }, () => {
      const y = random.next();
      return training?.loss === "softmax" ? Math.floor(3 * y) : y;
    }),
    weights: weighted ? new Float32Array(rows).fill(1) : null,
  };
  if (boxed) {
    const end = (by) => data.inputs.map((x) => x + by);
    data.boxes = { lower: end(-0.1), upper: end(0.1), groups: [] };
  }
  const sizes = { ...layers, inputs: 5, width: 9, depth: 2, outputs: 1, ...shape };
  const network = sequential
    ? createSequential(backend, sequential, 2 * rows, random)
    : createNetwork(backend, sizes, 2 * rows, random);
  const spec = {
    loss: "squared-error",
    penalty,
    lambda: 1e-3,
    optimizer: adam(),
    schedule: { kind: "one-cycle", initial: 1e-4, peak: 1e-3, final: 1e-5, warmup: 0.2 },
    rateMoves: "per-step",
    epochs: 100,
    // One epoch is 1,000 steps.
    batchSize: 4,
    initialization: "variance-preserving",
    patience: null,
    pruning: null,
    seed: 1,
    ...training,
  };
  return createTrainer(backend, network, spec, data);
}

function bytesPerStep(trainer) {
  const bytes = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  // What a step allocates shows in every epoch. The engine's compiler allocates in some.
  const epochs = Array.from({ length: 15 }, () => {
    collectGarbage();
    const before = bytes();
    trainer.runEpoch();
    return (bytes() - before) / STEPS;
  });
  return Math.min(...epochs.slice(5).filter((bytes) => bytes > 0));
}

/** Makes every step allocate an array of 128 numbers: 1 kB. */
function makeWasteful({ network }) {
  const { forward } = network;
  network.forward = (n) => {
    network.wasted = Array.from({ length: 128 }, (_, k) => k + n);
    forward(n);
  };
}

const backend = await createBackend();
const one = cases[Number(process.argv[2])];
if (one) {
  const trainer = start(backend, one);
  const level = backend.arena.used;
  const size = backend.arena.memory.buffer.byteLength;
  const bytes = bytesPerStep(trainer);
  const arena = backend.arena.used - level + backend.arena.memory.buffer.byteLength - size;
  process.stdout.write(JSON.stringify({ bytes, arena }));
} else {
  const wasteful = start(backend, cases[0]);
  makeWasteful(wasteful);
  process.stdout.write(
    JSON.stringify({ names: cases.map(({ name }) => name), wasteful: bytesPerStep(wasteful) }),
  );
}
