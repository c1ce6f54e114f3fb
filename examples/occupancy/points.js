import { surfaceSampler } from "../geometry/mesh.js";
import { EXTENT } from "../geometry/solid.js";

/** How far points near the surface are moved off it, at most and along each axis. */
const NEAR = 0.08;

/** Points (count × 3) of the cube, and 1 where they lie inside; a `near` share of them close to the surface, where it is decided. */
export function createPoints({ inside, mesh }, count, near, random) {
  const positions = new Float32Array(3 * count);
  const labels = new Float32Array(count);
  const onSurface = surfaceSampler(mesh, random);
  const point = [0, 0, 0];
  for (let k = 0; k < count; k++) {
    const isNear = k < near * count;
    if (isNear) onSurface(point);
    for (let axis = 0; axis < 3; axis++) {
      const move = 2 * random.next() - 1;
      positions[3 * k + axis] = isNear ? point[axis] + NEAR * move : EXTENT * move;
    }
    labels[k] = inside(positions[3 * k], positions[3 * k + 1], positions[3 * k + 2]) ? 1 : 0;
  }
  return { positions, labels };
}
