// TensorFlow.js on its WebAssembly backend. It has SIMD; its threads are switched off in Node by the library itself.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths, version_wasm } from "@tensorflow/tfjs-backend-wasm";
import { ADAM, CHECKED_STEPS, LAMBDA, problem, STEP_SHAPES } from "../problem.js";
import { milliseconds } from "../timing.js";

const main = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
setWasmPaths(`${dirname(main)}/`);
await tf.setBackend("wasm");

const forms = {
  "weight scaled": (h, v, b, g) =>
    tf.add(tf.matMul(h, tf.mul(v, tf.div(g, tf.sum(tf.abs(v), 1, true))), false, true), b),
  "output scaled": (h, v, b, g) =>
    tf.add(tf.mul(tf.matMul(h, v, false, true), tf.div(g, tf.sum(tf.abs(v), 1))), b),
};

const figures = [];
for (const shape of STEP_SHAPES) {
  for (const [variant, layer] of Object.entries(forms)) {
    const step = stepper(problem(shape), layer);
    for (let i = 1; i < CHECKED_STEPS; i++) step().dispose();
    const check = step().dataSync()[0];
    figures.push({
      column: `step ${shape}`,
      variant,
      check,
      milliseconds: await milliseconds(() => step().dispose()),
    });
  }
}
const simd = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) ? "SIMD" : "no SIMD";
const threads = (await tf.env().getAsync("WASM_HAS_MULTITHREAD_SUPPORT")) ? "threads" : "1 thread";
console.log(
  JSON.stringify({ version: `TensorFlow.js ${version_wasm} (wasm, ${simd}, ${threads})`, figures }),
);

function stepper(job, layer) {
  const x = tf.tensor2d(job.x, [job.batch, job.inputs]);
  const y = tf.tensor2d(job.y, [job.batch, 1]);
  const layers = job.layers.map(({ rows, columns, direction, bias, length }) => [
    tf.variable(tf.tensor2d(direction, [rows, columns])),
    tf.variable(tf.tensor1d(bias)),
    tf.variable(tf.scalar(length[0])),
  ]);
  const adam = tf.train.adam(ADAM.rate, ADAM.beta1, ADAM.beta2, ADAM.epsilon);
  const parameters = layers.flat();
  const objective = () => {
    let h = x;
    layers.forEach((parameters, l) => {
      h = layer(h, ...parameters);
      if (l < layers.length - 1) h = tf.relu(h);
    });
    const lengths = layers.map(([, , g]) => g);
    const gamma = lengths.pop();
    const pathNorm = tf.mul(tf.abs(lengths.reduce((a, b) => tf.mul(a, b))), tf.sum(tf.abs(gamma)));
    const loss = tf.mean(tf.square(tf.sub(h, y)));
    return tf.add(tf.mul(0.5, loss), tf.mul(0.5 * LAMBDA, pathNorm));
  };
  return () => tf.tidy(() => adam.minimize(objective, true, parameters));
}
