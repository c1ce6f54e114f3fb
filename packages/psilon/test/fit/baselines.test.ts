import { describe, expect, test } from "vitest";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { runBaselineJob } from "../../src/fit/baselineJob.ts";
import { baselineScores, constantScores, linearScores, partsAt } from "../../src/fit/baselineScores.ts";
import { ALPHAS } from "../../src/fit/baselines/alphas.ts";
import { createBreathe } from "../../src/fit/baselines/breathe.ts";
import {
  classFrequencies,
  predictConstant,
  weightedMeans,
  weightedQuantiles,
} from "../../src/fit/baselines/constant.ts";
import { predictLinear } from "../../src/fit/baselines/linear.ts";
import { fitLogistic, type Logistic, predictLogistic } from "../../src/fit/baselines/logistic.ts";
import { fitRidge } from "../../src/fit/baselines/ridge.ts";
import { likeliestLabels } from "../../src/fit/metrics/labels.ts";
import { logLoss } from "../../src/fit/metrics/logLoss.ts";
import { prepare } from "../../src/preprocess/prepare.ts";
import { fitPreprocessing } from "../../src/preprocess/preprocessing.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";

const breathe = createBreathe(undefined);

function gaussian(count: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => normal(random));
}

/** Targets linear in the inputs plus noise, rows × outputs. */
function linearTargets(inputs: Float32Array, rows: number, outputs: number, noise: number): Float64Array {
  const d = inputs.length / rows;
  const slopes = gaussian(d * outputs, 77);
  const errors = gaussian(rows * outputs, 78);
  return Float64Array.from({ length: rows * outputs }, (_, at) => {
    const [i, k] = [Math.floor(at / outputs), at % outputs];
    let sum = 3 + noise * errors[at];
    for (let j = 0; j < d; j++) sum += slopes[k * d + j] * inputs[i * d + j];
    return sum;
  });
}

/** A·x = b by Gaussian elimination with pivoting: the reference. */
function solve(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  const a = matrix.map((row, i) => [...row, right[i]]);
  for (let c = 0; c < n; c++) {
    const pivot = a
      .slice(c)
      .reduce((best, row, i) => (Math.abs(row[c]) > Math.abs(a[best][c]) ? c + i : best), c);
    [a[c], a[pivot]] = [a[pivot], a[c]];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = a[r][c] / a[c][c];
      for (let j = c; j <= n; j++) a[r][j] -= factor * a[c][j];
    }
  }
  return a.map((row, i) => row[n] / row[i]);
}

/** Ridge with an unpenalized intercept from its normal equations in (w, b), for one output; and tr H. */
function referenceRidge(x: Float32Array, y: number[], alpha: number, weights: number[]) {
  const rows = y.length;
  const d = x.length / rows;
  const extended = y.map((_, i) => [...x.slice(i * d, (i + 1) * d), 1]);
  const matrix = Array.from({ length: d + 1 }, (_, a) =>
    Array.from({ length: d + 1 }, (_, b) => {
      const sum = extended.reduce((total, row, i) => total + weights[i] * row[a] * row[b], 0);
      return sum + (a === b && a < d ? alpha : 0);
    }),
  );
  const right = (target: (i: number) => number) =>
    matrix.map((_, a) => extended.reduce((total, row, i) => total + weights[i] * row[a] * target(i), 0));
  const coefficients = solve(
    matrix,
    right((i) => y[i]),
  );
  const traceH = extended.reduce((trace, row, i) => {
    const influence = solve(
      matrix,
      row.map((value) => value * weights[i]),
    );
    return trace + row.reduce((sum, value, a) => sum + value * influence[a], 0);
  }, 0);
  const residual = extended.reduce((sum, row, i) => {
    const error = y[i] - row.reduce((total, value, a) => total + value * coefficients[a], 0);
    return sum + weights[i] * error ** 2;
  }, 0);
  return { coefficients, score: residual / (rows - traceH) ** 2 };
}

test("the strengths tried are seventeen, from 100 down to 1e-6 by half decades", () => {
  expect(ALPHAS.length).toBe(17);
  expect([ALPHAS[0], ALPHAS[2], ALPHAS[16]]).toEqual([100, 10, 1e-6]);
  ALPHAS.slice(1).forEach((alpha, i) => {
    expect(ALPHAS[i] / alpha).toBeCloseTo(Math.sqrt(10), 12);
  });
});

