import { expect, test } from "vitest";
import { inSharedMemory } from "../src/shared.js";

const large = Float32Array.from({ length: 100_000 }, (_, i) => i);

test("large arrays of a job move to memory that threads share, each once, and all else stays as it is", () => {
  const small = Int32Array.of(1, 2);
  const job = { train: { inputs: { codes: large, places: small } }, curve: [large], start: null, name: "a" };
  const sent = inSharedMemory(job);
  expect(sent).toEqual(job);
  expect(sent.curve[0].buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(sent.train.inputs.codes).toBe(sent.curve[0]);
  expect(inSharedMemory({ again: large }).again).toBe(sent.curve[0]);
  expect(sent.train.inputs.places).toBe(small);
});

test("a part of a larger array is shared as that part alone", () => {
  const part = large.subarray(70_000);
  expect(inSharedMemory(part)).toEqual(part);
  expect(inSharedMemory(part).buffer.byteLength).toBe(4 * part.length);
});
