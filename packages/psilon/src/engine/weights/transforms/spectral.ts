import type { CreateTransform } from "./transform.js";

/** ‖Vᵀu − σv‖ up to which (u, σ, v) counts as the leading triplet, as a share of σ; σ then errs by the square of it. */
const TOLERANCE = 1e-6;
/** Where this is not enough, two singular values nearly agree, and the next step goes on from here. */
const ITERATIONS = 500;

/**
 * W = V/σ₁(V): spectral normalization (Miyato et al., arXiv:1802.05957). Power iteration from the last step's vector, to convergence
 * instead of once, so that σ is right; the gradient goes through σ = uᵀVv with u and v held fixed.
 */
export const spectral: CreateTransform = ({ arena }, { raw, effective, gradient }) => {
  const { rows, columns } = raw;
  // float64, hence twice the float32 values.
  const kept = arena.tensor(columns, 2);
  let view = new Float64Array(0);
  const start = () => {
    // As in a tensor: a detached view has length 0.
    if (view.length === 0) view = new Float64Array(arena.memory.buffer, kept.pointer, columns);
    return view;
  };
  const right = start()
    .fill(1 / Math.sqrt(columns))
    .slice();
  const left = new Float64Array(rows);
  const next = new Float64Array(columns);
  // σ, in an array: a number that a closure keeps, or a call returns, would be an object anew in each of many iterations.
  const norm = new Float64Array(1);

  /** u = Vv/σ with σ = ‖Vv‖, and next = Vᵀu; returns whether v is not yet a singular vector. */
  const iterate = (matrix: Float32Array): boolean => {
    // Four rows at once, so that none of their sums waits for another; each is taken in its own order.
    let i = 0;
    for (; i + 4 <= rows; i += 4) {
      const a = i * columns;
      const b = a + columns;
      const c = b + columns;
      const d = c + columns;
      let sumA = 0;
      let sumB = 0;
      let sumC = 0;
      let sumD = 0;
      for (let j = 0; j < columns; j++) {
        const v = right[j];
        sumA += matrix[a + j] * v;
        sumB += matrix[b + j] * v;
        sumC += matrix[c + j] * v;
        sumD += matrix[d + j] * v;
      }
      left[i] = sumA;
      left[i + 1] = sumB;
      left[i + 2] = sumC;
      left[i + 3] = sumD;
    }
    for (; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += matrix[i * columns + j] * right[j];
      left[i] = sum;
    }
    let square = 0;
    for (i = 0; i < rows; i++) square += left[i] * left[i];
    const sigma = Math.sqrt(square);
    norm[0] = sigma;
    for (i = 0; i < rows; i++) left[i] /= sigma;
    next.fill(0);
    for (i = 0; i + 4 <= rows; i += 4) {
      const a = i * columns;
      const b = a + columns;
      const c = b + columns;
      const d = c + columns;
      const uA = left[i];
      const uB = left[i + 1];
      const uC = left[i + 2];
      const uD = left[i + 3];
      for (let j = 0; j < columns; j++) {
        next[j] = next[j] + matrix[a + j] * uA + matrix[b + j] * uB + matrix[c + j] * uC + matrix[d + j] * uD;
      }
    }
    for (; i < rows; i++) {
      for (let j = 0; j < columns; j++) next[j] += matrix[i * columns + j] * left[i];
    }
    let residual = 0;
    for (let j = 0; j < columns; j++) residual += (next[j] - sigma * right[j]) ** 2;
    return Math.sqrt(residual) > TOLERANCE * sigma;
  };

  return {
    apply() {
      const matrix = raw.data;
      // From where the last step left off, however often W is made anew.
      right.set(start());
      for (let t = 0; iterate(matrix) && t < ITERATIONS; t++) {
        let square = 0;
        for (let j = 0; j < columns; j++) square += next[j] * next[j];
        const size = Math.sqrt(square);
        for (let j = 0; j < columns; j++) right[j] = next[j] / size;
      }
      const sigma = norm[0];
      const w = effective.data;
      for (let k = 0; k < w.length; k++) w[k] = matrix[k] / sigma;
      return sigma > 0 && sigma < Number.POSITIVE_INFINITY ? -1 : 0;
    },
    pullback() {
      const sigma = norm[0];
      const g = gradient.data;
      const w = effective.data;
      let dot = 0;
      for (let k = 0; k < g.length; k++) dot += g[k] * w[k];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const k = i * columns + j;
          g[k] = (g[k] - dot * left[i] * right[j]) / sigma;
        }
      }
      start().set(right);
    },
    state: [kept],
  };
};
