import { lipschitzCertificate } from "psilon/bounds";
import { createBackend, createRandom, createSequential, derive } from "psilon/engine";
import { foldSequential } from "psilon/folded";
import { oneCycle } from "../shared/schedules.js";
import { trainOn } from "../shared/trainOn.js";
import { centre } from "./centre.js";
import { createMarginTask } from "./marginTask.js";
import { distanceLayers, orthogonalLayers } from "./networks.js";
import { psilonCertificate, trainPsilon } from "./psilon.js";
import { certifiedAt, radiiOf } from "./radii.js";

const BATCH = 64;
/** Rows that a network is made for. */
const CAPACITY = 200;
/** Of the 1-Lipschitz networks: how far ahead the right output is to be, in margins that suffice for ε, and how sharp the softmax is. */
const training = {
  2: { ahead: 2, sharpness: 10, learningRate: 0.02 },
  inf: { ahead: 1.5, sharpness: 3, learningRate: 0.06 },
};
const PSILON_RATE = 0.02;
/** Steps of PSiLON Net for each of the others', which take far longer. */
const PSILON_STEPS = 3;
/** How far PSiLON Net's inputs are to be free to move in ℓ∞, in grey levels from 0 to 1. */
const REACH = { 2: 0.02, inf: 0.1 };

/** The radii that are asked for, in grey levels from 0 to 1. */
export const questions = [
  { norm: "2", name: "ℓ2", epsilon: 36 / 255, text: "36/255" },
  { norm: "inf", name: "ℓ∞", epsilon: 0.1, text: "0.1" },
];

/**
 * For each question a 1-Lipschitz network and a PSiLON Net, trained on digits and certified on those for testing; each as `{ question, name, clean,
 * certified, seconds, radii, outcome, problem }`, `radii` in grey levels; none follows the one that the signal ends. `options`: `weights`, `width`, `steps`, `learningRate`, `seed`.
 */
export async function runLipschitz(images, options, { signal, progress }) {
  const backend = await createBackend();
  const [deviation] = images.deviations;
  const results = [];
  for (const question of questions) {
    for (const { name, learn } of learners[question.norm]) {
      const start = performance.now();
      const onStep = (step, steps, loss) =>
        progress.update(`${name} in ${question.name}`, step, steps, `loss ${loss.toFixed(3)}`);
      const plan = { ...options, epsilon: question.epsilon / deviation, deviation, signal, onStep };
      const { network, certificate, outcome, problem } = await learn(backend, images, plan);
      const seconds = (performance.now() - start) / 1000;
      // Inputs are grey levels divided by their standard deviation.
      const { radii, clean } = radiiOf(network, images.test, (z) => deviation * certificate.radius(z));
      const certified = certifiedAt(radii, question.epsilon);
      results.push({ question, name, clean, certified, seconds, radii, outcome, problem });
      if (signal?.aborted) return results;
    }
  }
  return results;
}

const learnLayers = (norm, layersOf, prepare) => async (backend, images, plan) => {
  const { ahead, sharpness } = training[norm];
  const { epsilon, steps, learningRate = training[norm].learningRate, seed, signal, onStep } = plan;
  const { shape, classes, train } = images;
  const inputs = train.inputs.length / train.rows;
  const layers = layersOf({ ...plan, inputs, classes: classes.length });
  const random = createRandom(derive(seed, "network", norm));
  const network = createSequential(backend, { input: shape, layers }, CAPACITY, random);
  const slope = norm === "2" ? Math.SQRT2 : 2;
  const task = createMarginTask(network, train, {
    size: BATCH,
    margin: ahead * slope * epsilon,
    sharpness,
    seed: derive(seed, "batches", norm),
  });
  prepare(network, task.batch());
  const schedule = oneCycle(learningRate);
  const { outcome, problem } = await trainOn(backend, network, task, { steps, schedule, signal, onStep });
  return { network, outcome, problem, certificate: lipschitzCertificate(foldSequential(network), norm) };
};

const learnPsilon = (norm) => async (backend, images, plan) => {
  const { network, outcome, problem } = await trainPsilon(backend, images, {
    learningRate: PSILON_RATE,
    ...plan,
    steps: PSILON_STEPS * plan.steps,
    reach: REACH[norm] / plan.deviation,
    capacity: CAPACITY,
  });
  return { network, outcome, problem, certificate: psilonCertificate(network, norm) };
};

const learners = {
  2: [
    { name: "orthogonal convolutions", learn: learnLayers("2", orthogonalLayers, () => {}) },
    { name: "PSiLON Net", learn: learnPsilon("2") },
  ],
  inf: [
    { name: "order statistics", learn: learnLayers("inf", distanceLayers, centre) },
    { name: "PSiLON Net", learn: learnPsilon("inf") },
  ],
};
