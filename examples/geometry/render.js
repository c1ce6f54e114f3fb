import { createPicture } from "../shared/pictures.js";
import { project } from "./camera.js";

/** Samples per pixel and axis. */
const FINE = 2;
/** Where the lights stand, as unit vectors, and how bright they are; and what is there without them. */
const LIGHTS = [
  { from: [-0.48, 0.6, 0.64], strength: 0.6 },
  { from: [0.8, 0, -0.6], strength: 0.25 },
];
const AMBIENT = 0.3;

/**
 * A square picture of a mesh with normals on white: the nearest triangle wins (z-buffer), colour × (ambient + Σ strength·max(n·l, 0)) is what is
 * seen of it (Lambert). `colour(x, y, z)` gives red, green and blue. The lights stand with the solid, so that every point of it looks alike
 * from all sides.
 */
export function render({ positions: p, cells, normals }, colour, camera, size) {
  const fine = size * FINE;
  const depths = new Float64Array(fine * fine).fill(Number.POSITIVE_INFINITY);
  const colours = new Float32Array(fine * fine * 3).fill(1);
  const seen = Array.from({ length: p.length / 3 }, (_, k) =>
    project(camera, fine, p[3 * k], p[3 * k + 1], p[3 * k + 2]),
  );
  const point = [0, 0, 0];
  const normal = [0, 0, 0];
  for (let t = 0; t < cells.length; t += 3) {
    const corners = [cells[t], cells[t + 1], cells[t + 2]];
    const [a, b, c] = corners.map((k) => seen[k]);
    const area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
    if (area === 0 || Math.min(a.depth, b.depth, c.depth) <= 0) continue;
    const [left, right] = within(fine, a.x, b.x, c.x);
    const [top, bottom] = within(fine, a.y, b.y, c.y);
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const [px, py] = [x + 0.5, y + 0.5];
        const u = ((b.x - px) * (c.y - py) - (c.x - px) * (b.y - py)) / area;
        const v = ((c.x - px) * (a.y - py) - (a.x - px) * (c.y - py)) / area;
        const w = 1 - u - v;
        if (u < 0 || v < 0 || w < 0) continue;
        // What is even on the solid is so in the picture after division by depth.
        const weights = [u / a.depth, v / b.depth, w / c.depth];
        const depth = 1 / (weights[0] + weights[1] + weights[2]);
        const at = y * fine + x;
        if (depth >= depths[at]) continue;
        depths[at] = depth;
        for (let axis = 0; axis < 3; axis++) {
          point[axis] = 0;
          normal[axis] = 0;
          for (let k = 0; k < 3; k++) {
            point[axis] += depth * weights[k] * p[3 * corners[k] + axis];
            normal[axis] += weights[k] * normals[3 * corners[k] + axis];
          }
        }
        const light = brightness(normal);
        colour(...point).forEach((value, channel) => {
          colours[3 * at + channel] = light * value;
        });
      }
    }
  }
  return reduced(colours, size);
}

/** The pixels from the first to the last that three coordinates span, cut off at the picture's ends. */
function within(size, a, b, c) {
  const first = Math.max(0, Math.floor(Math.min(a, b, c)));
  return [first, Math.min(size - 1, Math.floor(Math.max(a, b, c)))];
}

function brightness([x, y, z]) {
  const length = Math.hypot(x, y, z) || 1;
  return LIGHTS.reduce(
    (sum, { from, strength }) =>
      sum + strength * Math.max((x * from[0] + y * from[1] + z * from[2]) / length, 0),
    AMBIENT,
  );
}

/** Means of FINE × FINE samples. */
function reduced(colours, size) {
  const picture = createPicture(size, size);
  const fine = size * FINE;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let dy = 0; dy < FINE; dy++)
          for (let dx = 0; dx < FINE; dx++)
            sum += colours[3 * ((FINE * y + dy) * fine + FINE * x + dx) + channel];
        picture.values[3 * (y * size + x) + channel] = sum / FINE ** 2;
      }
    }
  }
  return picture;
}
