import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { createNetwork } from "../../../src/engine/networks/create.ts";
import type { Network } from "../../../src/engine/networks/network.ts";
import { type NetworkSpec, networkKinds } from "../../../src/engine/networks/spec.ts";
import { createPenalty } from "../../../src/engine/penalties/create.ts";
import { solveScale } from "../../../src/engine/pruning/solveScale.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom, type Random } from "../../../src/engine/random/random.ts";
import { createWeight } from "../../../src/engine/weights/create.ts";
import type { Projection, Weight } from "../../../src/engine/weights/weight.ts";
import { InputError } from "../../../src/errors.ts";
import { distance, norm, worstTensor } from "../../support/compare.ts";
import { engineGradients, everyBackend, place } from "../../support/engine.ts";
import {
  centralDifference,
  effective,
  finiteDifferences,
  objective,
  sortedThreshold,
} from "../../support/float64.ts";
import { type LayerShape, type Problem, randomProblem, randomValues } from "../../support/problem.ts";

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  backends = await everyBackend();
});

const alphas = [0, 0.1, 0.3, 0.5, 0.9, 1];
const members = (["l1-shared", "l1-row"] as const).flatMap((kind) => [
  { name: `${kind}, single`, kind, paired: false },
  { name: `${kind}, CReLU pair`, kind, paired: true },
]);

/** An L1 weight with normal entries and lengths of both signs. */
function draw(
  backend: Backend,
  { kind, paired }: (typeof members)[number],
  rows: number,
  columns: number,
  random: Random,
) {
  const weight = createWeight(backend, kind, rows, columns, { random, paired });
  for (let k = 0; k < weight.raw.length; k++) weight.raw.data[k] = normal(random);
  for (let i = 0; i < weight.lengths!.length; i++) weight.lengths!.data[i] = 2 * normal(random);
  weight.normalize();
  return weight;
}

const shapeOf = ({ kind, rows, columns, paired }: Weight): LayerShape => ({
  kind,
  rows,
  columns,
  paired,
  residual: false,
});

/** W⁺ (or W) and W⁻ of row i, in float64. */
function sidesOf({ effective: { data }, columns, paired }: Weight, i: number): [number[], number[]] {
  const width = paired ? 2 * columns : columns;
  const row = Array.from(data.subarray(i * width, (i + 1) * width));
  return [row.slice(0, columns), row.slice(columns)];
}

