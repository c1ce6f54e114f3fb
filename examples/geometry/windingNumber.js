import { areaVectors } from "./mesh.js";

/** A group of triangles counts as one where it is so many times its radius away: the error is then a hundredth. */
const FAR = 3;
/** Triangles of a leaf. */
const FEW = 8;

/**
 * The generalized winding number of a mesh (Jacobson et al. 2013): Σ solid angle/4π, 1 inside and 0 outside, where a mesh with
 * holes or overlaps has something in between. Groups of triangles that are far away count as one dipole (Barill et al. 2018), in a tree that halves
 * them along their longest side. Returns (x, y, z) → the number.
 */
export function windingNumber(mesh) {
  const { positions: p, cells } = mesh;
  const areas = areaVectors(mesh);
  const centres = new Float64Array(cells.length);
  for (let k = 0; k < cells.length; k++) {
    for (let axis = 0; axis < 3; axis++) centres[k - (k % 3) + axis] += p[3 * cells[k] + axis] / 3;
  }
  const root = grow(Array.from({ length: cells.length / 3 }, (_, t) => 3 * t));
  return (x, y, z) => sumOf(root, x, y, z) / (4 * Math.PI);

  function grow(triangles) {
    const node = { ...summary(triangles), triangles: null, halves: null };
    if (triangles.length <= FEW) return { ...node, triangles };
    const spans = [0, 1, 2].map((axis) => {
      const values = triangles.map((t) => centres[t + axis]);
      return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
    });
    const axis = spans.indexOf(Math.max(...spans));
    const sorted = [...triangles].sort((s, t) => centres[s + axis] - centres[t + axis]);
    const middle = sorted.length >> 1;
    return { ...node, halves: [grow(sorted.slice(0, middle)), grow(sorted.slice(middle))] };
  }

  /** The sum of the area vectors, their centre by area, and how far from it corners lie. */
  function summary(triangles) {
    const area = [0, 0, 0];
    const centre = [0, 0, 0];
    let total = 0;
    for (const t of triangles) {
      const size = Math.hypot(areas[t], areas[t + 1], areas[t + 2]);
      total += size;
      for (let axis = 0; axis < 3; axis++) {
        area[axis] += areas[t + axis];
        centre[axis] += size * centres[t + axis];
      }
    }
    // Where no triangle has an area, any centre will do.
    for (let axis = 0; axis < 3; axis++)
      centre[axis] = total > 0 ? centre[axis] / total : centres[triangles[0] + axis];
    let radius = 0;
    for (const t of triangles) {
      for (let corner = 0; corner < 3; corner++) {
        const v = 3 * cells[t + corner];
        radius = Math.max(radius, Math.hypot(p[v] - centre[0], p[v + 1] - centre[1], p[v + 2] - centre[2]));
      }
    }
    return { area, centre, radius };
  }

  function sumOf(node, x, y, z) {
    const { area, centre, radius, triangles, halves } = node;
    const [dx, dy, dz] = [centre[0] - x, centre[1] - y, centre[2] - z];
    const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
    if (distance > FAR * radius) {
      return (area[0] * dx + area[1] * dy + area[2] * dz) / (distance * distance * distance);
    }
    if (halves) return sumOf(halves[0], x, y, z) + sumOf(halves[1], x, y, z);
    let sum = 0;
    for (const t of triangles) sum += solidAngle(t, x, y, z);
    return sum;
  }

  /** tan(Ω/2) = det(a, b, c)/(|a||b||c| + (a·b)|c| + (b·c)|a| + (c·a)|b|) (Van Oosterom and Strackee 1983). */
  function solidAngle(t, x, y, z) {
    const [i, j, k] = [3 * cells[t], 3 * cells[t + 1], 3 * cells[t + 2]];
    const [ax, ay, az] = [p[i] - x, p[i + 1] - y, p[i + 2] - z];
    const [bx, by, bz] = [p[j] - x, p[j + 1] - y, p[j + 2] - z];
    const [cx, cy, cz] = [p[k] - x, p[k + 1] - y, p[k + 2] - z];
    const a = Math.sqrt(ax * ax + ay * ay + az * az);
    const b = Math.sqrt(bx * bx + by * by + bz * bz);
    const c = Math.sqrt(cx * cx + cy * cy + cz * cz);
    const determinant = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
    const below =
      a * b * c +
      (ax * bx + ay * by + az * bz) * c +
      (bx * cx + by * cy + bz * cz) * a +
      (cx * ax + cy * ay + cz * az) * b;
    return 2 * Math.atan2(determinant, below);
  }
}
