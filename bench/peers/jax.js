// jax-js on its WebAssembly device: one jit-compiled function does the whole step. Without Web Workers it has one thread.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { ADAM, CHECKED_STEPS, LAMBDA, problem, STEP_SHAPES } from "../problem.js";
import { milliseconds } from "../timing.js";

await init("wasm");
defaultDevice("wasm");

// Passing an array consumes it; `.ref` keeps it for another use.
const scale = (g, v, keepdims) => g.div(np.abs(v).sum(1, { keepdims }));
const forms = {
  "weight scaled": (h, v, b, g) => np.matmul(h, v.ref.mul(scale(g, v, true)).transpose()).add(b),
  "output scaled": (h, v, b, g) =>
    np
      .matmul(h, v.ref.transpose())
      .mul(scale(g, v, false))
      .add(b),
};

const figures = [];
for (const shape of STEP_SHAPES) {
  for (const [variant, layer] of Object.entries(forms)) {
    const step = stepper(problem(shape), layer);
    for (let i = 1; i < CHECKED_STEPS; i++) await step();
    const check = await step();
    figures.push({ column: `step ${shape}`, variant, check, milliseconds: await milliseconds(step) });
  }
}
const manifest = new URL("../package.json", import.meta.resolve("@jax-js/jax"));
const { version } = JSON.parse(readFileSync(fileURLToPath(manifest), "utf8"));
console.log(JSON.stringify({ version: `jax-js ${version} (wasm, jit, 1 thread)`, figures }));

function stepper(job, layer) {
  const x = np.array(job.x).reshape([job.batch, job.inputs]);
  const y = np.array(job.y).reshape([job.batch, 1]);
  const parameters = job.layers.map(({ rows, columns, direction, bias, length }) => ({
    v: np.array(direction).reshape([rows, columns]),
    b: np.array(bias),
    g: np.array(length),
  }));

  function objective(parameters, x, y) {
    const last = parameters.length - 1;
    const pathNorm = parameters
      .map(({ g }) => np.abs(g.ref))
      .reduce((a, b) => a.mul(b))
      .sum();
    let h = x;
    parameters.forEach(({ v, b, g }, l) => {
      h = layer(h, v, b, g);
      if (l < last) h = nn.relu(h);
    });
    return np
      .square(h.sub(y))
      .mean()
      .mul(0.5)
      .add(pathNorm.mul(0.5 * LAMBDA));
  }

  const { rate, beta1, beta2, epsilon } = ADAM;
  /** `corrections` holds 1/(1 − β₁ᵗ) and 1/(1 − β₂ᵗ), which change with every step and must not be compiled in. */
  const update = jit((state, corrections1, corrections2, x, y) => {
    const [value, gradient] = valueAndGrad(objective)(tree.ref(state.parameters), x, y);
    const m = tree.map((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), state.m, tree.ref(gradient));
    const s = tree.map((s, g) => s.mul(beta2).add(np.square(g).mul(1 - beta2)), state.s, gradient);
    const parameters = tree.map(
      (p, m, s) =>
        p.sub(
          m
            .mul(corrections1.ref)
            .mul(rate)
            .div(np.sqrt(s.mul(corrections2.ref)).add(epsilon)),
        ),
      state.parameters,
      tree.ref(m),
      tree.ref(s),
    );
    corrections1.dispose();
    corrections2.dispose();
    return [value, { parameters, m, s }];
  });

  const zeros = () => tree.map((p) => np.zerosLike(p.ref), parameters);
  let state = { parameters, m: zeros(), s: zeros() };
  let t = 0;
  return async () => {
    t++;
    const corrections = [1 / (1 - beta1 ** t), 1 / (1 - beta2 ** t)].map((c) => np.array(c));
    const [value, next] = update(state, ...corrections, x.ref, y.ref);
    state = await blockUntilReady(next);
    return (await value.data())[0];
  };
}
