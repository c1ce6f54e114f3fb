/** How near to 1 the rows' squares come at best, W being float32. */
const TOLERANCE = 3e-7;
/** One or two steps are enough where no x_j would become negative on the way. */
const STEPS = 20;
/** Of conjugate gradients, in each step: what they leave, the next step meets. */
const INNER_STEPS = 300;

/**
 * V with rows of norm 1 and R·V·C = W, for W = R·V₀·C of row-column equilibration (derived). Columns of W have norm 1 and tell nothing of
 * how long they were, but V = W·D has rows of norm 1 only where Ax = 1, with A_ij = W_ij² and x_j = d_j² > 0, and V₀ is such a
 * solution. From x = rows/columns on, the step that changes x least in proportion, cut short where it would reach 0.
 */
export function beforeEquilibration(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  const squares = Float64Array.from(matrix, (w) => w * w);
  const x = new Float64Array(columns).fill(rows / columns);
  for (let step = 0; step < STEPS; step++) {
    const missing = new Float64Array(rows);
    const scaled = squares.map((square, k) => square * x[k % columns]);
    for (let k = 0; k < scaled.length; k++) missing[Math.floor(k / columns)] += scaled[k];
    for (let i = 0; i < rows; i++) missing[i] = 1 - missing[i];
    if (missing.every((value) => Math.abs(value) < TOLERANCE)) break;
    const change = leastSolution(scaled, rows, missing);
    const fall = change.reduce((most, value) => Math.max(most, -value), 0);
    const share = Math.min(1, 0.9 / fall);
    for (let j = 0; j < columns; j++) x[j] *= 1 + share * change[j];
  }
  return matrix.map((w, k) => w * Math.sqrt(x[k % columns]));
}

/** The y of least norm with My nearest to r: conjugate gradients for MᵀMy = Mᵀr (Hestenes & Stiefel 1952), from y = 0. */
function leastSolution(m: Float64Array, rows: number, r: Float64Array): Float64Array {
  const columns = m.length / rows;
  const times = (v: Float64Array) => {
    const out = new Float64Array(rows);
    for (let i = 0, k = 0; i < rows; i++) for (let j = 0; j < columns; j++, k++) out[i] += m[k] * v[j];
    return out;
  };
  const transposeTimes = (v: Float64Array) => {
    const out = new Float64Array(columns);
    for (let i = 0, k = 0; i < rows; i++) for (let j = 0; j < columns; j++, k++) out[j] += m[k] * v[i];
    return out;
  };
  const square = (v: Float64Array) => v.reduce((sum, value) => sum + value * value, 0);
  const y = new Float64Array(columns);
  const rest = r.slice();
  let gradient = transposeTimes(rest);
  let direction = gradient.slice();
  let size = square(gradient);
  const enough = size * 1e-24;
  for (let step = 0; step < INNER_STEPS && size > enough; step++) {
    const image = times(direction);
    const along = size / square(image);
    for (let j = 0; j < columns; j++) y[j] += along * direction[j];
    for (let i = 0; i < rows; i++) rest[i] -= along * image[i];
    gradient = transposeTimes(rest);
    const next = square(gradient);
    direction = gradient.map((value, j) => value + (next / size) * direction[j]);
    size = next;
  }
  return y;
}
