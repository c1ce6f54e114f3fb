/** Iterations of `newtonOrthogonal`. */
const ITERATIONS = 5;
/** Sweeps of rotations; seven or eight bring rows as near to orthogonal as float64 can tell. */
const SWEEPS = 30;
/** What float32 leaves open of a singular value, at least. */
const NOISE = 2 ** -24;

/**
 * Z of which Newton's iteration makes W = B_T·Z/√‖ZZᵀ‖_F (derived). It keeps singular vectors, and of a singular value z it makes w by
 * T times y ← 1.5y − 0.5y³ from y = z/√‖ZZᵀ‖_F on, which y = 2·sin(arcsin(w)/3) undoes. These y satisfy Σy⁴ = 1. Where w is next to 1,
 * rounding W to float32 leaves y open: of all y that give w ± noise those are taken that satisfy it, for the least noise. The rows
 * of Z have norm 1 in the mean.
 */
export function beforeNewton(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  const { turned, rotation } = orthogonalRows(matrix, rows);
  const values = new Float64Array(rows);
  for (let k = 0; k < turned.length; k++) values[Math.floor(k / columns)] += turned[k] * turned[k];
  const before = valuesBefore(values.map(Math.sqrt));
  const size = Math.sqrt(rows / before.reduce((sum, y) => sum + y * y, 0));
  const out = new Float64Array(matrix.length);
  for (let k = 0; k < rows; k++) {
    if (values[k] === 0) continue;
    const factor = (size * before[k]) / Math.sqrt(values[k]);
    for (let i = 0; i < rows; i++) {
      const share = factor * rotation[k * rows + i];
      for (let j = 0; j < columns; j++) out[i * columns + j] += share * turned[k * columns + j];
    }
  }
  return Float32Array.from(out);
}

/** Each y of a singular value w, with Σy⁴ = 1. */
function valuesBefore(values: Float64Array): Float64Array {
  const undo = (value: number) => {
    // The sine of π/6 is not quite a half.
    if (value >= 1) return 1;
    let y = Math.max(value, 0);
    for (let t = 0; t < ITERATIONS; t++) y = 2 * Math.sin(Math.asin(y) / 3);
    return y;
  };
  for (let noise = NOISE; ; noise *= 2) {
    const least = values.map((value) => undo(value - noise));
    const most = values.map((value) => undo(value + noise));
    const at = (share: number) => least.map((y, k) => y + share * (most[k] - y));
    const isEnough = (share: number) => at(share).reduce((sum, y) => sum + y ** 4, 0) >= 1;
    if (isEnough(0) || !isEnough(1)) continue;
    let [low, high] = [0, 1];
    for (let middle = 0.5; low < middle && middle < high; middle = (low + high) / 2) {
      if (isEnough(middle)) high = middle;
      else low = middle;
    }
    return at(high);
  }
}

/** QW with orthogonal rows, whose norms are the singular values, and Q (rows × rows): one-sided rotations (Hestenes 1958). */
function orthogonalRows(
  matrix: Float32Array,
  rows: number,
): { readonly turned: Float64Array; readonly rotation: Float64Array } {
  const columns = matrix.length / rows;
  const turned = Float64Array.from(matrix);
  const rotation = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) rotation[i * rows + i] = 1;
  const noise = turned.reduce((sum, value) => sum + value * value, 0) * Number.EPSILON;
  const turn = (values: Float64Array, length: number, i: number, k: number, cos: number, sin: number) => {
    for (let j = 0, a = i * length, b = k * length; j < length; j++, a++, b++) {
      const first = values[a];
      values[a] = cos * first - sin * values[b];
      values[b] = sin * first + cos * values[b];
    }
  };
  for (let sweep = 0, isDone = false; sweep < SWEEPS && !isDone; sweep++) {
    isDone = true;
    for (let i = 0; i < rows; i++) {
      for (let k = i + 1; k < rows; k++) {
        let [first, second, dot] = [0, 0, 0];
        for (let j = 0, a = i * columns, b = k * columns; j < columns; j++, a++, b++) {
          first += turned[a] * turned[a];
          second += turned[b] * turned[b];
          dot += turned[a] * turned[b];
        }
        if (Math.abs(dot) <= noise) continue;
        isDone = false;
        const zeta = (second - first) / (2 * dot);
        const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const cos = 1 / Math.hypot(1, tangent);
        turn(turned, columns, i, k, cos, cos * tangent);
        turn(rotation, rows, i, k, cos, cos * tangent);
      }
    }
  }
  return { turned, rotation };
}
