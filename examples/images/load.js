// Images to learn from and images to test on, as the engine reads them.
import { holdout } from "psilon";
import { createRandom, derive } from "psilon/engine";
import { readCifar } from "./cifar.js";
import { readDigits } from "./digits.js";

/** The share of images to test on where the files do not say which they are. */
const TEST_SHARE = 0.2;

/**
 * The digits, or the CIFAR images of the file or folder `data`. `seed`: which images are for testing, where the files leave that open, and
 * which are drawn where `train` or `test`, the most that are wanted of each, are fewer than there are; classes keep their shares.
 *
 * Every channel is (byte/255 − mean)/deviation by the images to learn from. Returns `{ shape, classes, means, deviations, train, test }`, the
 * last two as training data: rows, inputs of channels last, and class indices as targets.
 */
export function loadImages({ data = null, seed, train: mostTrain, test: mostTest }) {
  const parts = data === null ? [{ part: "all", ...readDigits() }] : readCifar(data);
  const { shape, classes } = parts[0];
  const labels = Int32Array.from(parts.flatMap(({ labels }) => [...labels]));
  const bytes = Buffer.concat(parts.map(({ bytes }) => bytes));
  const names = parts.flatMap(({ part, labels }) => Array(labels.length).fill(part));
  const drawn = (rows, most, what) => {
    if (most === undefined || most >= rows.length) return rows;
    const random = createRandom(derive(seed, "images", what));
    const { test } = holdout(
      rows.length,
      most / rows.length,
      random,
      rows.map((row) => labels[row]),
    );
    return test.map((place) => rows[place]);
  };
  const whole = splitOf(names, labels, seed);
  const rows = {
    train: drawn(whole.train, mostTrain, "train"),
    test: drawn(whole.test, mostTest, "test"),
  };
  const size = bytes.length / labels.length;
  const channels = shape.at(-1);
  const { means, deviations } = momentsOf(bytes, rows.train, size, channels);
  const dataOf = (chosen) => ({
    rows: chosen.length,
    inputs: standardized(bytes, chosen, size, means, deviations),
    targets: Float32Array.from(chosen, (row) => labels[row]),
    weights: null,
  });
  return { shape, classes, means, deviations, train: dataOf(rows.train), test: dataOf(rows.test) };
}

/** As the files' names say where both parts have one, else at random. */
function splitOf(names, labels, seed) {
  const rowsOf = (name) => Int32Array.from(names.keys()).filter((row) => names[row] === name);
  const [train, test] = [rowsOf("train"), rowsOf("test")];
  if (train.length > 0 && test.length > 0) return { train, test };
  return holdout(labels.length, TEST_SHARE, createRandom(derive(seed, "images")), labels);
}

function momentsOf(bytes, rows, size, channels) {
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (const row of rows) {
    for (let k = 0; k < size; k++) {
      const byte = bytes[row * size + k];
      sums[k % channels] += byte;
      squares[k % channels] += byte * byte;
    }
  }
  const count = (rows.length * size) / channels;
  const means = sums.map((sum) => sum / count / 255);
  // A channel that is the same everywhere becomes 0.
  const deviations = squares.map((sum, c) => Math.sqrt(sum / count - (sums[c] / count) ** 2) / 255 || 1);
  return { means, deviations };
}

function standardized(bytes, rows, size, means, deviations) {
  const inputs = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    for (let k = 0; k < size; k++) {
      const channel = k % means.length;
      inputs[i * size + k] = (bytes[row * size + k] / 255 - means[channel]) / deviations[channel];
    }
  });
  return inputs;
}