test("the constants are the weighted mean and the weighted shares of the classes", () => {
  expect([...weightedMeans([1, 10, 4, 40], 2, [1, 2])]).toEqual([3, 30]);
  expect([...classFrequencies([0, 2, 2, 0], 3, [1, 1, 1, 5])]).toEqual([0.75, 0, 0.25]);
  expect([...predictConstant(Float64Array.of(1, 2), 2)]).toEqual([1, 2, 1, 2]);
});

describe("fitRidge", () => {
  const cases = [
    { name: "more rows than inputs", rows: 40, d: 6, noise: 3 },
    { name: "fewer rows than inputs", rows: 12, d: 30, noise: 3 },
    { name: "as many rows as inputs", rows: 15, d: 15, noise: 3 },
    { name: "one row more than inputs", rows: 16, d: 15, noise: 0.1 },
    { name: "one input", rows: 30, d: 1, noise: 0.5 },
    { name: "two inputs", rows: 30, d: 2, noise: 0.5 },
  ];
  for (const { name, rows, d, noise } of cases) {
    for (const weighted of [false, true]) {
      test(`agrees with the normal equations for ${name}${weighted ? " and row weights" : ""}`, async () => {
        const inputs = gaussian(rows * d, 1).map((value, i) => value + (i % d) / d);
        const targets = linearTargets(inputs, rows, 1, noise);
        const weights = Array.from({ length: rows }, (_, i) => (weighted ? 0.5 + (i % 4) : 1));
        const model = await fitRidge({ inputs, targets, rows, ...(weighted && { weights }) }, breathe);
        const reference = referenceRidge(inputs, [...targets], model.alpha, weights);
        const found = [...model.weights, model.bias[0]];
        const size = Math.max(...reference.coefficients.map(Math.abs));
        found.forEach((value, j) => {
          expect(Math.abs(value - reference.coefficients[j]) / size).toBeLessThan(1e-7);
        });
        // No other strength has a clearly better generalized cross-validation score.
        for (const alpha of ALPHAS.filter((one) => one > 1e-4)) {
          const other = referenceRidge(inputs, [...targets], alpha, weights).score;
          expect(reference.score).toBeLessThanOrEqual(other * (1 + 1e-6));
        }
      });
    }
  }

  test("fits several outputs like one, apart from sharing the strength", async () => {
    const inputs = gaussian(50 * 4, 2);
    const targets = linearTargets(inputs, 50, 3, 1);
    const model = await fitRidge({ inputs, targets, rows: 50 }, breathe);
    for (let k = 0; k < 3; k++) {
      const own = Array.from({ length: 50 }, (_, i) => targets[i * 3 + k]);
      const { coefficients } = referenceRidge(inputs, own, model.alpha, new Array(50).fill(1));
      coefficients.slice(0, 4).forEach((value, j) => {
        expect(model.weights[k * 4 + j]).toBeCloseTo(value, 9);
      });
    }
    expect(predictLinear(model, inputs).length).toBe(150);
  });

  test("recovers an exact line and shrinks pure noise", async () => {
    const inputs = gaussian(60 * 5, 3);
    const exact = await fitRidge({ inputs, targets: linearTargets(inputs, 60, 1, 0), rows: 60 }, breathe);
    expect(exact.alpha).toBe(1e-6);
    expect(exact.bias[0]).toBeCloseTo(3, 6);
    const noise = await fitRidge({ inputs, targets: gaussian(60, 9), rows: 60 }, breathe);
    expect(noise.alpha).toBeGreaterThanOrEqual(10);
  });

  test("predicts the mean of a constant target, and copes with equal and constant columns", async () => {
    const column = gaussian(20, 4);
    const inputs = Float32Array.from({ length: 60 }, (_, i) => (i % 3 === 2 ? 7 : column[Math.floor(i / 3)]));
    const flat = await fitRidge({ inputs, targets: new Float64Array(20).fill(2.5), rows: 20 }, breathe);
    expect([...predictLinear(flat, inputs)]).toEqual(new Array(20).fill(2.5));
    const model = await fitRidge({ inputs, targets: column, rows: 20 }, breathe);
    expect(model.weights[0]).toBeCloseTo(0.5, 5);
    expect(model.weights[1]).toBeCloseTo(0.5, 5);
    expect(model.weights[2]).toBe(0);
  });

  test("predicts what the one row it saw says", async () => {
    const { weights, bias } = await fitRidge(
      { inputs: Float32Array.of(3, -1), targets: [7], rows: 1 },
      breathe,
    );
    expect([...weights, ...bias]).toEqual([0, 0, 7]);
  });
});

