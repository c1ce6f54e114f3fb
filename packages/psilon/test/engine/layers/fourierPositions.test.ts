import { beforeAll, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import type { FourierPositionsSpec } from "../../../src/engine/layers/fourierPositions.ts";
import { createSequential } from "../../../src/engine/networks/sequential.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { everyBackend } from "../../support/engine.ts";

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  backends = await everyBackend();
});

const networkOf = (backend: Backend, spec: FourierPositionsSpec, inputs: number, capacity: number) =>
  createSequential(
    backend,
    {
      input: [inputs],
      layers: [
        { layer: "fourier-positions", ...spec },
        { layer: "dense", outputs: 1, weight: "plain" },
      ],
    },
    capacity,
    createRandom(4),
  );

test("The waves of high frequencies are right to float32's last digits, near and far", () => {
  const frequencies = 20;
  const random = createRandom(1);
  const x = Float32Array.from({ length: 500 }, (_, k) => (2 * random.next() - 1) * (k < 400 ? 1 : 1e6));
  for (const { name, backend } of backends) {
    const mark = backend.arena.mark();
    const network = networkOf(backend, { frequencies, identity: false }, 1, x.length);
    network.input.data.set(x);
    network.forward(x.length);
    const written = network.bound[0].output.values.data;
    let worst = 0;
    x.forEach((value, row) => {
      for (let k = 0; k < frequencies; k++) {
        // A whole turn is taken off exactly in float64, too.
        const angle = Math.PI * ((2 ** k * value) % 2);
        const [sine, cosine] = written.subarray(2 * (row * frequencies + k));
        worst = Math.max(worst, Math.abs(sine - Math.sin(angle)), Math.abs(cosine - Math.cos(angle)));
      }
    });
    expect(worst, name).toBeLessThan(1.5e-7);
    backend.arena.release(mark);
  }
});

test("A Gaussian matrix of the scale that was asked for is kept and not trained", () => {
  const [{ backend }] = backends;
  const network = networkOf(backend, { features: 2000, scale: 3 }, 2, 1);
  expect(network.state.map(({ rows, columns }) => [rows, columns])).toEqual([[2000, 2]]);
  expect(network.parameters.map(({ raw }) => raw.length)).toEqual([4000, 1]);
  const { data } = network.state[0];
  expect(Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length)).toBeCloseTo(3, 0);
  expect(networkOf(backend, { frequencies: 3 }, 2, 1).state).toEqual([]);
});

test.each<[FourierPositionsSpec, string]>([
  [{ frequencies: 0 }, "The number of frequencies of a layer is a whole number of at least 1, but 0"],
  [{ features: 0.5, scale: 1 }, "The number of features of a layer is a whole number of at least 1, but 0.5"],
  [{ frequencies: 2, scale: 3 } as FourierPositionsSpec, '"scale" was given to the first.'],
  [{ features: 2, scale: 3, identity: true } as FourierPositionsSpec, '"identity" was given to the second.'],
  [{ features: 2, scale: 0 }, "The scale of Fourier positions is a finite number above 0, but 0 was given."],
])("Positions %j are refused", (spec, says) => {
  expect(() => networkOf(backends[0].backend, spec, 2, 1)).toThrow(says);
});
