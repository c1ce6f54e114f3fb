import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { createWeight } from "../../../src/engine/weights/create.ts";
import type { WeightKind } from "../../../src/engine/weights/kinds.ts";
import { conditionNumber, singularValues } from "../../../src/engine/weights/singularValues.ts";
import { everyBackend } from "../../support/engine.ts";

let backend: Backend;
beforeAll(async () => {
  [{ backend }] = await everyBackend();
});

/** W of V with Gaussian entries, its row i times `scale(i)`. */
function effective(kind: WeightKind, rows: number, columns: number, seed: number, scale = (_: number) => 1) {
  const random = createRandom(seed);
  const weight = createWeight(backend, kind, rows, columns, { random });
  const v = weight.raw.data;
  for (let i = 0; i < rows; i++) {
    const size = scale(i);
    for (let k = i * columns; k < (i + 1) * columns; k++) v[k] = size * normal(random);
  }
  expect(weight.normalize()).toBe(-1);
  return weight.effective.data;
}

const rowsOf = (w: Float32Array, rows: number) =>
  Array.from({ length: rows }, (_, i) => w.subarray((i * w.length) / rows, ((i + 1) * w.length) / rows));
const columnsOf = (w: Float32Array, rows: number) =>
  Array.from({ length: w.length / rows }, (_, j) => w.filter((_, k) => k % (w.length / rows) === j));
const size = (of: Float32Array) => Math.sqrt(of.reduce((sum, x) => sum + x * x, 0));
const mean = (of: Float32Array) => of.reduce((sum, x) => sum + x, 0) / of.length;

function expectNear(values: readonly number[], expected: number, tolerance = 1e-6) {
  for (const value of values) expect(Math.abs(value - expected)).toBeLessThan(tolerance);
}

describe.each([1, 2, 3])("From Gaussian matrices, seed %d,", (seed) => {
  test("row equilibration makes rows of norm 1", () => {
    expectNear(rowsOf(effective("row-equilibrated", 20, 33, seed), 20).map(size), 1);
  });

  test("column equilibration makes columns of norm 1", () => {
    expectNear(columnsOf(effective("column-equilibrated", 20, 33, seed), 20).map(size), 1);
  });

  test("row-column equilibration makes columns of norm 1 and rows of nearly one norm", () => {
    const w = effective("row-column-equilibrated", 40, 40, seed);
    expectNear(columnsOf(w, 40).map(size), 1);
    expectNear(rowsOf(w, 40).map(size), 1, 0.2);
  });

  test("weight standardization makes rows of mean 0 and norm 1", () => {
    const rows = rowsOf(effective("standardized", 20, 33, seed), 20);
    expectNear(rows.map(mean), 0);
    expectNear(rows.map(size), 1);
  });

  test("spectral normalization makes the largest singular value 1 and keeps the condition number", () => {
    const w = effective("spectral", 20, 33, seed);
    const plain = effective("plain", 20, 33, seed);
    expectNear([singularValues(w, 20)[0]], 1);
    expectNear([conditionNumber(w, 20) / conditionNumber(plain, 20)], 1, 1e-5);
  });

  test("five steps of Newton's iteration bring singular values near 1, and never above", () => {
    const w = effective("newton-orthogonal", 20, 100, seed);
    const [before, after] = [effective("plain", 20, 100, seed), w].map((of) => conditionNumber(of, 20));
    expect(singularValues(w, 20)[0]).toBeLessThan(1 + 1e-5);
    expect(after).toBeLessThan(1.2);
    expect(before).toBeGreaterThan(2);
  });
});

describe("Row equilibration and the condition number (mathematics, section 7)", () => {
  const rows = 96;
  const lognormal = (seed: number) => {
    const random = createRandom(seed);
    return () => Math.exp(normal(random));
  };
  const conditions = (scale: (seed: number) => (i: number) => number) =>
    [11, 12, 13, 14, 15].map((seed) =>
      (["plain", "row-equilibrated"] as const).map((kind) =>
        conditionNumber(effective(kind, rows, rows, seed, scale(seed)), rows),
      ),
    );

  test("changes little for a Gaussian matrix, whose rows are of nearly one norm", () => {
    for (const [before, after] of conditions(() => () => 1)) {
      expect(Math.abs(Math.log(after / before))).toBeLessThan(0.1);
    }
  });

  test("takes away what log-normal scales of rows have done", () => {
    const gaussian = conditions(() => () => 1);
    conditions(lognormal).forEach(([before, after], k) => {
      expect(before / after).toBeGreaterThan(3);
      expect(Math.abs(after / gaussian[k][1] - 1)).toBeLessThan(1e-3);
    });
  });

  test("comes within √n of the best diagonal scaling that could be found (Van der Sluis)", () => {
    const random = createRandom(21);
    for (let trial = 0; trial < 20; trial++) {
      const scales = Array.from({ length: 12 }, () => Math.exp(normal(random)));
      const equilibrated = conditionNumber(
        effective("row-equilibrated", 12, 12, trial, (i) => scales[i]),
        12,
      );
      // Descent on the scales, one at a time, by steps that shrink.
      const plain = Float64Array.from(effective("plain", 12, 12, trial));
      const d = new Float64Array(12).fill(1);
      const scaled = () =>
        conditionNumber(
          plain.map((x, k) => x * d[Math.floor(k / 12)]),
          12,
        );
      let best = scaled();
      for (let step = 2; step > 1.01; step = Math.sqrt(step)) {
        for (let sweep = 0; sweep < 2; sweep++) {
          for (let i = 0; i < 12; i++) {
            for (const by of [step, 1 / step]) {
              d[i] *= by;
              const value = scaled();
              if (value < best) best = value;
              else d[i] /= by;
            }
          }
        }
      }
      expect(best).toBeLessThanOrEqual(equilibrated * (1 + 1e-5));
      expect(equilibrated).toBeLessThanOrEqual(Math.sqrt(12) * best);
    }
  });
});