describe("fitLogistic", () => {
  /** Labels drawn from a softmax of linear scores. */
  function drawn(rows: number, d: number, classes: number, seed: number) {
    const inputs = gaussian(rows * d, seed);
    const slopes = gaussian(d * classes, seed + 1);
    const random = createRandom(seed + 2);
    const labels = Int32Array.from({ length: rows }, (_, i) => {
      const scores = Array.from({ length: classes }, (_, k) => {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += slopes[k * d + j] * inputs[i * d + j];
        return Math.exp(sum);
      });
      const total = scores.reduce((a, b) => a + b);
      const cumulative = scores.map((_, k) => scores.slice(0, k + 1).reduce((a, b) => a + b) / total);
      const at = random.next();
      return cumulative.findIndex((sum, k) => at < sum || k === classes - 1);
    });
    return { inputs, labels };
  }

  /** The penalized loss by its definition. */
  function loss(
    model: Logistic,
    inputs: Float32Array,
    labels: Int32Array,
    weights: ArrayLike<number>,
  ): number {
    const { classes } = model;
    const probabilities = predictLogistic(model, inputs);
    let sum = model.weights.reduce((total, w) => total + 0.5 * model.alpha * w * w, 0);
    labels.forEach((label, i) => {
      sum -= weights[i] * Math.log(probabilities[i * classes + label]);
    });
    return sum;
  }

  for (const classes of [2, 3, 5]) {
    for (const weighted of [false, true]) {
      test(`stands where the loss is flat, for ${classes} classes${weighted ? " and row weights" : ""}`, async () => {
        const rows = 200;
        const { inputs, labels } = drawn(rows, 4, classes, classes);
        const weights = Float32Array.from({ length: rows }, (_, i) => (weighted ? 0.25 + (i % 3) : 1));
        const data = weighted ? { inputs, labels, weights } : { inputs, labels };
        const model = await fitLogistic(data, classes, createRandom(1), breathe);
        const h = 1e-4;
        for (const parameters of [model.weights, model.bias]) {
          for (let j = 0; j < parameters.length; j++) {
            const shifted = (by: number) => {
              const copy = parameters.slice();
              copy[j] += by;
              const other = parameters === model.weights ? { weights: copy } : { bias: copy };
              return loss({ ...model, ...other }, inputs, labels, weights);
            };
            const slope = (shifted(h) - shifted(-h)) / (2 * h);
            expect(Math.abs(slope)).toBeLessThan(1e-4);
          }
        }
      });
    }
  }

  test("gives probabilities that sum to 1 and are those that labels were drawn with", async () => {
    const { inputs, labels } = drawn(4000, 3, 3, 20);
    const model = await fitLogistic({ inputs, labels }, 3, createRandom(1), breathe);
    const probabilities = predictLogistic(model, inputs);
    for (let i = 0; i < 20; i++) {
      expect(probabilities[3 * i] + probabilities[3 * i + 1] + probabilities[3 * i + 2]).toBeCloseTo(1, 14);
    }
    const slopes = gaussian(9, 21);
    for (let j = 0; j < 3; j++) {
      const difference = model.weights[j] - model.weights[3 + j];
      expect(Math.abs(difference - (slopes[j] - slopes[3 + j]))).toBeLessThan(0.25);
    }
  });

  test("survives classes that a line separates, and a class that no row has", async () => {
    const inputs = Float32Array.from({ length: 40 }, (_, i) => i - 19.5);
    const labels = Int32Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : 1));
    for (const classes of [2, 3]) {
      const model = await fitLogistic({ inputs, labels }, classes, createRandom(1), breathe);
      const probabilities = predictLogistic(model, inputs);
      expect([...likeliestLabels(probabilities, classes)]).toEqual([...labels]);
      expect(logLoss(labels, probabilities)).toBeLessThan(0.05);
    }
  });

  test("chooses a strong penalty when labels are noise", async () => {
    const inputs = gaussian(150 * 10, 30);
    const labels = Int32Array.from(gaussian(150, 31), (value) => (value > 0 ? 1 : 0));
    expect((await fitLogistic({ inputs, labels }, 2, createRandom(1), breathe)).alpha).toBe(100);
  });

  test("gives the same numbers for the same seed", async () => {
    const data = drawn(120, 3, 3, 40);
    expect(await fitLogistic(data, 3, createRandom(5), breathe)).toEqual(
      await fitLogistic(data, 3, createRandom(5), breathe),
    );
  });
});

