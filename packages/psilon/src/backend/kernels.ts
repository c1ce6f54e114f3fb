/**
 * The WebAssembly exports, typed. Arguments named a, b, x, … are byte pointers into the arena; sizes are counts of
 * float32 values. The formulas stand in `src/kernels`.
 */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  matmulNN(m: number, n: number, k: number, a: number, b: number, c: number, accumulate: boolean): void;
  matmulNT(m: number, n: number, k: number, a: number, b: number, c: number, accumulate: boolean): void;
  matmulTN(m: number, n: number, k: number, a: number, b: number, c: number, accumulate: boolean): void;
}
