import { expect, test } from "vitest";
import { cameraAt } from "../../geometry/camera.js";
import { withNormals } from "../../geometry/mesh.js";
import { render } from "../../geometry/render.js";
import { sampleField, surfaceOf } from "../../geometry/surface.js";

const SIZE = 64;
const at = ({ values }, x, y) => [...values.subarray(3 * (y * SIZE + x), 3 * (y * SIZE + x) + 3)];
const ball = (radius, cx = 0) =>
  surfaceOf(
    sampleField((x, y, z) => radius - Math.hypot(x - cx, y, z), 40, 1),
    40,
    1,
  );
const white = () => [1, 1, 1];

test("A ball is a disk of the right size on white, brighter where it faces the light", () => {
  const picture = render(withNormals(ball(0.6)), white, cameraAt(0, 0), SIZE);
  let covered = 0;
  for (let k = 0; k < SIZE ** 2; k++) if (picture.values[3 * k] < 1) covered++;
  // The cone round a ball of radius r at distance d: the tangent of its half angle is r/√(d² − r²).
  const radius = ((0.6 / Math.sqrt(9 - 0.36)) * SIZE) / (2 * Math.tan(0.37));
  expect(Math.sqrt(covered / Math.PI)).toBeCloseTo(radius, -0.3);
  expect(at(picture, 0, 0)).toEqual([1, 1, 1]);
  // The light comes from above on the left.
  expect(at(picture, 24, 22)[0]).toBeGreaterThan(at(picture, 40, 42)[0] + 0.2);
});

test("What is nearer hides what is behind, whatever the order of the triangles", () => {
  const [front, back] = [ball(0.25, 0.5), ball(0.25, -0.5)];
  const join = (a, b) =>
    withNormals({
      positions: Float64Array.of(...a.positions, ...b.positions),
      cells: Uint32Array.of(...a.cells, ...b.cells.map((k) => k + a.positions.length / 3)),
    });
  const colour = (x) => (x > 0 ? [1, 0, 0] : [0, 0, 1]);
  // Seen along x: both in the middle, the red one nearer.
  const camera = cameraAt(Math.PI / 2, 0);
  for (const mesh of [join(front, back), join(back, front)]) {
    const [red, , blue] = at(render(mesh, colour, camera, SIZE), 32, 32);
    expect(red).toBeGreaterThan(0.2);
    expect(blue).toBe(0);
  }
});
