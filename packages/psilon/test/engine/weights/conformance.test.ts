import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { CONSTANTS, writeRule } from "../../../src/engine/optimizers/stepConstants.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom, type Random } from "../../../src/engine/random/random.ts";
import { createWeight } from "../../../src/engine/weights/create.ts";
import { type WeightKind, weightKinds } from "../../../src/engine/weights/kinds.ts";
import type { Moments, StepRule } from "../../../src/engine/weights/parameter.ts";
import type { Weight } from "../../../src/engine/weights/weight.ts";
import { distance, norm, relativeError } from "../../support/compare.ts";
import { everyBackend } from "../../support/engine.ts";
import { centralDifference, effective } from "../../support/float64.ts";
import { allKinds } from "../../support/kinds.ts";
import type { LayerShape, LayerValues } from "../../support/problem.ts";

const members = allKinds.flatMap((kind) => [
  { name: `${kind}, single`, kind, paired: false },
  { name: `${kind}, CReLU pair`, kind, paired: true },
]);
const sizes = [
  [1, 1],
  [1, 7],
  [6, 1],
  [3, 2],
  [4, 4],
  [5, 3],
  [2, 13],
  [9, 16],
  [7, 33],
];

/** A row of equal entries, as a fresh pair of one column has, is nothing once its mean is taken away. */
const fits = (kind: WeightKind) =>
  kind === "standardized" || kind === "newton-orthogonal"
    ? ([, columns]: number[]) => columns > 1
    : () => true;

/**
 * How far W may be from the formula's. Newton's iteration multiplies the rounding of S by B³, and B grows by 1.5 a step where S is
 * singular, as it is when centred rows are as many as columns: 1.5¹⁵ = 438.
 */
function tolerance({ kind, rows, columns, paired }: LayerShape): number {
  if (kind !== "newton-orthogonal") return 1e-6;
  return rows < (paired ? 2 : 1) * columns ? 2e-5 : 438 * 5e-7;
}

/** Every weight kind, single and paired, on every backend and size, with nothing at its starting value. */
interface Subject {
  weight: Weight;
  shape: LayerShape;
  /** What the weight held when the subject was made. */
  values: LayerValues<Float32Array>;
  /** ∂ℓ/∂W. */
  slopes: Float32Array;
}

function subject(
  backend: Backend,
  kind: WeightKind,
  paired: boolean,
  size: number[],
  random: Random,
): Subject {
  const [rows, columns] = size;
  const weight = createWeight(backend, kind, rows, columns, { random, paired });
  const { raw, lengths, gradient } = weight;
  for (let k = 0; k < raw.length; k++) raw.data[k] = (1 + (k % 3)) * normal(random);
  if (lengths) for (let i = 0; i < lengths.length; i++) lengths.data[i] = 2 * normal(random);
  for (let k = 0; k < raw.length; k++) gradient.data[k] = normal(random);
  weight.normalize();
  return {
    weight,
    shape: { kind, rows, columns, paired, residual: false },
    values: { raw: raw.data.slice(), lengths: lengths?.data.slice() ?? null, bias: new Float32Array() },
    slopes: gradient.data.slice(),
  };
}

/** W in V's layout: a pair's rows are [W⁺_i, W⁻_i]. */
function referenceWeights(
  shape: LayerShape,
  values: LayerValues,
  side?: (positive: boolean) => void,
): Float64Array {
  const { plus, minus } = effective(shape, values, null, side);
  if (!minus) return plus;
  const { rows, columns } = shape;
  const joined = new Float64Array(2 * rows * columns);
  for (let i = 0; i < rows; i++) {
    joined.set(plus.subarray(i * columns, (i + 1) * columns), 2 * i * columns);
    joined.set(minus.subarray(i * columns, (i + 1) * columns), (2 * i + 1) * columns);
  }
  return joined;
}

/** ∂⟨G, W⟩ by central differences, entry by entry. */
function referenceGradient({ shape, values, slopes }: Subject, tensor: "raw" | "lengths"): number[] {
  return Array.from(values[tensor]!, (_, k) => {
    const derivative = centralDifference((step) => {
      let pattern = 0;
      const moved = Float64Array.from(values[tensor]!);
      moved[k] += step;
      const w = referenceWeights(shape, { ...values, [tensor]: moved }, (positive) => {
        pattern = (Math.imul(pattern, 31) + (positive ? 7 : 3)) | 0;
      });
      return { value: w.reduce((sum, entry, j) => sum + entry * slopes[j], 0), pattern };
    });
    if (derivative === null) throw new Error(`Entry ${k} sits on a kink; draw other numbers.`);
    return derivative;
  });
}

/** Rounding, in ∂V, of terms as large as |g_i|·‖G_i‖/N_i, which cancel where a row has few degrees of freedom. */
function roundingOf({ weight, shape, values, slopes }: Subject): number {
  const { norm: power } = weightKinds[shape.kind];
  const width = values.raw.length / shape.rows;
  let largest = 0;
  for (let i = 0; i < shape.rows; i++) {
    const v = values.raw.subarray(i * width, (i + 1) * width);
    const g = weight.lengths ? Math.abs(values.lengths![values.lengths!.length === 1 ? 0 : i]) : 1;
    const size = power === 0 ? 1 : power === 1 ? v.reduce((sum, x) => sum + Math.abs(x), 0) / 2 : norm(v) / 2;
    largest = Math.max(largest, (g * norm(slopes.subarray(i * width, (i + 1) * width))) / size);
  }
  return 1e-6 * largest;
}

