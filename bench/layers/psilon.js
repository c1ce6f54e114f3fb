// psilon's training step: `psilon.js <problem> <provider> <threads> [folder]`, which also writes the start there for the peers.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createBackend } from "psilon";
import { adam, createOptimizer, createRandom, createSequential, evaluateLoss } from "psilon/engine";
import { milliseconds } from "../timing.js";
import { ADAM, batchOf, CHECKED_STEPS, PROBLEMS } from "./problems.js";

const [name, provider, threads, folder] = process.argv.slice(2);
const problem = PROBLEMS[name];
const backend = await createBackend({ provider, threads: Number(threads) });
const { batch } = problem;
const network = createSequential(backend, problem, batch, createRandom(1));
const { x, y } = batchOf(problem, network.outputs);
network.input.data.set(x);
const targets = backend.arena.from(y, batch, network.outputs);
if (folder) {
  const parts = [x, y, ...network.parameters.map(({ raw }) => raw.data)];
  writeFileSync(`${folder}/start.f32`, Buffer.concat(parts.map((part) => Buffer.from(part.slice().buffer))));
  const shapes = network.parameters.map(({ raw }) => [raw.rows, raw.columns]);
  writeFileSync(
    `${folder}/start.json`,
    JSON.stringify({ ...problem, outputs: network.outputs, shapes, adam: ADAM }),
  );
}
const optimizer = createOptimizer(backend, network, adam(ADAM));
const step = () => {
  network.forward(batch);
  const loss = evaluateLoss(backend, network, "squared-error", batch, targets, null) / batch;
  network.backward(batch);
  for (let k = 0; k < network.parameters.length; k++) network.parameters[k].reduce();
  optimizer.step(ADAM.rate);
  return 0.5 * loss;
};
for (let i = 1; i < CHECKED_STEPS; i++) step();
const check = step();
const { version } = createRequire(import.meta.url)("psilon/package.json");
const figure = {
  version: `psilon ${version} (${backend.product.description})`,
  check,
  milliseconds: await milliseconds(step),
};
console.log(JSON.stringify({ ...figure, megabytes: process.resourceUsage().maxRSS / 1024 }));
