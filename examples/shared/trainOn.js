import { adam, createOptimizer, learningRate } from "psilon/engine";
import { createLastGood } from "./lastGood.js";

/** Milliseconds of work between two looks at the event loop, where Ctrl-C and the progress bar live. */
const SLICE = 50;

/**
 * Trains a network on batches that are made by hand. `task`:
 *
 * - `batch()` writes the next examples into `network.input` and returns how many there are,
 * - `loss(n)` reads `network.output` after the way forward, writes the loss's slope into `network.outputDelta` and returns the mean loss,
 * - `watch()`, which may be missing, returns a figure to be followed; it may run the network.
 *
 * `plan`: the number of `steps`, the `schedule` of the learning rate, and where they are not the usual ones, the `optimizer` (Adam; decay is
 * part of it), how many `points` of the curves are kept (40), a `signal` that ends training, and `onStep(step, steps, loss)`.
 *
 * Comes to `{ outcome, steps, losses, watched, problem }`: `finished`, `aborted` or `not-finite`, the steps taken, `losses` as
 * `{ step, loss }`, each a mean over the steps since the point before, and `watched` as `{ step, value }`. Where the loss or a weight is
 * infinite or no number, `problem` says so in a sentence and the last good weights are put back.
 */
export async function trainOn(backend, network, task, plan) {
  const { steps, schedule, optimizer: spec = adam(), points = 40, signal, onStep } = plan;
  const optimizer = createOptimizer(backend, network, spec);
  const lastGood = createLastGood(network);
  const losses = [];
  const watched = [];
  let rested = performance.now();
  let since = { total: 0, count: 0 };

  const file = (step) => {
    if (since.count > 0) losses.push({ step, loss: since.total / since.count });
    since = { total: 0, count: 0 };
    if (task.watch && watched.at(-1)?.step !== step) watched.push({ step, value: task.watch() });
  };
  const ended = (outcome, step, problem = null) => ({ outcome, steps: step, losses, watched, problem });

  for (let step = 0; ; step++) {
    const progress = steps > 1 ? Math.min(1, step / (steps - 1)) : 1;
    const rate = learningRate(schedule, progress);
    const n = task.batch();
    network.forward(n);
    const loss = task.loss(n);
    if (!Number.isFinite(loss)) {
      lastGood.restore();
      return ended("not-finite", step, notFinite(step, steps, rate));
    }
    const isPoint =
      step === steps || Math.floor(((step + 1) * points) / steps) > Math.floor((step * points) / steps);
    // Weights are good when a loss has shown it, not when they have been written.
    if (isPoint) lastGood.keep();
    if (step === steps || signal?.aborted) {
      file(step);
      return ended(step === steps ? "finished" : "aborted", step);
    }
    since.total += loss;
    since.count++;
    network.backward(n);
    for (const parameter of network.parameters) parameter.reduce();
    if (optimizer.step(rate, progress) >= 0) {
      lastGood.restore();
      return ended("not-finite", step, notFinite(step, steps, rate));
    }
    if (isPoint && step + 1 < steps) file(step + 1);
    if (performance.now() - rested > SLICE) {
      onStep?.(step + 1, steps, loss);
      await new Promise((resolve) => setImmediate(resolve));
      rested = performance.now();
    }
  }
}

const notFinite = (step, steps, rate) =>
  `Training stopped in step ${step + 1} of ${steps}: the loss or a weight became infinite or not a number at learning rate ` +
  `${rate.toPrecision(3)}. The last good weights are kept; lower the learning rate.`;