describe("baselines of many columns", () => {
  const rows = 160;
  const random = createRandom(60);
  /** Two numbers, and categories of eight and of twelve values. */
  const inputs = new Float32Array(rows * 22);
  for (let i = 0; i < rows; i++) {
    inputs[i * 22] = normal(random);
    inputs[i * 22 + 1] = 3 + normal(random);
    inputs[i * 22 + 2 + Math.floor(8 * random.next())] = 1;
    inputs[i * 22 + 10 + Math.floor(12 * random.next())] = 1;
  }
  const score = Float64Array.from(linearTargets(inputs, rows, 1, 1));
  const weights = Float32Array.from({ length: rows }, (_, i) => 0.25 + (i % 3));
  const far = (found: ArrayLike<number>, expected: ArrayLike<number>) =>
    Math.max(...Array.from(found, (value, i) => Math.abs(value - expected[i])));

  test.each([
    ["as many rows as count", {}],
    ["rows of different weights", { weights }],
  ])("ridge by conjugate gradients is ridge by a factorization, for %s", async (_, weighing) => {
    for (const targets of [score, linearTargets(inputs, rows, 3, 4)]) {
      const data = { inputs, targets, rows, ...weighing };
      const [direct, sparse] = [await fitRidge(data, breathe), await fitRidge(data, breathe, 0)];
      expect(sparse.alpha).toBe(direct.alpha);
      expect(far(predictLinear(sparse, inputs), predictLinear(direct, inputs))).toBeLessThan(1e-6);
    }
  });

  test.each([2, 4])(
    "logistic regression of %i classes is the same with a rough inverse of its curvature",
    async (classes) => {
      const sorted = score.toSorted();
      const labels = Int32Array.from(score, (value) => {
        const noisy = value + 2 * normal(random);
        return Math.max(
          0,
          Math.min(
            classes - 1,
            sorted.filter((_, i) => i % (rows / classes) === 0).findLastIndex((edge) => edge <= noisy),
          ),
        );
      });
      for (const weighing of [{}, { weights }]) {
        const data = { inputs, labels, ...weighing };
        const direct = await fitLogistic(data, classes, createRandom(1), breathe);
        const rough = await fitLogistic(data, classes, createRandom(1), breathe, 0);
        expect(rough.alpha).toBe(direct.alpha);
        expect(far(predictLogistic(rough, inputs), predictLogistic(direct, inputs))).toBeLessThan(1e-6);
      }
    },
  );

  test("take no matrix of columns by columns: 20,000 of them are fitted", async () => {
    const [many, d] = [1200, 20_000];
    const sparse = new Float32Array(many * d);
    for (let i = 0; i < many; i++) sparse[i * d + (i % 1100)] = 1;
    const targets = Float64Array.from({ length: many }, (_, i) => (i % 1100) / 100);
    const labels = Int32Array.from(targets, (value) => (value > 5 ? 1 : 0));
    const ridge = await fitRidge({ inputs: sparse, targets, rows: many }, breathe);
    expect(far(predictLinear(ridge, sparse), targets)).toBeLessThan(1);
    const logistic = await fitLogistic({ inputs: sparse, labels }, 2, createRandom(1), breathe);
    expect([...likeliestLabels(predictLogistic(logistic, sparse), 2)]).toEqual([...labels]);
  });

  test("end soon after the signal, whatever they are doing", async () => {
    const data = { inputs, rows, targets: score, weights: null };
    for (const baseline of ["ridge", "logistic"] as const) {
      const targets = Float32Array.from(score, (value) => (baseline === "ridge" ? value : Number(value > 3)));
      const job = { baseline, train: { ...data, targets }, inputs, classes: 2, seed: 1 };
      const whole = await runBaselineJob(job);
      expect(whole.predictions).toHaveLength(baseline === "ridge" ? rows : 2 * rows);
      expect(await runBaselineJob(job, { signal: AbortSignal.abort() })).toEqual({ predictions: null });
    }
  });

  test.each([0, undefined])(
    "stop where they are told to (columns that are factorized: %s at most)",
    async (most) => {
      const stopping = (after: number) => {
        let left = after;
        return async () => {
          if (left-- === 0) throw new Error("stopped");
        };
      };
      const labels = Int32Array.from(score, (value) => (value > 3 ? 1 : 0));
      for (const after of [0, 3, 30]) {
        await expect(fitRidge({ inputs, targets: score, rows }, stopping(after), most)).rejects.toThrow(
          "stopped",
        );
        await expect(
          fitLogistic({ inputs, labels }, 2, createRandom(1), stopping(after), most),
        ).rejects.toThrow("stopped");
      }
    },
  );
});