describe.each(members)("A weight: $name", ({ kind, paired }) => {
  const { norm: power, length } = weightKinds[kind];
  let subjects: Subject[];
  let backends: Backend[];
  beforeAll(async () => {
    const random = createRandom(11);
    backends = (await everyBackend()).map(({ backend }) => backend);
    subjects = backends.flatMap((backend) =>
      sizes.filter(fits(kind)).map((size) => subject(backend, kind, paired, size, random)),
    );
  });
  const fresh = (): Subject[] => {
    for (const { weight, values, slopes } of subjects) {
      weight.raw.data.set(values.raw);
      weight.gradient.data.set(slopes);
      if (values.lengths) weight.lengths!.data.set(values.lengths);
      weight.normalize();
    }
    return subjects;
  };

  test("has the effective matrix g·V/‖V‖", () => {
    for (const { weight, shape, values } of fresh()) {
      expect(relativeError(weight.effective.data, referenceWeights(shape, values))).toBeLessThan(
        tolerance(shape),
      );
    }
  });

  test("pulls gradients back to V and g as finite differences of ⟨G, W⟩ do", () => {
    for (const one of fresh()) {
      const { weight } = one;
      weight.reduce();
      weight.pullback();
      const expected = referenceGradient(one, "raw");
      const error = distance(weight.gradient.data, expected);
      expect(error).toBeLessThan(Math.max(1e-5, 2 * tolerance(one.shape)) * norm(expected) + roundingOf(one));
      if (!weight.lengthGradient) continue;
      const lengths = referenceGradient(one, "lengths");
      expect(distance(weight.lengthGradient.data, lengths)).toBeLessThan(
        1e-5 * norm(lengths) + 1e-6 * norm(one.slopes),
      );
    }
  });

  if (power > 0)
    test("has row gradients at right angles to the rows of V", () => {
      for (const one of fresh()) {
        const { weight, shape, values } = one;
        weight.reduce();
        weight.pullback();
        const width = values.raw.length / shape.rows;
        for (let i = 0; i < shape.rows; i++) {
          const v = values.raw.subarray(i * width, (i + 1) * width);
          const gradient = weight.gradient.data.subarray(i * width, (i + 1) * width);
          const dot = v.reduce((sum, x, j) => sum + x * gradient[j], 0);
          expect(Math.abs(dot)).toBeLessThan(1e-6 * norm(v) * norm(gradient) + norm(v) * roundingOf(one));
        }
      }
    });

  test("takes the step V − ∂V and is normalized anew after one step of SGD at rate 1", () => {
    for (const { weight, shape, values, slopes } of fresh()) {
      weight.reduce();
      weight.pullback();
      const pulled = weight.gradient.data.slice();
      const expected = values.raw.map((v, k) => v - pulled[k]);
      const lengths = values.lengths?.map((g, k) => g - weight.lengthGradient!.data[k]) ?? null;
      weight.gradient.data.set(slopes);
      const backend =
        backends[
          Math.floor(subjects.findIndex((s) => s.weight === weight) / (subjects.length / backends.length))
        ];
      const moments = (like: Weight["raw"]): Moments => {
        const first = backend.arena.tensor(like.rows, like.columns);
        return { first, second: first };
      };
      const constants = backend.arena.tensor(CONSTANTS);
      writeRule(constants.data, { kind: "sgd", momentum: 0 }, 1, new Float64Array(2), 1);
      const rule: StepRule = { rule: 0, decay: 0, pulled: false, constants };
      expect(weight.update(rule, moments(weight.raw), weight.lengths && moments(weight.lengths))).toBe(-1);
      expect(relativeError(weight.raw.data, expected)).toBeLessThan(1e-6);
      if (lengths) expect(relativeError(weight.lengths!.data, lengths)).toBeLessThan(1e-6);
      const next = referenceWeights(shape, {
        raw: weight.raw.data,
        lengths: weight.lengths?.data ?? null,
        bias: new Float32Array(),
      });
      expect(relativeError(weight.effective.data, next)).toBeLessThan(tolerance(shape));
      const updated = weight.effective.data.slice();
      weight.normalize();
      expect(weight.effective.data, "the update and normalize() round alike").toEqual(updated);
    }
  });

  if (power > 0 && length !== "fixed")
    test("has no gradient for V but one for g where g is 0", () => {
      for (const { weight, values } of fresh()) {
        weight.lengths!.data.fill(0);
        weight.normalize();
        weight.reduce();
        weight.pullback();
        expect(norm(weight.gradient.data)).toBe(0);
        expect(norm(weight.lengthGradient!.data)).toBeGreaterThan(0);
        expect(weight.lengths!.length).toBe(length === "shared" ? 1 : weight.rows);
        weight.lengths!.data.set(values.lengths!);
      }
    });

  if (power > 0)
    test("reports the first row without a norm", () => {
      for (const { weight, values } of fresh()) {
        const width = values.raw.length / weight.rows;
        const row = weight.rows - 1;
        weight.raw.data.fill(0, row * width, (row + 1) * width);
        expect(weight.normalize()).toBe(row);
        weight.raw.data.fill(Number.NaN, row * width, (row + 1) * width);
        expect(weight.normalize()).toBe(row);
        weight.raw.data.fill(Number.POSITIVE_INFINITY, 0, 1);
        expect(weight.normalize()).toBe(0);
      }
    });
});
