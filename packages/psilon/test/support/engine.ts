import type { Tensor } from "../../src/engine/backend/arena.ts";
import { type Backend, type BackendOptions, createBackend } from "../../src/engine/backend/backend.ts";
import { createNetwork } from "../../src/engine/networks/create.ts";
import type { Network } from "../../src/engine/networks/network.ts";
import { createPenalty } from "../../src/engine/penalties/create.ts";
import type { Penalty } from "../../src/engine/penalties/penalty.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { evaluateLoss } from "../../src/engine/training/loss.ts";
import type { LayerValues, Problem } from "./problem.ts";

/** Every way to compute on this machine; BLAS only where there is one. */
export async function everyBackend(): Promise<{ name: string; backend: Backend }[]> {
  const choices: [string, BackendOptions][] = [
    ["simd", { provider: "wasm", relaxedSimd: false }],
    ["relaxed simd", { provider: "wasm" }],
  ];
  const found: { name: string; backend: Backend }[] = [];
  for (const [name, options] of choices) found.push({ name, backend: await createBackend(options) });
  const automatic = await createBackend({ provider: "auto" });
  if (automatic.product.name === "blas") found.push({ name: "blas", backend: automatic });
  return found;
}

/** A problem's network in the arena. */
export interface Placed {
  readonly network: Network;
  readonly penalty: Penalty | null;
  readonly y: Tensor;
  readonly w: Tensor | null;
}

export function place(backend: Backend, problem: Problem, capacity = problem.n): Placed {
  const { spec, n, x, y, rowWeights, values } = problem;
  const network = createNetwork(backend, spec, capacity, createRandom(1));
  network.layers.forEach(({ weight, bias }, l) => {
    weight.raw.data.set(values[l].raw);
    if (values[l].lengths) weight.lengths!.data.set(values[l].lengths);
    bias.data.set(values[l].bias);
    weight.normalize();
    if (problem.projection) weight.project(problem.projection);
  });
  network.input.data.set(x);
  return {
    network,
    penalty: createPenalty(backend, network, problem.penalty, problem.form),
    y: backend.arena.from(y, n, y.length / n),
    w: rowWeights && backend.arena.from(rowWeights, n),
  };
}

/** Everything of a training step up to the optimizer. Returns Σ_r w_r·ℓ_r. */
export function backpropagate(backend: Backend, problem: Problem, placed: Placed): number {
  const { network, penalty, y, w } = placed;
  const { n, lambda } = problem;
  network.forward(n);
  const loss = evaluateLoss(backend, network, problem.loss, n, y, w);
  network.backward(n);
  if (penalty?.on === "weights") penalty.addGradient(lambda / 2);
  for (const parameter of network.parameters) parameter.reduce();
  if (penalty?.on === "lengths") penalty.addGradient(lambda / 2);
  return loss;
}

/** The engine's value and gradient of ½·loss + ½·λ·penalty. */
export function engineGradients(
  backend: Backend,
  problem: Problem,
): { value: number; output: Float32Array; gradients: LayerValues<Float32Array>[] } {
  const mark = backend.arena.mark();
  const placed = place(backend, problem);
  const loss = backpropagate(backend, problem, placed);
  const penalty = placed.penalty?.value() ?? 0;
  const gradients = placed.network.layers.map(({ weight, biasGradient }) => {
    weight.pullback();
    return {
      raw: weight.gradient.data.slice(),
      lengths: weight.lengthGradient?.data.slice() ?? null,
      bias: biasGradient.data.slice(),
    };
  });
  const output = placed.network.output.data.slice(0, problem.n * problem.spec.outputs);
  backend.arena.release(mark);
  return { value: (0.5 * loss) / problem.n + 0.5 * problem.lambda * penalty, output, gradients };
}
