import type { Tensor } from "../../backend/arena.js";
import type { CreateTransform } from "./transform.js";

/** Iterations, T of the paper. */
const ITERATIONS = 5;

/**
 * W = B_T·Z/√‖S‖_F with Z = V less its rows' means, S = ZZᵀ, B_0 = I and B_{t+1} = 1.5·B_t − 0.5·B_t³·S/‖S‖_F: rows made
 * orthonormal by Newton's iteration for S^(−1/2) (ONI, Huang et al., arXiv:2004.00917), T = 5. The gradient is that of the
 * iteration itself. All B_t are polynomials in S, hence symmetric and commuting.
 */
export const newtonOrthogonal: CreateTransform = (
  { arena, product, kernels },
  { raw, effective, gradient },
) => {
  const { rows, columns } = raw;
  const centred = arena.tensor(rows, columns);
  const inputGradient = arena.tensor(rows, columns);
  const square = () => arena.tensor(rows, rows);
  const s = square();
  const sGradient = square();
  const roots = Array.from({ length: ITERATIONS + 1 }, square);
  const squares = Array.from({ length: ITERATIONS }, square);
  const cubes = Array.from({ length: ITERATIONS }, square);
  const [rootGradient, cubeGradient, squareGradient, scratch] = Array.from({ length: 4 }, square);
  let size = 0;

  const multiply = (a: Tensor, b: Tensor, to: Tensor, add = false) =>
    product.multiply("NN", rows, b.columns, rows, a, b, to, add);
  const scale = ({ data }: Tensor, by: number) => {
    for (let k = 0; k < data.length; k++) data[k] *= by;
  };
  const add = (from: Tensor, to: Tensor, by: number) =>
    kernels.addScaled(from.length, by, from.pointer, to.pointer);
  const centreRows = (from: Float32Array, to: Float32Array) => {
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let k = i * columns; k < (i + 1) * columns; k++) sum += from[k];
      const mean = sum / columns;
      for (let k = i * columns; k < (i + 1) * columns; k++) to[k] = from[k] - mean;
    }
  };

  return {
    apply() {
      centreRows(raw.data, centred.data);
      product.multiply("NT", rows, rows, columns, centred, centred, s, false);
      size = Math.sqrt(kernels.sumOfSquares(s.length, s.pointer));
      scale(s, 1 / size);
      roots[0].data.fill(0);
      for (let i = 0; i < rows; i++) roots[0].data[i * rows + i] = 1;
      for (let t = 0; t < ITERATIONS; t++) {
        multiply(roots[t], roots[t], squares[t]);
        multiply(squares[t], roots[t], cubes[t]);
        multiply(cubes[t], s, roots[t + 1]);
        scale(roots[t + 1], -0.5);
        add(roots[t], roots[t + 1], 1.5);
      }
      multiply(roots[ITERATIONS], centred, effective);
      scale(effective, 1 / Math.sqrt(size));
      return size > 0 && size < Number.POSITIVE_INFINITY ? -1 : 0;
    },
    pullback() {
      const g = gradient.data;
      const w = effective.data;
      let dot = 0;
      for (let k = 0; k < g.length; k++) dot += g[k] * w[k];
      // W = B·Z/√φ: to B and to Z directly.
      scale(gradient, 1 / Math.sqrt(size));
      product.multiply("NT", rows, rows, columns, gradient, centred, rootGradient, false);
      multiply(roots[ITERATIONS], gradient, inputGradient);
      sGradient.data.fill(0);
      for (let t = ITERATIONS - 1; t >= 0; t--) {
        // B' = 1.5·B − 0.5·C·S with C = A·B and A = B·B.
        multiply(rootGradient, s, cubeGradient);
        scale(cubeGradient, -0.5);
        multiply(cubes[t], rootGradient, scratch);
        add(scratch, sGradient, -0.5);
        multiply(cubeGradient, roots[t], squareGradient);
        scale(rootGradient, 1.5);
        multiply(squares[t], cubeGradient, rootGradient, true);
        multiply(squareGradient, roots[t], rootGradient, true);
        multiply(roots[t], squareGradient, rootGradient, true);
      }
      // S = ZZᵀ/φ with φ = ‖ZZᵀ‖_F, of which W takes the square root, too.
      const ds = sGradient.data;
      const normalized = s.data;
      let along = 0;
      for (let k = 0; k < ds.length; k++) along += ds[k] * normalized[k];
      for (let k = 0; k < ds.length; k++) ds[k] = (ds[k] - (along + dot / 2) * normalized[k]) / size;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < i; j++) {
          const both = ds[i * rows + j] + ds[j * rows + i];
          ds[i * rows + j] = both;
          ds[j * rows + i] = both;
        }
        ds[i * rows + i] *= 2;
      }
      multiply(sGradient, centred, inputGradient, true);
      centreRows(inputGradient.data, g);
    },
    state: [],
  };
};
