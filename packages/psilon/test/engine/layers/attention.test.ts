import { beforeAll, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { createSequential } from "../../../src/engine/networks/sequential.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { everyBackend } from "../../support/engine.ts";

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  backends = await everyBackend();
});

const attentionOf = (backend: Backend, tokens: number, features: number, heads: number) =>
  createSequential(
    backend,
    {
      input: [tokens, features],
      layers: [{ layer: "attention", heads, weight: "plain", bias: false }],
    },
    1,
    createRandom(1),
  );

test("Attention to one token alone stays finite, however large its score is", () => {
  const [tokens, features] = [6, 2];
  for (const { name, backend } of backends) {
    const mark = backend.arena.mark();
    const network = attentionOf(backend, tokens, features, 2);
    // Every matrix is the identity: a head's scores are products of one column.
    for (const { raw } of network.parameters) raw.data.set([1, 0, 0, 1]);
    network.input.data.set([1e4, -3e4, 2e4, -2e4, 3e4, -1e4, 5e3, -5e3, 1e3, -1e3, 100, -200]);
    network.forward(1);
    const largest = [3e4, -3e4];
    expect([...network.output.data], name).toEqual(Array.from({ length: tokens }, () => largest).flat());
    network.outputDelta.data.fill(1);
    network.backward(1);
    for (const { gradient } of network.parameters) expect(gradient.data.every(Number.isFinite)).toBe(true);
    backend.arena.release(mark);
  }
});

test("Its memory grows neither with the batch nor with the heads by squares of tokens", () => {
  const [{ backend }] = backends;
  const tokens = 100;
  const used = (capacity: number, heads: number) => {
    const mark = backend.arena.mark();
    const layers = [{ layer: "attention", heads, weight: "plain" }] as const;
    createSequential(backend, { input: [tokens, 4], layers }, capacity, createRandom(1));
    const bytes = backend.arena.used - mark;
    backend.arena.release(mark);
    return bytes;
  };
  expect(used(1, 4)).toBe(used(1, 1));
  expect(used(2, 1) - used(1, 1)).toBeLessThan(4 * tokens * tokens);
});

test.each<[number[], number, string]>([
  [
    [7, 10],
    4,
    "Layer 1 (attention) reads tokens, or the pixels of an image, of a number of features that is a multiple of its 4 heads, but the input is 7 × 10.",
  ],
  [
    [8],
    4,
    "Layer 1 (attention) reads tokens, or the pixels of an image, of a number of features that is a multiple of its 4 heads, but the input is 8.",
  ],
  [[7, 8], 0, "The number of heads of a layer is a whole number of at least 1, but 0 was given."],
])("An input of %j is refused with %i heads", (input, heads, says) => {
  const layers = [{ layer: "attention", heads, weight: "plain" }] as const;
  expect(() => createSequential(backends[0].backend, { input, layers }, 1, createRandom(1))).toThrow(says);
});
