/** A triangle mesh: `positions` holds x, y, z of every vertex (Float64Array), `cells` three vertices of every triangle (Uint32Array). */

/** The mesh moved and scaled, all axes alike, so that it lies about the origin and its farthest vertex is 1 away. */
export function fitToBall({ positions, cells }) {
  const ends = [0, 1, 2].map((axis) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let k = axis; k < positions.length; k += 3) {
      low = Math.min(low, positions[k]);
      high = Math.max(high, positions[k]);
    }
    return [low, high];
  });
  const moved = positions.map((value, k) => value - (ends[k % 3][0] + ends[k % 3][1]) / 2);
  let farthest = 0;
  for (let k = 0; k < moved.length; k += 3) {
    farthest = Math.max(farthest, Math.hypot(moved[k], moved[k + 1], moved[k + 2]));
  }
  return { positions: moved.map((value) => value / farthest), cells };
}

/** ½(b − a) × (c − a) of every triangle: its area along its normal, which points to where its vertices go round against the clock. */
export function areaVectors({ positions: p, cells }) {
  const vectors = new Float64Array(cells.length);
  for (let t = 0; t < cells.length; t += 3) {
    const [a, b, c] = [3 * cells[t], 3 * cells[t + 1], 3 * cells[t + 2]];
    const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
    const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    vectors[t] = (uy * vz - uz * vy) / 2;
    vectors[t + 1] = (uz * vx - ux * vz) / 2;
    vectors[t + 2] = (ux * vy - uy * vx) / 2;
  }
  return vectors;
}

/** The mesh with unit `normals` of its vertices: the area vectors of the triangles round each, summed. */
export function withNormals(mesh) {
  const { positions, cells } = mesh;
  const areas = areaVectors(mesh);
  const normals = new Float64Array(positions.length);
  for (let k = 0; k < cells.length; k++) {
    const triangle = k - (k % 3);
    for (let axis = 0; axis < 3; axis++) normals[3 * cells[k] + axis] += areas[triangle + axis];
  }
  for (let k = 0; k < normals.length; k += 3) {
    const length = Math.hypot(normals[k], normals[k + 1], normals[k + 2]) || 1;
    for (let axis = 0; axis < 3; axis++) normals[k + axis] /= length;
  }
  return { ...mesh, normals };
}

/** Draws points of the surface, every piece of it as likely as it is large: calls of what is returned write one into `point`. */
export function surfaceSampler(mesh, random) {
  const { positions: p, cells } = mesh;
  const areas = areaVectors(mesh);
  const sums = new Float64Array(cells.length / 3);
  let total = 0;
  for (let t = 0; t < sums.length; t++) {
    total += Math.hypot(areas[3 * t], areas[3 * t + 1], areas[3 * t + 2]);
    sums[t] = total;
  }
  return (point) => {
    const wanted = random.next() * total;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] > wanted) high = middle;
      else low = middle + 1;
    }
    const root = Math.sqrt(random.next());
    const v = random.next();
    const [a, b, c] = [0, 1, 2].map((corner) => 3 * cells[3 * low + corner]);
    for (let axis = 0; axis < 3; axis++) {
      point[axis] = (1 - root) * p[a + axis] + root * (1 - v) * p[b + axis] + root * v * p[c + axis];
    }
  };
}

/** As the text of an OBJ file. */
export function objText({ positions, cells }) {
  const lines = [];
  for (let k = 0; k < positions.length; k += 3) {
    lines.push(`v ${[0, 1, 2].map((axis) => positions[k + axis].toFixed(6)).join(" ")}`);
  }
  for (let k = 0; k < cells.length; k += 3) {
    lines.push(`f ${cells[k] + 1} ${cells[k + 1] + 1} ${cells[k + 2] + 1}`);
  }
  return `${lines.join("\n")}\n`;
}
