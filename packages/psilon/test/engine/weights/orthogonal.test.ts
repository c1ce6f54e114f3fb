import { describe, expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { createWeight } from "../../../src/engine/weights/create.ts";

const sizes = [
  { name: "wide", rows: 5, columns: 40 },
  { name: "tall", rows: 40, columns: 5 },
  { name: "square", rows: 64, columns: 64 },
  { name: "a single row", rows: 1, columns: 9 },
  { name: "a single column", rows: 9, columns: 1 },
];

describe.each(sizes)("The initial directions of a $name matrix", async ({ rows, columns }) => {
  const backend = await createBackend({ provider: "wasm" });
  // A copy, since the next weight may grow the memory.
  const create = (seed: number, paired = false) =>
    createWeight(backend, "l1-row", rows, columns, { random: createRandom(seed), paired }).raw.data.slice();

  test("are orthonormal rows, or columns where there are more rows", () => {
    const v = create(3);
    const [count, size] = rows <= columns ? [rows, columns] : [columns, rows];
    const entry = (i: number, j: number) => (rows <= columns ? v[i * columns + j] : v[j * columns + i]);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let j = 0; j < size; j++) dot += entry(a, j) * entry(b, j);
        expect(Math.abs(dot - (a === b ? 1 : 0))).toBeLessThan(1e-6);
      }
    }
  });

  test("depend on the seed alone", () => {
    expect(create(3)).toEqual(create(3));
    expect(create(3)).not.toEqual(create(4));
  });

  test("are the same for both sides of a pair", () => {
    const [single, pair] = [create(3), create(3, true)];
    for (let i = 0; i < rows; i++) {
      const row = single.subarray(i * columns, (i + 1) * columns);
      expect(pair.subarray(2 * i * columns, (2 * i + 1) * columns)).toEqual(row);
      expect(pair.subarray((2 * i + 1) * columns, (2 * i + 2) * columns)).toEqual(row);
    }
  });
});
