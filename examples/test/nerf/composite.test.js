import { createRandom } from "psilon/engine";
import { describe, expect, test } from "vitest";
import { createComposite } from "../../nerf/composite.js";

const RAYS = 3;
const SAMPLES = 7;
const random = createRandom(1);
const numbers = (count, low, high) =>
  Float64Array.from({ length: count }, () => low + (high - low) * random.next());

const softplus = (z) => Math.log(1 + Math.exp(z));
const sigmoid = (z) => 1 / (1 + Math.exp(-z));

/** The formula, sample by sample, with sums where the composite goes on from the sample before. */
function colourOf(outputs, gaps, ray, channel) {
  const depth = (s) => 10 * softplus(outputs[4 * (ray * SAMPLES + s)] - 2) * gaps[ray * SAMPLES + s];
  const before = (s) => Array.from({ length: s }, (_, j) => depth(j)).reduce((a, b) => a + b, 0);
  let sum = Math.exp(-before(SAMPLES));
  for (let s = 0; s < SAMPLES; s++) {
    const colour = sigmoid(outputs[4 * (ray * SAMPLES + s) + 1 + channel]);
    sum += Math.exp(-before(s)) * (1 - Math.exp(-depth(s))) * colour;
  }
  return sum;
}

describe("Volume rendering", () => {
  const composite = createComposite(RAYS + 1, SAMPLES);
  const outputs = numbers(4 * RAYS * SAMPLES, -2, 3);
  const gaps = numbers(RAYS * SAMPLES, 0.01, 0.1);
  const rendered = new Float64Array(3 * RAYS);

  test("is the sum of what every point adds, and of the white behind", () => {
    composite.forward(RAYS, outputs, gaps, rendered);
    for (let k = 0; k < 3 * RAYS; k++) {
      expect(rendered[k]).toBeCloseTo(colourOf(outputs, gaps, Math.floor(k / 3), k % 3), 12);
    }
  });

  test("has the gradient that float64 differences find", () => {
    const slopes = numbers(3 * RAYS, -1, 1);
    const found = new Float64Array(outputs.length);
    composite.forward(RAYS, outputs, gaps, rendered);
    composite.backward(RAYS, outputs, gaps, slopes, found);
    const loss = (at) => {
      let sum = 0;
      for (let k = 0; k < 3 * RAYS; k++) sum += slopes[k] * colourOf(at, gaps, Math.floor(k / 3), k % 3);
      return sum;
    };
    const step = 1e-5;
    outputs.forEach((value, k) => {
      const [up, down] = [value + step, value - step].map((moved) => loss(outputs.with(k, moved)));
      expect(found[k]).toBeCloseTo((up - down) / (2 * step), 8);
    });
  });

  test("shows white where nothing is, and a wall's colour whatever stands behind it", () => {
    const empty = outputs.map((value, k) => (k % 4 === 0 ? -100 : value));
    composite.forward(RAYS, empty, gaps, rendered);
    for (const value of rendered) expect(value).toBeCloseTo(1, 12);
    const wall = outputs.map((value, k) => (k % (4 * SAMPLES) === 0 ? 1000 : value));
    composite.forward(RAYS, wall, gaps, rendered);
    rendered.forEach((value, k) => {
      expect(value).toBeCloseTo(sigmoid(wall[4 * SAMPLES * Math.floor(k / 3) + 1 + (k % 3)]), 12);
    });
  });
});
