import { describe, expect, it } from "vitest";
import { createBackend, supportsRelaxedSimd } from "../../../src/engine/backend/backend.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { placeSparse, sparseRoom } from "../../../src/folded/sparseWeight.ts";

describe.each([
  { name: "SIMD", relaxedSimd: false, present: true },
  { name: "relaxed SIMD", relaxedSimd: true, present: supportsRelaxedSimd() },
])("the sparse product with $name", ({ relaxedSimd, present }) => {
  it.skipIf(!present)(
    "is what becomes of W·x + b in all three modes, for one row and sixteen, and writes zeros after its last value",
    async () => {
      const { arena, kernels } = await createBackend({ provider: "wasm", relaxedSimd });
      const random = createRandom(6);
      // Whole numbers: sums are exact, so the comparison is too.
      const draw = () => (random.uint32() % 17) - 8;
      const wrong: string[] = [];
      for (let rows = 1; rows <= 17; rows++) {
        for (let columns = 1; columns <= 30; columns++) {
          const mark = arena.mark();
          const density = [0, 0.1, 0.5, 1][(rows + columns) % 4];
          const w = Float32Array.from({ length: rows * columns }, () =>
            random.next() < density ? draw() : 0,
          );
          const { lengths, entries } = placeSparse(arena, w, rows, columns);
          for (const lanes of [1, 16]) {
            const values = (count: number) =>
              Float32Array.from({ length: sparseRoom(count) * lanes }, (_, k) =>
                k < count * lanes ? draw() : 0,
              );
            const x = arena.from(values(columns), sparseRoom(columns), lanes);
            const b = arena.from(
              values(rows).filter((_, k) => k % lanes === 0),
              sparseRoom(rows),
            );
            for (const mode of [0, 1, 2]) {
              const before = values(rows);
              const y = arena.from(before, sparseRoom(rows), lanes);
              const after = arena.tensor(16);
              const run = lanes === 1 ? kernels.sparseRow : kernels.sparseBlock;
              run(rows, lengths.pointer, entries.pointer, x.pointer, b.pointer, y.pointer, mode);
              const right = y.data.every((value, k) => {
                const i = Math.floor(k / lanes);
                let sum = i < rows ? b.data[i] : 0;
                for (let j = 0; i < rows && j < columns; j++) {
                  sum += w[i * columns + j] * x.data[j * lanes + (k % lanes)];
                }
                return value === (mode === 1 ? Math.max(sum, 0) : mode === 2 ? before[k] + sum : sum);
              });
              if (!right || after.data.some((value) => value !== 0)) {
                wrong.push(`${rows} × ${columns}, ${lanes} rows, mode ${mode}`);
              }
            }
          }
          arena.release(mark);
        }
      }
      expect(wrong).toEqual([]);
    },
  );
});
