import {
  createBackend,
  createRandom,
  createSequential,
  createTrainer,
  derive,
  evaluateLoss,
  shareBelow,
  train,
} from "psilon/engine";
import { logConditions } from "../shared/conditions.js";
import { oneCycle } from "../shared/schedules.js";
import { loadImages } from "./load.js";
import { optimizerOf } from "./optimizer.js";

const BATCH = 64;
/** The share of the epochs in which what pruning leaves trains on. */
const PRUNING_STAGE = 0.4;

/**
 * Trains the network that `layersOf(shape, classes)` makes for images of this shape and so many classes, and tests it. `plan`:
 *
 * - `data`, `train` and `test`, which images as of `loadImages`
 * - `learningRate`, its peak, and `steps`, rounded to whole epochs
 * - `optimizer`, `decay` and `p` as of `optimizerOf`
 * - `prune`, the share of the matrices' entries that are to be 0, from the least; 0 for none
 * - `seed`, a `signal` that ends training, and `onStep(step, steps, loss)`
 *
 * Comes to `{ result, images, network, guesses }`, the last the class that each test image was taken for. The result is
 * `{ outcome, problem, metric, testLoss, losses, logKappa, zeros, parameters, seconds }`: the share of test images that are told right, the
 * mean loss of every epoch as `{ step, loss }`, log₁₀ κ of the matrices before and after, the share of their entries below 1e-13, and the
 * seconds that training took.
 */
export async function fitImages(layersOf, plan) {
  const {
    data = null,
    train: most,
    test: mostTested,
    learningRate,
    steps,
    prune = 0,
    seed = 0,
    signal,
  } = plan;
  const optimizer = optimizerOf(plan);
  const images = loadImages({ data, seed, train: most, test: mostTested });
  const { shape, classes, train: learned, test } = images;
  const backend = await createBackend();
  const random = createRandom(derive(seed, "network"));
  const network = createSequential(
    backend,
    { input: shape, layers: layersOf(shape, classes.length) },
    BATCH,
    random,
  );
  const before = logConditions(network);
  const stepsPerEpoch = Math.ceil(learned.rows / BATCH);
  const epochs = Math.max(1, Math.round(steps / stepsPerEpoch));
  const trainer = createTrainer(
    backend,
    network,
    {
      loss: "softmax",
      penalty: "none",
      lambda: 0,
      optimizer,
      schedule: oneCycle(learningRate),
      rateMoves: "per-step",
      epochs,
      batchSize: BATCH,
      initialization: "paper",
      patience: null,
      pruning: prune > 0 ? { rule: "magnitude", sparsity: prune, stage: PRUNING_STAGE } : null,
      seed: derive(seed, "training"),
    },
    learned,
  );
  const losses = [];
  const start = performance.now();
  const outcome = await train(trainer, {
    signal,
    onEpoch({ epoch, loss }) {
      const step = epoch * stepsPerEpoch;
      losses.push({ step, loss });
      plan.onStep?.(step, epochs * stepsPerEpoch, loss);
    },
  });
  const seconds = (performance.now() - start) / 1000;
  const { guesses, loss: testLoss } = tested(backend, network, test);
  const result = {
    outcome,
    problem: trainer.problem,
    metric: guesses.reduce((right, guess, i) => right + (guess === test.targets[i]), 0) / test.rows,
    testLoss,
    losses,
    logKappa: { before, after: logConditions(network) },
    zeros: shareBelow(network.layers.flatMap(({ weight }) => [...weight.effective.data])),
    parameters: network.parameters.reduce(
      (sum, { raw, lengths }) => sum + raw.length + (lengths?.length ?? 0),
      0,
    ),
    seconds,
  };
  return { result, images, network, guesses };
}

/** The likeliest class of every image, and the mean loss. */
function tested(backend, network, { rows, inputs, targets }) {
  const { input, inputs: size, output, outputs } = network;
  const labels = backend.arena.tensor(BATCH);
  const guesses = new Int32Array(rows);
  let loss = 0;
  for (let start = 0; start < rows; start += BATCH) {
    const n = Math.min(BATCH, rows - start);
    input.data.set(inputs.subarray(start * size, (start + n) * size));
    labels.data.set(targets.subarray(start, start + n));
    network.evaluate(n);
    for (let i = 0; i < n; i++) {
      const logits = output.data.subarray(i * outputs, (i + 1) * outputs);
      guesses[start + i] = logits.indexOf(Math.max(...logits));
    }
    loss += evaluateLoss(backend, network, "softmax", n, labels, null) / rows;
  }
  return { guesses, loss };
}
