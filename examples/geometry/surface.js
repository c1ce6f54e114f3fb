import isosurface from "isosurface";

/** Lattice steps that count as one point when vertices of neighbouring cells are joined. */
const SAME = 1e-5;

/**
 * The surface where a field is 0, by marching cubes, with triangles that turn their front to where it is negative. `values`: the field on size³ points of the
 * cube [−extent, extent]³, x fastest. Beyond the cube there is nothing: what reaches its walls is closed there.
 */
export function surfaceOf(values, size, extent) {
  const last = size - 1;
  const at = (x, y, z) => {
    const isWall = x === 0 || y === 0 || z === 0 || x === last || y === last || z === last;
    const value = values[(z * size + y) * size + x];
    return isWall ? Math.min(value, -1e-3) : value;
  };
  const { positions, cells } = isosurface.marchingCubes([size, size, size], at);
  // Every cell comes with vertices of its own.
  const numbers = new Map();
  const joined = [];
  const renumbered = positions.map((position) => {
    const key = position.map((value) => Math.round(value / SAME)).join();
    if (!numbers.has(key)) {
      numbers.set(key, joined.length / 3);
      for (const value of position) joined.push(extent * ((2 * value) / last - 1));
    }
    return numbers.get(key);
  });
  const corners = cells
    .map(([a, b, c]) => [renumbered[a], renumbered[c], renumbered[b]])
    .filter(([a, b, c]) => a !== b && b !== c && c !== a);
  return { positions: Float64Array.from(joined), cells: Uint32Array.from(corners.flat()) };
}

/** The field on the same lattice, by a function of x, y, z. */
export function sampleField(field, size, extent) {
  const values = new Float32Array(size ** 3);
  let k = 0;
  for (let z = 0; z < size; z++)
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        values[k++] = field(...[x, y, z].map((index) => latticeAt(index, size, extent)));
  return values;
}

/** The coordinate of a point of the lattice. */
export const latticeAt = (index, size, extent) => extent * ((2 * index) / (size - 1) - 1);