describe.each(members)("The pruning blend of $name", (member) => {
  test.each([1, 1.5, 4, 50])("keeps every row's L1 norm at |g| for every α at scale %d", (scale) => {
    const random = createRandom(31);
    let worst = 0;
    for (const { backend } of backends) {
      for (const [rows, columns] of [
        [5, 3],
        [7, 17],
        [4, 500],
        [2, 2000],
      ]) {
        const weight = draw(backend, member, rows, columns, random);
        for (const alpha of alphas) {
          weight.project({ alpha, scale });
          for (let i = 0; i < rows; i++) {
            const [plus, minus] = sidesOf(weight, i);
            const size = plus.reduce((sum, w, j) => sum + Math.max(Math.abs(w), Math.abs(minus[j] ?? 0)), 0);
            const g = Math.abs(weight.lengths!.data[weight.lengths!.length === 1 ? 0 : i]);
            worst = Math.max(worst, Math.abs(size / g - 1));
          }
        }
      }
    }
    expect(worst).toBeLessThan(1e-6);
  });

  test("ends where an entry lies on the threshold, which rounding moves to and fro", () => {
    for (const { backend } of backends) {
      const weight = draw(backend, member, 1, 5, createRandom(34));
      const row = [0.25, 0.75, 0.5, 0, 0];
      weight.raw.data.set(member.paired ? [...row, ...row] : row);
      weight.lengths!.data.fill(1);
      weight.project({ alpha: 1, scale: 2 });
      // 2·V/‖V‖₁ is (1/3, 1, 2/3), and τ = 1/3 whether or not the first counts.
      const [side] = sidesOf(weight, 0);
      expect(distance(side, [0, 2 / 3, 1 / 3, 0, 0])).toBeLessThan(1e-7);
    }
  });

  test("is the projection that sorting finds", () => {
    const random = createRandom(32);
    for (const { backend } of backends) {
      for (const scale of [1, 1.01, 1.5, 4, 1e3, 1e9]) {
        for (const alpha of [0.3, 1]) {
          const weight = draw(backend, member, 6, 41, random);
          weight.project({ alpha, scale });
          const values = { raw: weight.raw.data, lengths: weight.lengths!.data, bias: new Float32Array() };
          const expected = effective(shapeOf(weight), values, { alpha, scale });
          for (let i = 0; i < weight.rows; i++) {
            const [plus, minus] = sidesOf(weight, i);
            const row = (matrix: Float64Array | null) => [...(matrix ?? []).slice(i * 41, (i + 1) * 41)];
            expect(
              distance([...plus, ...minus], [...row(expected.plus), ...row(expected.minus)]),
            ).toBeLessThan(1e-6 * norm([...plus, ...minus]));
            if (alpha === 1 && scale < 1e3) {
              // Zeros are exact, and in the same places.
              const zeros = (values: number[]) => values.map((value) => value === 0);
              expect(zeros(plus)).toEqual(zeros(row(expected.plus)));
              expect(zeros(minus)).toEqual(zeros(row(expected.minus)));
            }
          }
        }
      }
    }
  });

  test.each([1.01, 4, 1e3])(
    "has the same thresholds from any start, those that sorting finds, at scale %d",
    (scale) => {
      const random = createRandom(38);
      const rows = 5;
      for (const { backend } of backends) {
        const { arena, kernels } = backend;
        for (const columns of [1, 2, 3, 4, 5, 6, 7, 8, 9, 1001]) {
          const width = member.paired ? 2 * columns : columns;
          const [raw, effective] = [arena.tensor(rows, width), arena.tensor(rows, width)];
          const [norms, lengths] = [arena.tensor(rows), arena.tensor(rows)];
          const thresholds = arena.tensor(rows, 2);
          const found = new Float64Array(thresholds.data.buffer, thresholds.pointer, rows);
          const project = (values: Float32Array, start: number | null) => {
            raw.data.set(values);
            const [v, w, n] = [raw.pointer, effective.pointer, norms.pointer];
            kernels.normalizeRows(1, member.paired, rows, columns, v, w, n, lengths.pointer, 4);
            if (start !== null) found.fill(start);
            kernels.projectRows(member.paired, rows, columns, v, n, scale, thresholds.pointer);
            return found.slice();
          };
          const values = Float32Array.from(raw.data, () => normal(random));
          const first = project(values, 0);
          for (let i = 0; i < rows; i++) {
            const row = Array.from(values.subarray(i * width, (i + 1) * width));
            const larger = row
              .slice(0, columns)
              .map((v, j) => Math.max(Math.abs(v), Math.abs(row[j + columns] ?? 0)));
            const factor = scale / norms.data[i];
            const tau = sortedThreshold(larger.map((v) => v * factor));
            expect(Math.abs(first[i] - tau / factor)).toBeLessThan(1e-14 * norms.data[i]);
          }
          for (const start of [1e-3, 0.3, 1, 2, 1e30]) expect(project(values, start)).toEqual(first);
          // Where others have left it: a matrix of other numbers, larger and smaller ones, and one that is not finite.
          for (const factor of [1, 50, 0.02, Number.NaN, Number.POSITIVE_INFINITY]) {
            project(
              values.map(() => factor * normal(random)),
              Number.NaN,
            );
            expect(project(values, null)).toEqual(first);
          }
        }
      }
    },
  );

  test("hands on what is not finite, and recovers from it", () => {
    const { backend } = backends[0];
    const weight = draw(backend, member, 3, 7, createRandom(39));
    weight.project({ alpha: 1, scale: 4 });
    const [raw, before] = [weight.raw.data.slice(), weight.effective.data.slice()];
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      weight.raw.data[weight.raw.columns] = value;
      expect(weight.normalize()).toBe(1);
      expect(weight.effective.data.some(Number.isNaN)).toBe(true);
      weight.raw.data.set(raw);
      expect(weight.normalize()).toBe(-1);
      expect(weight.effective.data).toEqual(before);
    }
  });

  test("cuts to 0, not to −0", () => {
    for (const { backend } of backends) {
      const weight = draw(backend, member, 6, 21, createRandom(40));
      for (const length of [-1, 1]) {
        weight.lengths!.data.fill(length);
        weight.project({ alpha: 1, scale: 4 });
        expect(weight.effective.data.some((value) => value === 0)).toBe(true);
        expect(weight.effective.data.some((value) => Object.is(value, -0))).toBe(false);
      }
    }
  });

  test("keeps everything at scale 1", () => {
    for (const { backend } of backends) {
      const weight = draw(backend, member, 20, 60, createRandom(33));
      const before = weight.effective.data.slice();
      weight.project({ alpha: 1, scale: 1 });
      expect(distance(weight.effective.data, before)).toBeLessThan(1e-7 * norm(before));
      expect(weight.kept(1)).toBe(weight.raw.length);
    }
  });

  test("counts the entries it keeps", () => {
    for (const { backend } of backends) {
      const weight = draw(backend, member, 20, 60, createRandom(34));
      let before = weight.raw.length + 1;
      for (const scale of [1, 1.5, 4, 30, 1e4]) {
        const kept = weight.kept(scale);
        weight.project({ alpha: 1, scale });
        expect(weight.effective.data.filter((value) => value !== 0).length).toBe(kept);
        expect(kept).toBeLessThan(before);
        before = kept;
      }
    }
  });

  test.each([
    { alpha: 0.3, scale: 1.5 },
    { alpha: 0.3, scale: 4 },
    { alpha: 1, scale: 1.5 },
    { alpha: 1, scale: 4 },
    { alpha: 0.5, scale: 1 },
  ])(
    "passes gradients to V and g at α = $alpha, s = $scale as float64 finite differences do",
    (projection) => {
      const random = createRandom(35);
      for (const { backend } of backends) {
        for (const [rows, columns] of [
          [1, 6],
          [5, 3],
          [4, 13],
          [3, 24],
        ]) {
          const weight = draw(backend, member, rows, columns, random);
          weight.project(projection);
          const slopes = Float64Array.from(weight.gradient.data, () => Math.fround(normal(random)));
          weight.gradient.data.set(slopes);
          weight.reduce();
          weight.pullback();
          for (const tensor of ["raw", "lengths"] as const) {
            const expected = finiteGradient(weight, tensor, projection, slopes);
            const found = tensor === "raw" ? weight.gradient.data : weight.lengthGradient!.data;
            expect(distance(found, expected), tensor).toBeLessThan(2e-6 * norm(expected));
          }
        }
      }
    },
  );

  test.each([1, 4])("becomes V when frozen at scale %d, and W stays what it is at α = 1", (scale) => {
    for (const { backend } of backends) {
      const weight = draw(backend, member, 12, 30, createRandom(37));
      const rowNorm = (i: number) => {
        const width = weight.raw.columns;
        const row = weight.raw.data.subarray(i * width, (i + 1) * width);
        return row
          .subarray(0, 30)
          .reduce((sum, v, j) => sum + Math.max(Math.abs(v), Math.abs(row[j + 30] ?? 0)), 0);
      };
      const norms = Array.from({ length: 12 }, (_, i) => rowNorm(i));
      weight.project({ alpha: 1, scale });
      const before = weight.effective.data.slice();
      weight.freeze();
      expect(weight.projection).toBe(null);
      expect(weight.effective.data).toEqual(before);
      // Rows of V keep their size, so that a learning rate goes on meaning the same.
      norms.forEach((size, i) => {
        expect(Math.abs(rowNorm(i) / size - 1)).toBeLessThan(1e-6);
      });
      weight.normalize();
      expect(distance(weight.effective.data, before)).toBeLessThan(1e-6 * norm(before));
      expect(weight.effective.data.map((w) => Number(w === 0))).toEqual(before.map((w) => Number(w === 0)));
    }
  });

  test("is undone by null", () => {
    const { backend } = backends[0];
    const weight = draw(backend, member, 3, 9, createRandom(36));
    const before = weight.effective.data.slice();
    weight.project({ alpha: 0.7, scale: 3 });
    expect(weight.effective.data).not.toEqual(before);
    weight.project(null);
    expect(weight.effective.data).toEqual(before);
  });
});

