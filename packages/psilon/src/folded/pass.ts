/** One way to compute a network's outputs for many rows. */
export interface Pass {
  /** How many rows it takes at once. */
  readonly rows: number;
  /** f(x) for n ≤ `rows` rows of x from number `start` on, into the same rows of `result`. */
  run(x: Float32Array, start: number, n: number, result: Float32Array): void;
}
