import { describe, expect, it } from "vitest";
import { createBackend, supportsRelaxedSimd } from "../../../src/engine/backend/backend.ts";
import { createRandom } from "../../../src/engine/random/random.ts";

describe.each([
  { name: "SIMD", relaxedSimd: false, present: true },
  { name: "relaxed SIMD", relaxedSimd: true, present: supportsRelaxedSimd() },
])("denseRow with $name", ({ relaxedSimd, present }) => {
  it.skipIf(!present)(
    "is W·x + b, or max(W·x + b, 0), for every number of rows up to 17 and columns up to 70",
    async () => {
      const { arena, kernels } = await createBackend({ provider: "wasm", relaxedSimd });
      const random = createRandom(5);
      const wrong: string[] = [];
      for (let rows = 1; rows <= 17; rows++) {
        for (let columns = 1; columns <= 70; columns++) {
          const mark = arena.mark();
          // Whole numbers: sums are exact, so the comparison is too.
          const values = (length: number) => Float32Array.from({ length }, () => (random.uint32() % 17) - 8);
          const w = arena.from(values(rows * columns), rows, columns);
          const x = arena.from(values(columns), columns);
          const b = arena.from(values(rows), rows);
          const y = arena.tensor(rows);
          const after = arena.tensor(16);
          for (const relu of [false, true]) {
            kernels.denseRow(rows, columns, w.pointer, x.pointer, b.pointer, y.pointer, relu);
            const right = y.data.every((value, i) => {
              let sum = b.data[i];
              for (let j = 0; j < columns; j++) sum += w.data[i * columns + j] * x.data[j];
              return value === (relu ? Math.max(sum, 0) : sum);
            });
            if (!right || after.data.some((value) => value !== 0))
              wrong.push(`${rows} × ${columns}, relu ${relu}`);
          }
          arena.release(mark);
        }
      }
      expect(wrong).toEqual([]);
    },
  );
});
