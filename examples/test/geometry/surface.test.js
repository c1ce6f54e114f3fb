import { createRandom } from "psilon/engine";
import { expect, test } from "vitest";
import { fitToBall, surfaceSampler, withNormals } from "../../geometry/mesh.js";
import { createSolid, EXTENT } from "../../geometry/solid.js";
import { latticeAt, sampleField, surfaceOf } from "../../geometry/surface.js";
import { cube, volumeOf } from "./meshes.js";

const pointsOf = (positions) =>
  Array.from({ length: positions.length / 3 }, (_, k) => positions.subarray(3 * k, 3 * k + 3));

test("The surface of a ball lies where its field is 0, is closed, and turns its front outwards", () => {
  const size = 30;
  const mesh = surfaceOf(
    sampleField((x, y, z) => 0.7 - Math.hypot(x - 0.1, y, z), size, 1),
    size,
    1,
  );
  const radii = pointsOf(mesh.positions).map(([x, y, z]) => Math.hypot(x - 0.1, y, z));
  expect(Math.min(...radii)).toBeGreaterThan(0.698);
  expect(Math.max(...radii)).toBeLessThan(0.7001);
  // Every edge belongs to two triangles that go along it in opposite directions.
  const edges = new Set();
  for (let t = 0; t < mesh.cells.length; t += 3) {
    for (let k = 0; k < 3; k++) edges.add(`${mesh.cells[t + k]}-${mesh.cells[t + ((k + 1) % 3)]}`);
  }
  expect(edges.size).toBe(mesh.cells.length);
  expect([...edges].filter((edge) => !edges.has(edge.split("-").reverse().join("-")))).toEqual([]);
  expect(volumeOf(mesh)).toBeCloseTo((4 / 3) * Math.PI * 0.7 ** 3, 1);
  const normals = pointsOf(withNormals(mesh).normals);
  const outwards = pointsOf(mesh.positions).map(
    ([x, y, z], k) => (normals[k][0] * (x - 0.1) + normals[k][1] * y + normals[k][2] * z) / radii[k],
  );
  expect(Math.min(...outwards)).toBeGreaterThan(0.98);
});

test("What reaches the walls of the cube is closed there", () => {
  const full = surfaceOf(new Float32Array(10 ** 3).fill(1), 10, 2);
  expect(volumeOf(full)).toBeGreaterThan(0.4 * 4 ** 3);
  expect(latticeAt(0, 10, 2)).toBe(-2);
  expect(latticeAt(9, 10, 2)).toBe(2);
});

test("Points of a surface are drawn evenly, and a mesh is fitted into the unit ball", () => {
  const { positions, cells } = cube();
  const long = { positions: positions.map((value, k) => (k % 3 === 0 ? 3 * value + 10 : value)), cells };
  const draw = surfaceSampler(long, createRandom(1));
  const point = [0, 0, 0];
  let ends = 0;
  for (let k = 0; k < 4000; k++) {
    draw(point);
    const onSides = [Math.abs(point[0] - 10) / 3, Math.abs(point[1]), Math.abs(point[2])];
    expect(Math.max(...onSides)).toBeCloseTo(1, 9);
    if (onSides[0] > 1 - 1e-9) ends++;
  }
  // Two ends of 4 among 56.
  expect(ends / 4000).toBeCloseTo(8 / 56, 1);
  const fitted = fitToBall(long).positions;
  expect(Math.hypot(...fitted.subarray(0, 3))).toBeCloseTo(1, 12);
  expect(fitted[0]).toBeCloseTo(-3 / Math.sqrt(11), 12);
});

test("The analytic solid lies within its cube and encloses what its mesh does", async () => {
  const { inside, mesh } = await createSolid(null);
  const random = createRandom(2);
  let count = 0;
  for (let k = 0; k < 20000; k++) {
    if (inside(...[0, 0, 0].map(() => EXTENT * (2 * random.next() - 1)))) count++;
  }
  expect(count / 20000).toBeCloseTo(volumeOf(mesh) / (2 * EXTENT) ** 3, 1);
  expect(Math.max(...pointsOf(mesh.positions).map((point) => Math.hypot(...point)))).toBeLessThan(1);
});