/** ∂⟨G, W⟩ by central differences; NaN where an entry sits on a kink. */
function finiteGradient(
  weight: Weight,
  tensor: "raw" | "lengths",
  projection: Projection,
  slopes: Float64Array,
) {
  const { rows, columns } = weight;
  const start = { raw: weight.raw.data, lengths: weight.lengths!.data, bias: new Float32Array() };
  return Array.from(start[tensor], (_, k) => {
    const derivative = centralDifference((step) => {
      let pattern = 0;
      const moved = Float64Array.from(start[tensor]);
      moved[k] += step;
      const { plus, minus } = effective(
        shapeOf(weight),
        { ...start, [tensor]: moved },
        projection,
        (positive) => {
          pattern = (Math.imul(pattern, 31) + (positive ? 7 : 3)) | 0;
        },
      );
      let value = 0;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const at = i * columns * (minus ? 2 : 1) + j;
          value += slopes[at] * plus[i * columns + j];
          if (minus) value += slopes[at + columns] * minus[i * columns + j];
        }
      }
      return { value, pattern };
    });
    return derivative ?? Number.NaN;
  });
}

const nets = (["net", "resnet"] as const).map((name) => ({ name, ...networkKinds[name] }));

/** Projects all weights at the one scale that leaves `sparsity` of their entries at 0. */
function projectAll({ layers }: Network, sparsity: number): void {
  const weights = layers.map(({ weight }) => weight);
  const scale = solveScale(weights, sparsity);
  for (const weight of weights) weight.project({ alpha: 1, scale });
}

