import { fitToBall, withNormals } from "./mesh.js";
import { readMesh } from "./readMesh.js";
import { sampleField, surfaceOf } from "./surface.js";
import { windingNumber } from "./windingNumber.js";

/** Solids lie in the unit ball; what is learned of them is learned in this cube. */
export const EXTENT = 1.05;

/** Points per side of the lattice that the analytic solid's mesh comes from. */
const LATTICE = 64;

/** A solid as `{ inside(x, y, z), mesh }`, the mesh with normals: an analytic one for null, else that of a mesh by name or path. */
export async function createSolid(source) {
  if (source === null) {
    const values = sampleField((x, y, z) => -distance(x, y, z), LATTICE, EXTENT);
    return {
      inside: (x, y, z) => distance(x, y, z) < 0,
      mesh: withNormals(surfaceOf(values, LATTICE, EXTENT)),
    };
  }
  const mesh = fitToBall(await readMesh(source));
  const winding = windingNumber(mesh);
  // A mesh may have been turned inside out.
  return { inside: (x, y, z) => Math.abs(winding(x, y, z)) > 0.5, mesh: withNormals(mesh) };
}

/**
 * About the signed distance from a ball, a box and a ring, smoothly joined, with grooves all over: negative inside.
 */
function distance(x, y, z) {
  const ball = Math.hypot(x + 0.25, y - 0.15, z) - 0.5;
  const box = roundedBox(x - 0.33, y + 0.33, z, 0.29, 0.29, 0.29);
  const ring = Math.hypot(Math.hypot(x, z) - 0.75, y + 0.15) - 0.12;
  const joined = smoothMin(smoothMin(ball, box, 0.1), ring, 0.08);
  const [u, v, w] = [22 * x, 22 * y, 22 * z];
  const grooves = Math.sin(u) * Math.cos(v) + Math.sin(v) * Math.cos(w) + Math.sin(w) * Math.cos(u);
  return joined + 0.012 * grooves;
}

function roundedBox(x, y, z, a, b, c) {
  const [dx, dy, dz] = [Math.abs(x) - a, Math.abs(y) - b, Math.abs(z) - c];
  const outside = Math.hypot(Math.max(dx, 0), Math.max(dy, 0), Math.max(dz, 0));
  return outside + Math.min(Math.max(dx, dy, dz), 0) - 0.04;
}

/** The lesser of two, rounded off where they are closer than k (Quilez's polynomial). */
function smoothMin(a, b, k) {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - (h * h * k) / 4;
}
