import { describe, expect, it } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import type { Layout } from "../../../src/engine/backend/matrixProduct.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import {
  factors,
  layouts,
  multiply,
  type Operands,
  operands,
  providers,
  type Size,
  sizes,
} from "./products.ts";

/** Unit roundoff of float32. */
const U = 2 ** -24;

interface WholeNumbers {
  readonly size: Size;
  readonly values: Operands;
  /** op(A)·op(B). */
  readonly sums: Float64Array;
}

const made = new Map<Layout, readonly WholeNumbers[]>();

/** Products of whole numbers of all sizes, the same for every provider. */
function wholeNumbers(layout: Layout): readonly WholeNumbers[] {
  const random = createRandom(1);
  const draw = () => (random.uint32() % 17) - 8;
  const found =
    made.get(layout) ??
    sizes.map((size) => {
      const values = operands(size, draw);
      const { rows, columns } = factors(layout, size, values.a, values.b);
      const sums = Float64Array.from({ length: size.m * size.n }, (_, at) => {
        const [row, column] = [rows[Math.floor(at / size.n)], columns[at % size.n]];
        let sum = 0;
        for (let p = 0; p < row.length; p++) sum += row[p] * column[p];
        return sum;
      });
      return { size, values, sums };
    });
  made.set(layout, found);
  return found;
}

describe.each(providers)("the matrix product of $name", ({ present, options }) => {
  describe.skipIf(!present).each(layouts)("in the layout %s", (layout) => {
    it("is exact for whole numbers, whatever the sizes, and touches nothing but C", async () => {
      const backend = await createBackend(options);
      const wrong: string[] = [];
      for (const { size, values, sums } of wholeNumbers(layout)) {
        for (const accumulate of [false, true]) {
          const { c, intact } = multiply(backend, layout, size, values, accumulate);
          const same = c.every((found, k) => found === sums[k] + (accumulate ? values.c[k] : 0));
          if (!same || !intact) {
            wrong.push(`${JSON.stringify(size)} ${accumulate ? "accumulated" : "overwritten"}`);
          }
        }
      }
      expect(wrong).toEqual([]);
    });

    it("is within γ_k·Σ|a·b| of float64, the bound for sums in any order (Higham 2002, section 3.1)", async () => {
      const backend = await createBackend(options);
      const random = createRandom(2);
      const draw = () => 2 * random.next() - 1;
      for (const size of sizes.slice(-11)) {
        const values = operands(size, draw);
        const { rows, columns } = factors(layout, size, values.a, values.b);
        // One rounding more than k: C itself is added.
        const gamma = ((size.k + 1) * U) / (1 - (size.k + 1) * U);
        for (const accumulate of [false, true]) {
          const { c } = multiply(backend, layout, size, values, accumulate);
          let worst = 0;
          rows.forEach((row, i) => {
            columns.forEach((column, j) => {
              let sum = accumulate ? values.c[i * size.n + j] : 0;
              let magnitude = Math.abs(sum);
              for (let p = 0; p < row.length; p++) {
                sum += row[p] * column[p];
                magnitude += Math.abs(row[p] * column[p]);
              }
              worst = Math.max(worst, Math.abs(c[i * size.n + j] - sum) / magnitude);
            });
          });
          expect(worst).toBeLessThanOrEqual(gamma);
        }
      }
    });

    it("does not read what C held before when it overwrites", async () => {
      const backend = await createBackend(options);
      for (const size of [
        { m: 9, n: 13, k: 7 },
        { m: 90, n: 70, k: 300 },
      ]) {
        const values = operands(size, () => 1);
        values.c.fill(Number.NaN);
        const { c } = multiply(backend, layout, size, values, false);
        expect(c.every((value) => value === size.k)).toBe(true);
      }
    });

    it("needs no memory, neither in the arena nor of the engine", async () => {
      const { arena, product } = await createBackend(options);
      const size = { m: 33, n: 34, k: 35 };
      const [a, b, c] = [
        arena.tensor(size.m, size.k),
        arena.tensor(size.k, size.n),
        arena.tensor(size.m, size.n),
      ];
      const run = (times: number) => {
        for (let i = 0; i < times; i++) product.multiply(layout, size.m, size.n, size.k, a, b, c, false);
      };
      run(1000);
      const { used } = arena;
      const bytes = arena.memory.buffer.byteLength;
      const growths = Array.from({ length: 5 }, () => {
        const heap = process.memoryUsage().heapUsed;
        run(1000);
        return process.memoryUsage().heapUsed - heap;
      });
      // A view made in each product would take more than 100 bytes each time; the engine's own work shows in some.
      expect(growths.sort((x, y) => x - y)[2]).toBeLessThan(50_000);
      expect(arena.used).toBe(used);
      expect(arena.memory.buffer.byteLength).toBe(bytes);
    });

    it("goes on where tensors are after the arena has grown", async () => {
      const { arena, product } = await createBackend(options);
      const [m, n, k] = [40, 41, 42];
      const a = arena.from(new Float32Array(m * k).fill(2), m, k);
      const b = arena.from(new Float32Array(k * n).fill(3), k, n);
      const c = arena.tensor(m, n);
      product.multiply(layout, m, n, k, a, b, c, false);
      const before = arena.memory.buffer;
      arena.tensor(3000, 3000);
      expect(arena.memory.buffer).not.toBe(before);
      product.multiply(layout, m, n, k, a, b, c, true);
      expect(c.data.every((value) => value === 2 * 6 * k)).toBe(true);
    });
  });
});

