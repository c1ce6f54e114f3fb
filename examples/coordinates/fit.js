import { logConditions } from "../shared/conditions.js";
import { oneCycle } from "../shared/schedules.js";
import { trainOn } from "../shared/trainOn.js";

/**
 * Trains a coordinate network along one cycle of the learning rate. Comes to the result that every coordinate example has:
 *
 * - `metric`: what `measure()` says once training is over,
 * - `losses` as `{ step, loss }` and `watched`, the metric or what stands for it, as `{ step, value }`,
 * - `logKappa`: log₁₀ κ of every matrix from the inputs to the outputs, `before` and `after`,
 * - `seconds` of training, the `outcome`, the `steps` taken and the `problem`, as `trainOn` says.
 */
export async function fitCoordinates(
  backend,
  network,
  task,
  { steps, learningRate, points, signal, onStep },
  measure,
) {
  const before = logConditions(network);
  const started = performance.now();
  const plan = { steps, schedule: oneCycle(learningRate), points, signal, onStep };
  const training = await trainOn(backend, network, task, plan);
  const seconds = (performance.now() - started) / 1000;
  return { metric: measure(), ...training, logKappa: { before, after: logConditions(network) }, seconds };
}
