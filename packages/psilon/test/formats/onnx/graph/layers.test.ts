import { describe, expect, test } from "vitest";
import { type Affine, type Units, unitsAs } from "../../../../src/formats/onnx/graph/affine.ts";
import { layersOf } from "../../../../src/formats/onnx/graph/layers.ts";
import { type Room, roomFor } from "../../../../src/formats/onnx/graph/room.ts";

const free: Room = { take() {}, work() {} };
const all = (units: Units): Affine => unitsAs(units, [units.count], false, free);
const rectified = (of: Affine, level: number): Units => ({ count: of.bias.length, level, of });

function layersIn(room: Room, value: Affine, inputs: Units) {
  const [before, after] = [inputs.count, value.bias.length].map((count) => ({
    centers: Array(count).fill(0),
    scales: Array(count).fill(1),
  }));
  return layersOf(value, inputs, [before, after], room);
}

const inputs: Units = { count: 1, level: 0, of: null };

/** What a chain of so many activations asks for. */
function workOf(depth: number): number {
  let value = all(inputs);
  for (let level = 1; level <= depth; level++) value = all(rectified(value, level));
  let work = 0;
  const layers = layersIn(
    {
      take() {},
      work(count) {
        work += count;
      },
    },
    value,
    inputs,
  );
  expect(layers).toHaveLength(depth + 1);
  return work;
}

describe("The layers of a graph's value", () => {
  test("ask for as much more work as they are more, not for its square", () => {
    expect(workOf(3000)).toBeLessThan(10.5 * workOf(300));
  });

  test("ask for the work of what is carried, even where it has no elements", () => {
    const none: Affine = { ...all(inputs), dims: [0], bias: new Float64Array(), shares: new Map() };
    const many = Array.from({ length: 40_000 }, () => rectified(none, 1));
    const shares = new Map(
      [...many, rectified(none, 2)].map((units) => [units, all(units).shares.get(units)!]),
    );
    const value: Affine = { ...none, shares };
    expect(() => layersIn(roomFor(1e6, "net.onnx"), value, inputs)).toThrow(
      "net.onnx holds 1000000 bytes, but its graph asks for more work than networks of that size do.",
    );
  });
});