describe.each(nets)("Pruning a $name", ({ architecture, hidden, output, penalty }) => {
  const spec: NetworkSpec = { architecture, inputs: 11, width: 24, depth: 2, outputs: 3, hidden, output };
  const pruned = (projection: Projection, size: NetworkSpec, seed: number): Problem =>
    randomProblem({ spec: size, loss: "softmax", penalty, n: 9, projection, random: createRandom(seed) });

  test.each([
    { alpha: 0.3, scale: 1.5 },
    { alpha: 0.3, scale: 4 },
    { alpha: 1, scale: 1.5 },
    { alpha: 1, scale: 4 },
  ])("has the gradient of the whole objective at α = $alpha, s = $scale", (projection) => {
    const problem = pruned(projection, { ...spec, inputs: 5, width: 6 }, 41);
    const expected = finiteDifferences(problem);
    for (const { name, backend } of backends) {
      const worst = worstTensor(problem, engineGradients(backend, problem).gradients, expected);
      expect(worst.error, `${worst.name} on ${name}`).toBeLessThan(1e-4);
    }
  });

  test("keeps the closed form equal to the explicit bound of the pruned weights at every α", () => {
    for (const alpha of alphas) {
      const problem = pruned({ alpha, scale: 3 }, spec, 42);
      const expected = objective(problem, problem.values).penalty;
      for (const { backend } of backends) {
        const { network, penalty: closed } = place(backend, problem);
        const explicit = createPenalty(backend, network, penalty, "explicit")!;
        expect(closed!.on).toBe("lengths");
        expect(Math.abs(closed!.value() / expected - 1)).toBeLessThan(1e-5);
        expect(Math.abs(explicit.value() / expected - 1)).toBeLessThan(1e-5);
      }
    }
  });

  test.each([0, 0.1, 0.5, 0.8, 0.9, 0.95])(
    "meets a target sparsity of %d within half a point",
    (sparsity) => {
      for (const { backend } of backends) {
        for (const width of [32, 64]) {
          const network = createNetwork(backend, { ...spec, width }, 1, createRandom(43));
          // Both fresh orthogonal directions and ones with rows of very different shapes.
          for (const values of [null, randomValues({ ...spec, width }, createRandom(44))]) {
            network.layers.forEach(({ weight }, l) => {
              if (values) weight.raw.data.set(values[l].raw);
              weight.lengths!.data.fill(1);
              weight.project(null);
            });
            projectAll(network, sparsity);
            const entries = network.layers.flatMap(({ weight }) => [...weight.effective.data]);
            expect(entries.length).toBeGreaterThan(1000);
            const found = entries.filter((entry) => entry === 0).length / entries.length;
            expect(found - sparsity).toBeGreaterThanOrEqual(0);
            expect(found - sparsity).toBeLessThan(0.005);
          }
        }
      }
    },
  );

  test("leaves one entry of each row where more zeros are asked for than there can be", () => {
    const { backend } = backends[0];
    const network = createNetwork(backend, spec, 1, createRandom(45));
    const values = randomValues(spec, createRandom(46));
    network.layers.forEach(({ weight }, l) => {
      weight.raw.data.set(values[l].raw);
      weight.lengths!.data.fill(1);
      weight.normalize();
    });
    projectAll(network, 0.9999);
    // Asked again with the answer as the guess, as before every epoch, the scale stays where it is.
    const weights = network.layers.map(({ weight }) => weight);
    expect(solveScale(weights, 0.9999, 1e9)).toBe(1e9);
    for (const { weight } of network.layers) {
      for (let i = 0; i < weight.rows; i++) {
        const [plus, minus] = sidesOf(weight, i);
        expect(plus.filter((value, j) => value !== 0 || (minus[j] ?? 0) !== 0).length).toBe(1);
      }
    }
  });
});