describe("the scores of baselines", () => {
  /** y = 2x in the first rows, 2x + 100 in the others. */
  const table = frameFrom({
    x: Array.from({ length: 60 }, (_, i) => (i % 20) / 10),
    y: Array.from({ length: 60 }, (_, i) => (2 * (i % 20)) / 10 + (i < 40 ? 0 : 100)),
  });
  const places = Int32Array.from({ length: 60 }, (_, i) => i);
  const [train, test_] = [places.subarray(0, 40), places.subarray(40)];

  test("are those of models that know the train part alone", async () => {
    const schema = inferSchema(table, { target: "y" });
    const fitted = fitPreprocessing(table, train, schema);
    const parts = [prepare(fitted, table, train), prepare(fitted, table, test_)] as const;
    const { constant, linear } = await baselineScores(...parts, 1);
    expect(linear && "mae" in linear && linear.mae).toBeCloseTo(100, 3);
    // Of the train part's mean, 1.9.
    expect("mae" in constant && constant.mae).toBeCloseTo(100, 3);
  });

  test("of several splits are over all test rows together, and the linear one's are missing when it was stopped", async () => {
    const prepared = prepare(
      fitPreprocessing(table, places, inferSchema(table, { target: "y" })),
      table,
      places,
    );
    const splits = [
      { train, test: test_ },
      { train: test_, test: train },
    ];
    const parts = partsAt(prepared, splits);
    const linear = await linearScores(prepared.target, parts, 1, {});
    expect(linear && "mae" in linear && linear.mae).toBeCloseTo(100, 3);
    expect(await linearScores(prepared.target, parts, 1, { signal: AbortSignal.abort() })).toBeNull();
    const constant = constantScores(prepared.target, parts);
    expect("mae" in constant && constant.mae).toBeCloseTo(100, 3);
  });

  test("of quantiles are those of constants, and of a line with those of its residuals added", async () => {
    expect([...weightedQuantiles([4, 1, 3, 2], [0.25, 0.26, 0.5, 0.9])]).toEqual([1, 2, 2, 4]);
    expect([...weightedQuantiles([4, 1, 3, 2], [0.5, 0.9], [5, 1, 0, 0])]).toEqual([4, 4]);
    const random = createRandom(6);
    const rows = Array.from({ length: 400 }, () => ({ x: normal(random), y: 0 }));
    const noisy = frameFrom(rows.map(({ x }) => ({ x, y: 3 * x + normal(random) })));
    const every = Int32Array.from(rows, (_, i) => i);
    const schema = inferSchema(noisy, { target: "y" });
    const fitted = fitPreprocessing(noisy, every, schema, { quantile: [0.1, 0.9] });
    const prepared = prepare(fitted, noisy, every);
    const { constant, linear } = await baselineScores(prepared, prepared, 1);
    expect(constant).toMatchObject({ coverage: expect.closeTo(0.8, 1) });
    expect(linear).toMatchObject({ coverage: expect.closeTo(0.8, 1) });
    const loss = (scores: typeof constant) =>
      "pinball" in scores ? (scores.pinball ?? Number.NaN) : Number.NaN;
    expect(loss(linear!)).toBeLessThan(0.5 * loss(constant));
    expect(loss(linear!)).toBeCloseTo(0.175, 1);
  });

  test("on a log scale are those of the mean of the values, and of counts of the counts", async () => {
    const amounts = frameFrom({ x: [1, 2, 3, 4], y: [1, 1, 1, 97] });
    const every = Int32Array.of(0, 1, 2, 3);
    const schema = inferSchema(amounts, { target: "y", task: "regression" });
    for (const options of [{ targetScale: "log" }, { loss: "poisson" }] as const) {
      const prepared = prepare(fitPreprocessing(amounts, every, schema, options), amounts, every);
      const [part] = partsAt(prepared, [{ train: every, test: every }]);
      expect(constantScores(prepared.target, [part])).toMatchObject({ r2: expect.closeTo(0, 6) });
      const linear = await linearScores(prepared.target, [part], 1, {});
      expect(Object.values(linear!).every(Number.isFinite)).toBe(true);
    }
  });
});
