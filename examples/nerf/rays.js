import { directionOf } from "../geometry/camera.js";

/** The radius of the ball that holds the solid: rays are looked at within it. */
const RADIUS = 1.02;

/** The part of the ray through a pixel's middle that lies in the ball, `{ origin, direction, near, far }`, or null where it passes by. */
export function rayOf(camera, size, pixel) {
  const direction = directionOf(camera, size, (pixel % size) + 0.5, Math.floor(pixel / size) + 0.5);
  const { origin } = camera;
  const along = origin.reduce((sum, value, axis) => sum + value * direction[axis], 0);
  const square = along * along - origin.reduce((sum, value) => sum + value * value, 0) + RADIUS * RADIUS;
  if (square <= 0) return null;
  const half = Math.sqrt(square);
  return { origin, direction, near: -along - half, far: -along + half };
}

/**
 * Writes the points of a ray, one in each of `samples` equal parts, into `input` and the ways from each to the next into `gaps`, both
 * from the ray's own place on; `place()` says where in its part a point is, from 0 to 1.
 */
export function writePoints({ origin, direction, near, far }, samples, ray, place, input, gaps) {
  const part = (far - near) / samples;
  let before = 0;
  for (let s = 0; s < samples; s++) {
    const i = ray * samples + s;
    const distance = near + (s + place()) * part;
    for (let axis = 0; axis < 3; axis++) input[3 * i + axis] = origin[axis] + distance * direction[axis];
    if (s > 0) gaps[i - 1] = distance - before;
    before = distance;
  }
  gaps[(ray + 1) * samples - 1] = far - before;
}
