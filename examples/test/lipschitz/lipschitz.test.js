import { lipschitzCertificate } from "psilon/bounds";
import { createBackend, createRandom, createSequential } from "psilon/engine";
import { foldSequential } from "psilon/folded";
import { describe, expect, test } from "vitest";
import { loadImages } from "../../images/load.js";
import { centre } from "../../lipschitz/centre.js";
import { curvesPicture } from "../../lipschitz/curves.js";
import { createMarginTask } from "../../lipschitz/marginTask.js";
import { distanceLayers, orthogonalLayers } from "../../lipschitz/networks.js";
import { certifiedAt } from "../../lipschitz/radii.js";
import { runLipschitz } from "../../lipschitz/run.js";

const hooks = { signal: undefined, progress: { update() {} } };

test("a short run certifies digits by both networks in both norms, no more than it tells right, and the same by the same seed", async () => {
  const images = loadImages({ seed: 1, train: 320, test: 200 });
  const run = () =>
    runLipschitz(images, { weights: "row-equilibrated", width: 16, steps: 30, seed: 1 }, hooks);
  const results = await run();
  expect(results.map(({ name, question }) => `${name} ${question.norm}`)).toEqual([
    "orthogonal convolutions 2",
    "PSiLON Net 2",
    "order statistics inf",
    "PSiLON Net inf",
  ]);
  for (const { clean, certified, radii, problem } of results) {
    expect(problem).toBeNull();
    expect(clean).toBeGreaterThan(0.2);
    expect(certified).toBeLessThanOrEqual(clean);
    expect(certifiedAt(radii, 0)).toBeLessThanOrEqual(clean);
    expect(radii.every((radius) => radius >= 0 && Number.isFinite(radius))).toBe(true);
  }
  expect(results[0].certified).toBeGreaterThan(0);
  const again = await run();
  expect(again.map(({ radii }) => radii)).toEqual(results.map(({ radii }) => radii));
});

test("what an interruption ends is certified as it is, and nothing after it is trained", async () => {
  const images = loadImages({ seed: 1, train: 320, test: 50 });
  const abortion = new AbortController();
  const progress = { update: () => abortion.abort() };
  const results = await runLipschitz(
    images,
    { weights: "row-equilibrated", width: 8, steps: 1e6, seed: 1 },
    { signal: abortion.signal, progress },
  );
  expect(results.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["orthogonal convolutions", "aborted"],
  ]);
  expect(results[0].radii.length).toBe(50);
});

test("the networks are 1-Lipschitz, the first but for its last matrix and what its series lack", async () => {
  const backend = await createBackend();
  const of = (layers) =>
    foldSequential(createSequential(backend, { input: [28, 28, 1], layers }, 1, createRandom(1)));
  const orthogonal = orthogonalLayers({ weights: "row-equilibrated", width: 16, classes: 10 });
  const before = lipschitzCertificate(of(orthogonal.slice(0, -1)), "2").atMost;
  expect(before).toBeGreaterThan(0.9);
  expect(before).toBeLessThan(1.05);
  const distances = distanceLayers({ inputs: 784, width: 16, classes: 10 });
  expect(lipschitzCertificate(of(distances), "inf").atMost).toBeLessThanOrEqual(1 + 1e-6);
});

describe("The loss", () => {
  const MARGIN = 0.3;
  const SHARPNESS = 5;
  const network = () => ({
    inputs: 1,
    input: { data: new Float32Array(2) },
    outputs: 3,
    output: { data: Float32Array.of(0.5, 0.2, -0.1, 0.3, 0.4, 0.9) },
    outputDelta: { data: new Float32Array(6) },
  });
  const data = { rows: 1, inputs: Float32Array.of(7), targets: Float32Array.of(1) };
  const taskOf = (of) => {
    const task = createMarginTask(of, data, { size: 2, margin: MARGIN, sharpness: SHARPNESS, seed: 1 });
    task.batch();
    return task;
  };

  test("is the cross-entropy after the right output has lost the margin", () => {
    const of = network();
    const expected = [0, 1].map((i) => {
      const scores = [0, 1, 2].map((k) => SHARPNESS * (of.output.data[3 * i + k] - (k === 1 ? MARGIN : 0)));
      return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[1];
    });
    expect(taskOf(of).loss(2)).toBeCloseTo((expected[0] + expected[1]) / 2, 6);
    expect([...of.input.data]).toEqual([7, 7]);
  });

  test("has the slope that differences find", () => {
    const of = network();
    const task = taskOf(of);
    for (let k = 0; k < 6; k++) {
      const value = of.output.data[k];
      const [ahead, behind] = [1e-2, -1e-2].map((step) => {
        of.output.data[k] = value + step;
        return task.loss(2);
      });
      of.output.data[k] = value;
      task.loss(2);
      expect(of.outputDelta.data[k]).toBeCloseTo((ahead - behind) / 2e-2, 3);
    }
  });
});

test("centred units have mean 0 over the examples", async () => {
  const backend = await createBackend();
  const layers = distanceLayers({ inputs: 784, width: 8, classes: 3 });
  const network = createSequential(backend, { input: [28, 28, 1], layers }, 20, createRandom(2));
  network.input.data.set(Float32Array.from({ length: 20 * 784 }, (_, k) => Math.sin(k)));
  centre(network, 20);
  network.forward(20);
  for (let k = 0; k < 3; k++) {
    const mean =
      Array.from({ length: 20 }, (_, i) => network.output.data[3 * i + k]).reduce((a, b) => a + b) / 20;
    expect(Math.abs(mean)).toBeLessThan(1e-5);
  }
});

test("curves go from their share at 0, on the left, to that at the end", () => {
  const red = [1, 0, 0];
  const { width, height, values } = curvesPicture([{ colour: red, at: (x) => 1 - x }], 0.5, 0.25);
  const rowsOf = (x) =>
    Array.from({ length: height }, (_, y) => y).filter(
      (y) => String(values.slice(3 * (y * width + x), 3 * (y * width + x) + 3)) === String(red),
    );
  expect(rowsOf(0)).toContain(0);
  expect(rowsOf(width - 1)).toContain(Math.round(0.5 * (height - 1)));
});
