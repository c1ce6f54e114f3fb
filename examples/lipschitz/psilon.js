import { globalBounds, networkMean, spectralBound } from "psilon/bounds";
import { adam, createNetwork, createRandom, createTrainer, derive, train } from "psilon/engine";
import { fold } from "psilon/folded";
import { oneCycle } from "../shared/schedules.js";

const WIDTH = 64;
const BATCH = 64;

/**
 * A PSiLON Net with one hidden layer, trained with the margins that its bound in closed form leaves within `reach` of every input in ℓ∞
 * (arXiv:2404.19112).
 */
export async function trainPsilon(backend, { train: learned, classes }, plan) {
  const { reach, steps, learningRate, seed, capacity, signal, onStep } = plan;
  const inputs = learned.inputs.length / learned.rows;
  const spec = { architecture: "mlp", inputs, width: WIDTH, depth: 1, outputs: classes.length };
  const network = createNetwork(
    backend,
    { ...spec, hidden: "l1-shared", output: "l1-row" },
    capacity,
    createRandom(derive(seed, "psilon")),
  );
  const boxes = {
    lower: learned.inputs.map((value) => value - reach),
    upper: learned.inputs.map((value) => value + reach),
    groups: [],
  };
  const trainer = createTrainer(
    backend,
    network,
    {
      loss: "softmax",
      penalty: "path-norm",
      lambda: 0,
      optimizer: adam(),
      schedule: oneCycle(learningRate),
      rateMoves: "per-step",
      epochs: Math.max(1, Math.round((steps * BATCH) / learned.rows)),
      batchSize: BATCH,
      initialization: "variance-preserving",
      patience: null,
      pruning: null,
      worst: { method: "margin", ramp: 0.5 },
      seed: derive(seed, "psilon training"),
    },
    { ...learned, boxes },
  );
  const outcome = await train(trainer, {
    signal,
    onEpoch: ({ epoch, epochs, loss }) => onStep(epoch, epochs, loss),
  });
  return { network, outcome, problem: trainer.problem };
}

/**
 * What is certified by its own bounds: margins by the slopes of the differences of two outputs, by paths in ℓ∞; in ℓ2 by the spectral product or
 * by paths, whichever is less, since no step is longer in ℓ∞ than in ℓ2.
 */
export function psilonCertificate(network, norm) {
  const mean = networkMean([{ network: fold(network) }]);
  const { outputs } = network;
  const slope = (plus, minus) => {
    const byPaths = globalBounds(mean, { plus, minus }).find(({ inputNorm }) => inputNorm === "inf").atMost;
    return norm === "inf" ? byPaths : Math.min(byPaths, spectralBound(mean, { plus, minus }).atMost);
  };
  const slopes = Array.from({ length: outputs ** 2 }, () => 0);
  for (let y = 0; y < outputs; y++) {
    for (let k = 0; k < y; k++) {
      slopes[y * outputs + k] = slope(y, k);
      slopes[k * outputs + y] = slopes[y * outputs + k];
    }
  }
  return {
    radius(z) {
      const y = z.indexOf(Math.max(...z));
      return z.reduce(
        (least, value, k) => (k === y ? least : Math.min(least, (z[y] - value) / slopes[y * outputs + k])),
        Number.POSITIVE_INFINITY,
      );
    },
  };
}
