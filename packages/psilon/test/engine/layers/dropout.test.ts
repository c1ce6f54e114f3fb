import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { createSignal } from "../../../src/engine/layers/boundLayer.ts";
import { dropout } from "../../../src/engine/layers/dropout.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { InputError } from "../../../src/errors.ts";
import { everyBackend } from "../../support/engine.ts";

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  backends = await everyBackend();
});

const COLUMNS = 1001;

/** What so many steps write of ones, from a seed. */
function steps(backend: Backend, rate: number, count: number, seed: number): Float32Array[] {
  const read = createSignal(backend.arena, 100, COLUMNS);
  read.values.data.fill(1);
  const binding = { backend, capacity: 100, random: createRandom(seed) };
  const [pass] = dropout.bind(binding, { rate }, { ...read, shape: [COLUMNS] }, [COLUMNS]).passes;
  return Array.from({ length: count }, () => {
    pass.forward(100);
    return pass.output.values.data.slice();
  });
}

describe("Dropout", () => {
  test.each([0.1, 0.5, 0.9])("drops a share of %d, and keeps the mean", (rate) => {
    const [written] = steps(backends[0].backend, rate, 1, 4);
    const deviation = Math.sqrt((rate * (1 - rate)) / written.length);
    const dropped = written.filter((v) => v === 0).length / written.length;
    expect(Math.abs(dropped - rate)).toBeLessThan(4 * deviation);
    const mean = written.reduce((sum, v) => sum + v, 0) / written.length;
    expect(Math.abs(mean - 1)).toBeLessThan((4 * deviation) / (1 - rate));
  });

  test("chooses anew in each step and of each seed, and alike on every backend", () => {
    const [first, second] = steps(backends[0].backend, 0.5, 2, 4);
    const same = first.filter((v, k) => v === second[k]).length / first.length;
    expect(Math.abs(same - 0.5)).toBeLessThan(0.01);
    expect(steps(backends[0].backend, 0.5, 1, 5)[0]).not.toEqual(first);
    for (const { name, backend } of backends)
      expect(steps(backend, 0.5, 2, 4), name).toEqual([first, second]);
  });

  test("passes on what it reads where its rate is 0", () => {
    expect(steps(backends[0].backend, 0, 1, 1)[0].every((v) => v === 1)).toBe(true);
  });

  test.each([1, -0.1, Number.NaN])("refuses a rate of %d", (rate) => {
    const shape = () => dropout.shape({ rate }, [3]);
    expect(shape).toThrow(InputError);
    expect(shape).toThrow(
      `The rate of a dropout is a number of at least 0 and below 1, but ${rate} was given.`,
    );
  });
});
