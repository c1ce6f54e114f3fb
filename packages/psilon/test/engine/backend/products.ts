import {
  type Backend,
  type BackendOptions,
  supportsRelaxedSimd,
} from "../../../src/engine/backend/backend.ts";
import { findBlas } from "../../../src/engine/backend/blas.ts";
import type { Layout } from "../../../src/engine/backend/matrixProduct.ts";

export const hasBlas = (await findBlas()).found.length > 0;

/** Every way to multiply; those that this machine lacks are marked, so that their tests are skipped by name. */
export const providers: { name: string; present: boolean; options: BackendOptions }[] = [
  { name: "wasm with SIMD", present: true, options: { provider: "wasm", relaxedSimd: false } },
  { name: "wasm with relaxed SIMD", present: supportsRelaxedSimd(), options: { provider: "wasm" } },
  { name: "a system BLAS", present: hasBlas, options: { provider: "blas" } },
  { name: "the faster of wasm and BLAS", present: hasBlas, options: { provider: "auto" } },
];

export const layouts: readonly Layout[] = ["NN", "NT", "TN"];

export interface Size {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

const size = (m: number, n: number, k: number): Size => ({ m, n, k });

/** Numbers below, at and above every block of the kernels. */
const edges = [1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 16, 17, 25];

export const sizes: readonly Size[] = [
  ...Array.from({ length: 70 }, (_, i) => size(i + 1, ((i * 31) % 70) + 1, ((i * 17) % 70) + 1)),
  ...edges.flatMap((m) => edges.flatMap((n) => edges.map((k) => size(m, n, k)))),
  // No columns times no rows: all sums are 0.
  size(3, 4, 0),
  size(9, 13, 0),
  size(3, 1, 0),
  size(127, 129, 65),
  size(65, 127, 129),
  size(129, 65, 127),
  // Several blocks of k and of m, and the strides at which operands are copied.
  size(5, 14, 257),
  size(7, 11, 600),
  size(241, 9, 10),
  size(500, 13, 260),
  size(30, 256, 16),
  size(90, 256, 20),
  size(256, 20, 300),
  size(512, 16, 33),
];

/** The factors of each of C's m × n sums, by row of op(A) and by column of op(B). */
export function factors(layout: Layout, { m, n, k }: Size, a: Float32Array, b: Float32Array) {
  const vectors = (count: number, value: (i: number, p: number) => number) =>
    Array.from({ length: count }, (_, i) => Float64Array.from({ length: k }, (_, p) => value(i, p)));
  return {
    rows: vectors(m, (i, p) => a[layout === "TN" ? p * m + i : i * k + p]),
    columns: vectors(n, (j, p) => b[layout === "NT" ? j * k + p : p * n + j]),
  };
}

export interface Operands {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly c: Float32Array;
}

export function operands({ m, n, k }: Size, draw: () => number): Operands {
  const values = (length: number) => Float32Array.from({ length }, draw);
  return { a: values(m * k), b: values(k * n), c: values(m * n) };
}

/** C after a product in the arena, between cells that it must not touch. */
export function multiply(
  { arena, product }: Backend,
  layout: Layout,
  { m, n, k }: Size,
  { a, b, c }: Operands,
  accumulate: boolean,
): { c: Float32Array; intact: boolean } {
  const mark = arena.mark();
  const before = arena.tensor(16);
  const to = arena.from(c, m, n);
  const after = arena.tensor(16);
  const left = arena.from(a, m, k);
  const right = arena.from(b, k, n);
  // Up to the next cache line there may be anything, but it must stay.
  const end = to.pointer + 4 * m * n;
  const rest = new Uint32Array(arena.memory.buffer, end, (after.pointer - end) / 4);
  const kept = rest.slice();
  product.multiply(layout, m, n, k, left, right, to, accumulate);
  const intact =
    [before, after].every(({ data }) => data.every((value) => value === 0)) &&
    rest.every((value, i) => value === kept[i]) &&
    left.data.every((value, i) => value === a[i]) &&
    right.data.every((value, i) => value === b[i]);
  const result = to.data.slice();
  arena.release(mark);
  return { c: result, intact };
}
