import { gamma, orInfinity } from "./rounding.js";

/** Squarings: the bound exceeds σ by a factor of at most n^(2^−STEPS/2), 0.3 % for n = 500. */
const STEPS = 10;

/**
 * σ(W) ≤ ‖G_T‖_F^(2^−T) with G_0 = WᵀW or WWᵀ, the smaller, and G ← GᵀG (Gram iteration: Delattre et al., arXiv:2305.16173). Each G is
 * divided by a power of two near its Frobenius norm, which rounds nothing and leaves ‖G‖_F < 2. What rounding does to a product of
 * n-vectors is bounded by γ_n·‖G‖_F² in the Frobenius norm and added on the way back: σ(G)² = σ(GᵀG) ≤ σ(computed GᵀG) + 4γ_n. So is
 * all else that rounds: with u = 2⁻⁵³, the last norm is off by (n + 4)u of its at most 4, the sum, its root and its place by 3u of σ² ≤ 4,
 * and an entry of the matrix that was itself rounded once by 2u in ‖G‖_F, 8u in σ². Together less than 8γ_(n+5).
 *
 * `matrix`: rows × columns, each entry rounded at most once. Every step has a bound; the first that is at most `enough` will do. Returns a
 * number that σ does not exceed.
 */
export function spectralNorm(matrix: Float64Array, rows: number, columns: number, enough = 0): number {
  const n = Math.min(rows, columns);
  const inner = Math.max(rows, columns);
  let g = n === rows ? matrix : transpose(matrix, rows, columns);
  let width = inner;
  const steps: Step[] = [];
  let bound = Number.POSITIVE_INFINITY;
  for (let step = 0; step <= STEPS; step++) {
    const size = frobenius(g, width);
    if (size === 0) return 0;
    const scale = 2 ** Math.floor(Math.log2(size));
    if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY;
    g = g.map((value) => value / scale);
    // Squares that underflow are far below this error.
    steps.push({ error: 8 * gamma(width + 5), scale });
    g = gram(g, n, width);
    width = n;
    bound = boundAfter(steps, frobenius(g, width));
    if (bound <= enough) break;
  }
  return bound;
}

/** How a step is undone: σ ← √(σ + error)·scale. */
interface Step {
  readonly error: number;
  readonly scale: number;
}

/** What σ is at most where `size` is the Frobenius norm after these steps, the innermost last. */
const boundAfter = (steps: readonly Step[], size: number): number =>
  steps.reduceRight((sigma, { error, scale }) => orInfinity(Math.sqrt(sigma + error) * scale), size);

/** G·Gᵀ for G (n × width). */
function gram(g: Float64Array, n: number, width: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k <= i; k++) {
      let sum = 0;
      for (let j = 0, a = i * width, b = k * width; j < width; j++) sum += g[a + j] * g[b + j];
      out[i * n + k] = sum;
      out[k * n + i] = sum;
    }
  }
  return out;
}

/** ‖G‖_F, row by row to round less, and by way of its largest entry, so that no square overflows or vanishes. */
function frobenius(g: Float64Array, width: number): number {
  const largest = g.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (largest === 0) return 0;
  let total = 0;
  for (let from = 0; from < g.length; from += width) {
    let sum = 0;
    for (let at = from; at < from + width; at++) sum += (g[at] / largest) ** 2;
    total += sum;
  }
  return largest * Math.sqrt(total);
}

function transpose(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j];
  }
  return out;
}