describe("the matrix product of the SIMD kernels", () => {
  const deterministic = { provider: "wasm", relaxedSimd: false } as const;

  it("rounds each product and each sum to float32, in order of k in equal parts of at most 256", async () => {
    const backend = await createBackend(deterministic);
    const random = createRandom(3);
    const f32 = Math.fround;
    for (const layout of layouts) {
      for (const size of [
        { m: 6, n: 5, k: 9 },
        { m: 13, n: 50, k: 256 },
        { m: 70, n: 17, k: 600 },
        { m: 256, n: 30, k: 400 },
      ]) {
        const values = operands(size, () => 2 * random.next() - 1);
        const { rows, columns } = factors(layout, size, values.a, values.b);
        const parts = Math.ceil(size.k / 256);
        const expected = new Float32Array(size.m * size.n);
        rows.forEach((row, i) => {
          columns.forEach((column, j) => {
            let total = 0;
            for (let part = 0; part < parts; part++) {
              let sum = 0;
              const end = Math.floor((size.k * (part + 1)) / parts);
              for (let p = Math.floor((size.k * part) / parts); p < end; p++) {
                sum = f32(sum + f32(row[p] * column[p]));
              }
              total = part === 0 ? sum : f32(total + sum);
            }
            expected[i * size.n + j] = total;
          });
        });
        expect(multiply(backend, layout, size, values, false).c).toEqual(expected);
      }
    }
  });

  it("gives the same bits in every instance and wherever the operands lie", async () => {
    const random = createRandom(4);
    const [one, other] = [await createBackend(deterministic), await createBackend(deterministic)];
    const unaligned = (values: Float32Array) =>
      other.arena.from([0, ...values], values.length + 1).slice(1, values.length);
    for (const layout of layouts) {
      for (const size of sizes.slice(0, 70)) {
        const values = operands(size, () => 2 * random.next() - 1);
        const { c } = multiply(one, layout, size, values, true);
        expect(multiply(one, layout, size, values, true).c).toEqual(c);
        const moved = unaligned(values.c);
        const { m, n, k } = size;
        other.product.multiply(layout, m, n, k, unaligned(values.a), unaligned(values.b), moved, true);
        expect(moved.data).toEqual(c);
      }
    }
  });
});