test("A scale that is right within the tolerance stays where it is, and another one gets right within it", () => {
  const { backend } = backends[0];
  const weight = draw(backend, members[1], 20, 30, createRandom(51));
  const zeros = (scale: number) => 1 - weight.kept(scale) / weight.raw.length;
  const exact = solveScale([weight], 0.6);
  expect(zeros(exact)).toBeGreaterThanOrEqual(0.6);
  for (const factor of [1, 0.98, 1.02, 0.2, 5]) {
    const guess = factor * exact;
    const found = solveScale([weight], 0.6, guess, 0.02);
    if (Math.abs(zeros(guess) - 0.6) <= 0.02) expect(found).toBe(guess);
    else expect(Math.abs(zeros(found) - 0.6)).toBeLessThanOrEqual(0.02);
  }
  for (const factor of [0.98, 1.02]) expect(Math.abs(zeros(factor * exact) - 0.6)).toBeLessThanOrEqual(0.02);
});

test("The scale is 1 where no zeros are asked for, and above it where one is", () => {
  const { backend } = backends[0];
  const weight = draw(backend, members[2], 4, 32, createRandom(52));
  const one = 1 / weight.raw.length;
  for (const guess of [1, 2, 1e9]) {
    expect(solveScale([weight], 0, guess)).toBe(1);
    const scale = solveScale([weight], one, guess);
    expect(scale).toBeGreaterThan(1);
    expect(weight.kept(scale)).toBe(weight.raw.length - 1);
    // No smaller one would do.
    expect(weight.kept(scale * (1 - 1e-6))).toBe(weight.raw.length);
  }
});

test("Weights that are not L1-normalized refuse the projection in a sentence", () => {
  const { backend } = backends[0];
  for (const kind of ["l2-row", "plain"] as const) {
    const weight = createWeight(backend, kind, 3, 4, { random: createRandom(1) });
    expect(() => weight.project({ alpha: 1, scale: 2 })).toThrow(InputError);
    expect(() => weight.kept(2)).toThrow(/L1/);
    expect(() => weight.freeze()).toThrow(/L1/);
  }
});
