// TensorFlow.js on its WebAssembly backend, from the same specification and numbers: `tensorflow.js <folder> <steps to check>`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { milliseconds } from "../timing.js";

// The peers' packages are those of `peers/`.
const load = createRequire(new URL("../peers/package.json", import.meta.url));
const tf = load("@tensorflow/tfjs");
const { setWasmPaths, version_wasm } = load("@tensorflow/tfjs-backend-wasm");
setWasmPaths(`${dirname(load.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
await tf.setBackend("wasm");

const [folder, checked] = process.argv.slice(2);
const spec = JSON.parse(readFileSync(`${folder}/start.json`, "utf8"));
const bytes = readFileSync(`${folder}/start.f32`);
const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
let at = 0;
const take = (shape) => {
  const length = shape.reduce((a, b) => a * b);
  at += length;
  return tf.tensor(numbers.slice(at - length, at), shape);
};
const x = take([spec.batch, ...spec.input]);
const y = take([spec.batch, spec.outputs]);
const parameters = spec.shapes.map((shape) => tf.variable(take(shape)));
let next = 0;
const parameter = () => parameters[next++];

const equilibrated = (v) => tf.div(v, tf.sqrt(tf.sum(tf.square(v), 1, true)));
const activations = {
  relu: tf.relu,
  gelu: (z) => tf.mul(tf.mul(z, 0.5), tf.add(tf.erf(tf.mul(z, Math.SQRT1_2)), 1)),
};
const times = (h, v) => {
  const [columns] = h.shape.slice(-1);
  const z = tf.matMul(h.reshape([-1, columns]), equilibrated(v), false, true);
  return z.reshape([...h.shape.slice(0, -1), v.shape[0]]);
};
const linear = (h, v, b) => tf.add(times(h, v), b.flatten());
/** (h − mean)/√(variance + 10⁻⁵)·gain + shift over these axes. */
const normalizedOver = (axes, gain, shift) => (h) => {
  const { mean, variance } = tf.moments(h, axes, true);
  const z = tf.div(tf.sub(h, mean), tf.sqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(z, gain.flatten()), shift.flatten());
};

const kinds = {
  residual(layer, channels) {
    const shortcut = chain(layer.shortcut ?? [], channels);
    const branch = chain(layer.layers, channels);
    return { run: (h) => tf.add(shortcut.run(h), branch.run(h)), channels: branch.channels };
  },
  dense({ outputs, activation }) {
    const [v, b] = [parameter(), parameter()];
    const act = activations[activation] ?? ((z) => z);
    return { run: (h) => act(linear(h, v, b)), channels: outputs };
  },
  convolution({ size, stride, padding, channels: written }, channels) {
    const v = parameter();
    const run = (h) => {
      const kernels = equilibrated(v).reshape([written, size, size, channels]).transpose([1, 2, 3, 0]);
      return tf.conv2d(h, kernels, stride, padding);
    };
    return { run, channels: written };
  },
  "batch-norm": (_, channels) => ({ run: normalizedOver([0, 1, 2], parameter(), parameter()), channels }),
  "layer-norm": (_, channels) => ({ run: normalizedOver([-1], parameter(), parameter()), channels }),
  activation: ({ activation }, channels) => ({ run: activations[activation], channels }),
  "global-average-pool": (_, channels) => ({
    run: (h) => tf.mean(h.reshape([h.shape[0], -1, channels]), 1),
    channels,
  }),
  patches({ size, features }, channels) {
    const [v, b] = [parameter(), parameter()];
    const run = (h) => {
      const [n, height, width] = h.shape;
      const cut = h
        .reshape([n, height / size, size, width / size, size * channels])
        .transpose([0, 1, 3, 2, 4])
        .reshape([n, (height * width) / size ** 2, size * size * channels]);
      return linear(cut, v, b);
    };
    return { run, channels: features };
  },
  "learned-positions"(_, channels) {
    const positions = parameter();
    return { run: (h) => tf.add(h, positions.reshape(h.shape.slice(1))), channels };
  },
  attention({ heads }, channels) {
    const [q, k, v, o, b] = Array.from({ length: 5 }, parameter);
    const run = (h) => {
      const [n, tokens, features] = h.shape;
      const size = features / heads;
      const split = (w) => times(h, w).reshape([n, tokens, heads, size]).transpose([0, 2, 1, 3]);
      const scores = tf.softmax(tf.mul(tf.matMul(split(q), split(k), false, true), size ** -0.5));
      const mixed = tf.matMul(scores, split(v)).transpose([0, 2, 1, 3]).reshape([n, tokens, features]);
      return linear(mixed, o, b);
    };
    return { run, channels };
  },
};

function chain(layers, from) {
  let channels = from;
  const runs = layers.map((layer) => {
    const built = kinds[layer.layer](layer, channels);
    channels = built.channels;
    return built.run;
  });
  return { run: (h) => runs.reduce((signal, run) => run(signal), h), channels };
}

const network = chain(spec.layers, spec.input.at(-1));
const { rate, beta1, beta2, epsilon } = spec.adam;
const optimizer = tf.train.adam(rate, beta1, beta2, epsilon);
const objective = () => tf.mul(0.5, tf.mean(tf.square(tf.sub(network.run(x), y))));
const step = () => tf.tidy(() => optimizer.minimize(objective, true, parameters));
for (let i = 1; i < Number(checked); i++) step().dispose();
const check = step().dataSync()[0];
const figure = { version: `TensorFlow.js ${version_wasm} (wasm)`, check };
const measured = await milliseconds(() => step().dispose());
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ...figure, milliseconds: measured, megabytes }));
