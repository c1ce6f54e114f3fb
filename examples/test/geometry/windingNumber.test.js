import { createRandom } from "psilon/engine";
import { describe, expect, test } from "vitest";
import { fitToBall } from "../../geometry/mesh.js";
import { readMesh } from "../../geometry/readMesh.js";
import { sampleField, surfaceOf } from "../../geometry/surface.js";
import { windingNumber } from "../../geometry/windingNumber.js";
import { cube } from "./meshes.js";

const random = createRandom(3);
const within = (extent) => extent * (2 * random.next() - 1);

describe("The winding number", () => {
  test("is 1 in a cube and 0 outside, −1 in one that is turned inside out, and the part of the sphere that an open one hides", () => {
    const mesh = cube();
    const winding = windingNumber(mesh);
    for (let k = 0; k < 200; k++) {
      const point = [within(2), within(2), within(2)];
      const isInside = Math.max(...point.map(Math.abs)) < 1;
      expect(winding(...point)).toBeCloseTo(isInside ? 1 : 0, 9);
    }
    const turned = windingNumber({ ...mesh, cells: mesh.cells.toReversed() });
    expect(turned(0.2, 0.1, 0)).toBeCloseTo(-1, 9);
    // Five of six sides seen from the middle.
    const open = windingNumber({ ...mesh, cells: mesh.cells.slice(6) });
    expect(open(0, 0, 0)).toBeCloseTo(5 / 6, 9);
  });

  test("of many triangles is right to a fiftieth, that of a ball in and out of it", () => {
    const ball = surfaceOf(
      sampleField((x, y, z) => 0.8 - Math.hypot(x, y, z), 40, 1),
      40,
      1,
    );
    const winding = windingNumber(ball);
    let error = 0;
    for (let k = 0; k < 500; k++) {
      const point = [within(1.2), within(1.2), within(1.2)];
      const radius = Math.hypot(...point);
      if (Math.abs(radius - 0.8) < 0.01) continue;
      error = Math.max(error, Math.abs(winding(...point) - (radius < 0.8 ? 1 : 0)));
    }
    expect(error).toBeLessThan(0.02);
  });

  test("knows the inside of the bunny, which has holes below", async () => {
    const winding = windingNumber(fitToBall(await readMesh("bunny")));
    expect(winding(0, -0.2, 0)).toBeGreaterThan(0.9);
    expect(Math.abs(winding(0.9, 0.9, 0.9))).toBeLessThan(0.1);
  });
});
