import type { Tensor } from "./arena.js";

/**
 * C ← op(A)·op(B) or C ← C + op(A)·op(B), with row-major contiguous operands:
 *
 * - `NN`: A is m × k, B is k × n
 * - `NT`: A is m × k, B is n × k (a dense layer forward: X·Wᵀ)
 * - `TN`: A is k × m, B is k × n (its weight gradient: δᵀ·X)
 */
export type Layout = "NN" | "NT" | "TN";

/** One of the two ways to multiply matrices in the arena; everything else the engine does is a kernel. */
export interface MatrixProduct {
  readonly name: "wasm" | "blas";
  /** What computes, for people: "WebAssembly relaxed SIMD", "OpenBLAS 0.3.21 Zen, 1 thread". */
  readonly description: string;
  /** C = A·B, or C + A·B where it accumulates, each of A and B as the layout says. */
  multiply(
    layout: Layout,
    m: number,
    n: number,
    k: number,
    a: Tensor,
    b: Tensor,
    c: Tensor,
    accumulate: boolean,
  ): void;
}
