import { describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { createLayer } from "../../../src/engine/layers/layer.ts";
import { chain, type OptimizerSpec } from "../../../src/engine/optimizers/chain.ts";
import { coupledDecay } from "../../../src/engine/optimizers/comparators.ts";
import { decayed } from "../../../src/engine/optimizers/decayed.ts";
import {
  fromAdamWLambda,
  fromPaperLambda,
  pAdam,
  pSGD,
} from "../../../src/engine/optimizers/decoupledDecay.ts";
import { createOptimizer, type Optimizer } from "../../../src/engine/optimizers/optimizer.ts";
import { sgd } from "../../../src/engine/optimizers/sgd.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { createWeight } from "../../../src/engine/weights/create.ts";
import { exactSparsity, shareBelow } from "../../../src/engine/weights/sparsity.ts";
import { everyBackend } from "../../support/engine.ts";

const backends = await everyBackend();

/** One row of plain weights, stepped by gradients given as a function of each. */
function plainRow(backend: Backend, values: ArrayLike<number>, spec: OptimizerSpec) {
  const weight = createWeight(backend, "plain", 1, values.length, { random: createRandom(1) });
  weight.raw.data.set(values);
  const optimizer: Optimizer = createOptimizer(backend, createLayer(backend, weight), spec);
  const take = (rate: number, gradient: (w: number) => number) => {
    weight.gradient.data.set(weight.raw.data.map(gradient));
    optimizer.step(rate);
  };
  return { weight, optimizer, take };
}

describe("One weight under decoupled decay", () => {
  describe("collapses on ¼(x − 1)⁴", () => {
    // Plain gradient descent, p = 0.7, η = 0.8, 200 steps; λ_p is the paper's, without the factor p.
    const p = 0.7;
    const rate = 0.8;
    const collapses = (start: number, lambda: number) => {
      let x = start;
      for (let t = 0; t < 200; t++) {
        x = decayed(x, rate * (x - 1) ** 3, { rate, p, lambda: fromPaperLambda(lambda, p) });
      }
      return x < 1e-13;
    };
    const critical = (start: number) => {
      let [low, high] = [0, 1];
      while (high - low > 1e-9) {
        const middle = (low + high) / 2;
        if (collapses(start, middle)) high = middle;
        else low = middle;
      }
      return high;
    };

    test("above λ_p = max over 0 < x ≤ x₀ of x^(1−p)·(1 − x)³", () => {
      for (let k = 0; k <= 40; k++) {
        const start = 10 ** (k / 10 - 4);
        // The decay outweighs the gradient −(1 − x)³ all the way down; x^0.3·(1 − x)³ is largest at 1/11.
        const x = Math.min(start, 1 / 11);
        const expected = x ** (1 - p) * (1 - x) ** 3;
        // Where the two nearly balance, 200 steps are too few to tell.
        expect(Math.abs(critical(start) / expected - 1), `x₀ = ${start}`).toBeLessThan(
          start < 0.03 ? 1e-6 : 5e-3,
        );
      }
    });

    test("above the paper's 0.973995·x₀^0.296514, fitted for x₀ from 1e-4 to 5e-3, to three digits", () => {
      const points = Array.from({ length: 50 }, (_, k) => {
        const start = 1e-4 * 50 ** (k / 49);
        return { x: Math.log(start), y: Math.log(critical(start)) };
      });
      const mean = (of: (point: { x: number; y: number }) => number) =>
        points.reduce((sum, point) => sum + of(point) / points.length, 0);
      const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
      const exponent = mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
      expect(Math.abs(exponent - 0.296514)).toBeLessThan(5e-4);
      expect(Math.abs(Math.exp(y - exponent * x) - 0.973995)).toBeLessThan(5e-4);
    });
  });

  test.each([0.5, 0.8, 1, 1.5, 2])(
    "comes to rest where λ·p·|w|^(p−1)·sign(w) is minus the gradient, whatever the rate, for p = %d",
    (p) => {
      const lambda = 0.1;
      const slope = (w: number) => w - 1.3;
      for (const sign of [1, -1]) {
        for (const rate of [0.02, 0.1, 0.7]) {
          let w = sign * 0.9;
          for (let t = 0; t < 3000; t++) w = decayed(w, rate * sign * slope(sign * w), { rate, p, lambda });
          const penalty = lambda * p * Math.abs(w) ** (p - 1) * Math.sign(w);
          expect(Math.abs(penalty + sign * slope(sign * w)), `rate ${rate}`).toBeLessThan(1e-12);
        }
      }
      for (const { name, backend } of backends) {
        for (const momentum of [0, 0.5]) {
          const { weight, take } = plainRow(backend, [0.9], pSGD({ p, lambda, momentum }));
          for (let t = 0; t < 1000; t++) take(0.1, slope);
          const [w] = weight.raw.data;
          // Momentum multiplies a lasting gradient by 1/(1 − μ), and the decay by nothing.
          const penalty = lambda * p * w ** (p - 1);
          expect(Math.abs(penalty + slope(w) / (1 - momentum)), `μ = ${momentum} on ${name}`).toBeLessThan(
            4e-6,
          );
        }
      }
    },
  );

  test.each([0.3, 0.5, 0.7])(
    "collapses doubly exponentially below (pλ/|∂|)^(1/(1−p)) and grows above it, for p = %d",
    (p) => {
      const [rate, lambda, slope] = [0.1, 0.2, -0.4];
      const edge = ((p * lambda) / -slope) ** (1 / (1 - p));
      const next = (w: number) => decayed(w, rate * slope, { rate, p, lambda });
      expect(next(1.01 * edge)).toBeGreaterThan(1.01 * edge);
      let w = 0.9 * edge;
      const logs: number[] = [];
      while (w > 1e-200) {
        expect(next(w)).toBeLessThan(w);
        w = next(w);
        logs.push(Math.log(w));
      }
      // w ← w^(2−p)·const.: the steps of log w grow by the factor 2 − p.
      const [a, b, c] = logs.slice(-3);
      expect((c - b) / (b - a)).toBeCloseTo(2 - p, 3);
    },
  );

  test("shrinks for p = 1 where |∂| < λ, and grows where it is not", () => {
    const options = { rate: 0.1, p: 1, lambda: 0.5 };
    for (const w of [1e-6, 0.01, 1]) {
      expect(decayed(w, 0.1 * -0.49, options)).toBeLessThan(w);
      expect(decayed(w, 0.1 * -0.51, options)).toBeGreaterThan(w);
    }
  });

  test("is driven away from 0 for 1 < p < 2 by any gradient", () => {
    for (const slope of [-1, -0.01]) {
      expect(decayed(1e-9, 0.1 * slope, { rate: 0.1, p: 1.5, lambda: 0.5 })).toBeGreaterThan(1e-9);
    }
  });

  test("of p = 2 decays as AdamW with 2λ does, up to (ηλ)²", () => {
    const [rate, lambda] = [0.01, 0.3];
    for (const [w, step] of [
      [0.7, 0.02],
      [-2, 0.1],
    ]) {
      const ours = decayed(w, step, { rate, p: 2, lambda: fromAdamWLambda(lambda) });
      expect(ours).toBeCloseTo((w - step) / (1 + rate * lambda), 15);
      const explicit = w * (1 - rate * lambda) - step;
      const second = (rate * lambda) ** 2 * Math.abs(w) + rate * lambda * Math.abs(step);
      expect(Math.abs(ours - explicit)).toBeLessThanOrEqual(second);
    }
  });

  test("stays 0 for p < 2, takes its step for p > 2, and is left alone at rate 0", () => {
    for (const p of [0.5, 1, 1.5, 1.99]) {
      expect(Math.abs(decayed(0, 0.1, { rate: 0.1, p, lambda: 1 }))).toBe(0);
    }
    for (const p of [2.01, 3]) expect(decayed(0, 0.1, { rate: 0.1, p, lambda: 1 })).toBe(-0.1);
    for (const p of [0, 0.5, 1, 2, 3]) {
      for (const w of [0, 0.3]) expect(decayed(w, 0, { rate: 0, p, lambda: 1 })).toBe(w);
    }
  });

  test("decays by λ₂ alone where λ = 0: by the factor 1/(1 + η·λ₂)", () => {
    for (const p of [0, 0.5, 2, 3]) {
      for (const w of [0, 2.5, -1]) {
        expect(decayed(w, 0.5, { rate: 0.5, p, lambda: 0, elastic: 2 })).toBe((w - 0.5) / 2);
      }
    }
  });
});

describe("A matrix under decoupled decay", () => {
  test("of zeros stays zero for p < 2, and trains for p ≥ 2", () => {
    for (const { name, backend } of backends) {
      for (const variant of ["old", "late"] as const) {
        for (const p of [0.5, 1, 1.5, 1.9, 2, 2.1, 3]) {
          for (const spec of [pAdam({ p, lambda: 0.1, variant }), pSGD({ p, lambda: 0.1, variant })]) {
            const { weight, take } = plainRow(backend, new Float32Array(7), spec);
            for (let t = 0; t < 20; t++) take(0.01, (w) => w - 1);
            const isAbsorbing = p < 2 && variant === "old";
            expect(exactSparsity(weight.raw.data), `p = ${p} on ${name}`).toBe(isAbsorbing ? 1 : 0);
            expect(shareBelow(weight.raw.data)).toBe(isAbsorbing ? 1 : 0);
          }
        }
      }
    }
  });

  test("with p > 2 takes the plain step where it is 0", () => {
    for (const { name, backend } of backends) {
      const { weight, take } = plainRow(backend, [0, 0, 0], pSGD({ p: 2.05, lambda: 3, momentum: 0 }));
      take(0.25, () => -2);
      expect(weight.raw.data, name).toEqual(Float32Array.of(0.5, 0.5, 0.5));
    }
  });

  test("without a gradient becomes sparse for p < 1, first near 0, then exactly", () => {
    for (const { name, backend } of backends) {
      const values = Float32Array.from({ length: 50 }, (_, k) => (k + 1) / 50);
      const { weight, take } = plainRow(backend, values, pSGD({ p: 0.5, lambda: 0.05 }));
      let near = 0;
      for (let t = 0; t < 100; t++) {
        take(0.05, () => 0);
        near = Math.max(near, shareBelow(weight.raw.data) - exactSparsity(weight.raw.data));
      }
      const zeros = exactSparsity(weight.raw.data);
      expect(near, name).toBeGreaterThan(0);
      expect(zeros, name).toBeGreaterThan(0.1);
      expect(zeros, name).toBeLessThan(1);
      expect(shareBelow(weight.raw.data)).toBeGreaterThanOrEqual(zeros);
    }
  });

  test("raises magnitudes of the whole float32 range to any power within 3e-6", () => {
    // With SGD's momentum 0, the first moment of the coupled gradient is p·λ·|w|^(p−1)·sign(w) itself.
    const values = Float32Array.from({ length: 4001 }, (_, k) => (k % 2 ? -1 : 1) * 2 ** (k / 16 - 125));
    for (const { name, backend } of backends) {
      for (const p of [0.05, 0.3, 0.5, 0.7, 0.999, 1, 1.001, 1.3, 1.9, 2, 2.7, 3.3, 4]) {
        for (const lambda of [1 / p, 1e-9, 300]) {
          const spec = chain(coupledDecay({ p, lambda }), sgd({ momentum: 0 }));
          const { optimizer, take } = plainRow(backend, values, spec);
          take(1, () => 0);
          let worst = 0;
          optimizer.state[0].data.forEach((found, k) => {
            const expected = p * lambda * Math.abs(values[k]) ** (p - 1) * Math.sign(values[k]);
            if (Math.abs(Math.log2(Math.abs(expected))) > 120) return;
            // So that a NaN is the worst of all.
            const error = Math.abs(found / expected - 1);
            if (!(error <= worst)) worst = error;
          });
          expect(worst, `p = ${p}, λ = ${lambda} on ${name}`).toBeLessThan(3e-6);
        }
      }
    }
  });
});
