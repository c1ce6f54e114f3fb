/** The cube [−1, 1]³ of twelve triangles that turn their front outwards. */
export function cube() {
  const positions = [];
  for (let k = 0; k < 8; k++) positions.push(k & 1 ? 1 : -1, k & 2 ? 1 : -1, k & 4 ? 1 : -1);
  const sides = [
    [0, 4, 6, 2],
    [1, 3, 7, 5],
    [0, 1, 5, 4],
    [2, 6, 7, 3],
    [0, 2, 3, 1],
    [4, 5, 7, 6],
  ];
  const cells = sides.flatMap(([a, b, c, d]) => [a, b, c, a, c, d]);
  return { positions: Float64Array.from(positions), cells: Uint32Array.from(cells) };
}

/** Σ p·A/3 over the triangles: positive where their fronts are outside. */
export function volumeOf({ positions: p, cells }) {
  let sum = 0;
  for (let t = 0; t < cells.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => p.subarray(3 * cells[t + k], 3 * cells[t + k] + 3));
    sum +=
      a[0] * (b[1] * c[2] - b[2] * c[1]) +
      a[1] * (b[2] * c[0] - b[0] * c[2]) +
      a[2] * (b[0] * c[1] - b[1] * c[0]);
  }
  return sum / 6;
}
