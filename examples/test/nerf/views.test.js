import { expect, test } from "vitest";
import { createSolid } from "../../geometry/solid.js";
import { createViews, turntable } from "../../nerf/views.js";

test("A solid is seen from 60 places to learn from and from 10 others, each time on white", async () => {
  const { learned, heldOut } = createViews((await createSolid("bunny")).mesh, 12);
  expect([learned.length, heldOut.length]).toEqual([60, 10]);
  const places = [...learned, ...heldOut].map(({ camera }) => camera.origin.map((v) => v.toFixed(4)).join());
  expect(new Set(places).size).toBe(70);
  for (const { picture } of [...learned, ...heldOut]) {
    expect([...picture.values.subarray(0, 3)]).toEqual([1, 1, 1]);
    const middle = 3 * (6 * 12 + 6);
    expect(Math.min(...picture.values.subarray(middle, middle + 3))).toBeLessThan(0.95);
  }
  for (const { origin } of turntable(5)) expect(Math.hypot(...origin)).toBeCloseTo(3, 12);
});
