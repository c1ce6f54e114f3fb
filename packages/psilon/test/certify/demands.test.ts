import { describe, expect, test } from "vitest";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import type { Guarantee } from "../../src/bounds/certificate.ts";
import { predictedAt } from "../../src/bounds/demand.ts";
import { demandsOf } from "../../src/certify/demands.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { type RegressionTarget, unscaleTarget } from "../../src/preprocess/target.ts";
import { dyadic, isAtMost, magnitude, subtract } from "../support/dyadic.ts";
import { layers } from "./handMade.ts";

/** A number of either sign and of any size between 2^-power and 2^power. */
const anyNumber = (random: Random, power: number) =>
  (random.next() < 0.5 ? -1 : 1) * 2 ** (power * (2 * random.next() - 1)) * (1 + random.next());

/** The number of float64 so many steps farther from 0 than x. */
const next = (x: number, steps: number) => {
  const view = new BigInt64Array(1);
  const value = new Float64Array(view.buffer);
  value[0] = x;
  view[0] += BigInt(steps);
  return value[0];
};

describe("What is asked of outputs, for predictions in units of any center and scale, in exact arithmetic", () => {
  const random = createRandom(1);
  // y = x, so that outputs are any float32 numbers.
  const model = boundedModel([{ network: layers([[[1]], [0]]) }]);
  const trials = Array.from({ length: 4000 }, () => {
    const scale = Math.abs(anyNumber(random, 30));
    const to = Math.fround(anyNumber(random, 20));
    const kind = random.next();
    const center = kind < 0.4 ? 0 : kind < 0.7 ? anyNumber(random, 60) : -scale * to;
    const x = random.next() < 0.7 ? 0 : Math.fround(to * (1 + anyNumber(random, 3)));
    return {
      target: { task: "regression", names: ["y"], centers: [center], scales: [scale] } as const,
      x,
      to,
    };
  });
  const predicted = (target: RegressionTarget, output: number) => unscaleTarget(target, [output])[0];
  /** How far apart the predictions are, exactly. */
  const apart = ({ target, x, to }: (typeof trials)[number]) =>
    magnitude(subtract(dyadic(predicted(target, to)), dyadic(predicted(target, x))));

  test("no output is enough whose prediction lies farther than the tolerance, and none breaks it whose prediction does not", () => {
    for (const trial of trials) {
      const { target, x, to } = trial;
      const far = apart(trial);
      if (far.n === 0n) continue;
      const near = Math.abs(predicted(target, to) - predicted(target, x));
      const [within, beyond] = isAtMost(far, near) ? [next(near, -1), near] : [near, next(near, 1)];
      const asked = (tolerance: number) => demandsOf(model, target, Float32Array.of(x), tolerance).demands;
      const [up, down] = asked(within);
      expect(to <= up.holds && -to <= down.holds).toBe(false);
      const [upper, lower] = asked(beyond);
      expect(to > upper.breaks || -to > lower.breaks).toBe(false);
    }
  });

  test("how far predictions are said to move at most holds for all outputs that are guaranteed", () => {
    for (const trial of trials) {
      const { target, x, to } = trial;
      const { atMost } = demandsOf(model, target, Float32Array.of(x), 1);
      const guarantees = [to, -to].map((most) => ({ atMost: most }) as Guarantee);
      expect(isAtMost(apart(trial), atMost(guarantees)!)).toBe(true);
    }
  });

  test("so it is wherever in the range that is known of it the row's own prediction lies", () => {
    for (const { target, x, to } of trials) {
      const own = predictedAt(model, [x])({ plus: 0, minus: null });
      const between = (a: number, b: number) =>
        magnitude(subtract(dyadic(predicted(target, a)), dyadic(predicted(target, b))));
      const tolerance = target.scales[0] * Math.abs(to) * 2 ** -20;
      const { demands, atMost } = demandsOf(model, target, Float32Array.of(x), tolerance);
      const [up, down] = demands;
      for (const [from, to, breaking, far] of [
        [own.lower, up.holds, own.upper, up.breaks],
        [own.upper, -down.holds, own.lower, -down.breaks],
      ]) {
        const side = from === own.lower ? 1 : -1;
        // Where rounding is no smaller than the tolerance, no output is enough.
        if (side * to >= side * from) expect(isAtMost(between(from, to), tolerance)).toBe(true);
        const guarantees = [to, -to].map((most) => ({ atMost: most }) as Guarantee);
        expect(isAtMost(between(from, to), atMost(guarantees)!)).toBe(true);
        const beyond = next(far, side * Math.sign(far));
        if (far !== 0) expect(isAtMost(between(breaking, beyond), tolerance)).toBe(false);
      }
    }
  });

  test("an output that moves by much less than the tolerance is enough, and one by much more breaks it", () => {
    for (const { target, to } of trials) {
      const scale = target.scales[0];
      if (Math.abs(target.centers[0]) > 1e6 * scale * Math.abs(to)) continue;
      const tolerance = scale * Math.abs(to);
      const [up, down] = demandsOf(model, target, Float32Array.of(0), tolerance).demands;
      for (const { holds, breaks } of [up, down]) {
        expect(holds).toBeGreaterThan(0.999 * Math.abs(to));
        expect(breaks).toBeLessThan(1.001 * Math.abs(to));
      }
      const { atMost } = demandsOf(model, target, Float32Array.of(0), tolerance);
      const one = { atMost: Math.abs(to) } as Guarantee;
      expect(atMost([one, one])).toBeLessThan(1.001 * tolerance);
    }
  });
});

test("Of several targets the one that moves farthest counts, each in its own scale and upwards as downwards", () => {
  const model = boundedModel([
    {
      network: layers([
        [[1], [1], [1]],
        [0, 0, 0],
      ]),
    },
  ]);
  const target = {
    task: "regression",
    names: ["a", "b", "c"],
    centers: [0, 5, 0],
    scales: [1, 100, 1e-3],
  } as const;
  const { demands, atMost } = demandsOf(model, target, Float32Array.of(0), 10);
  const sides = [10, 10, 0.1, 0.1, 1e4, 1e4];
  demands.forEach(({ holds, breaks, output }, d) => {
    expect(holds / sides[d]).toBeCloseTo(1, 9);
    expect(breaks / sides[d]).toBeCloseTo(1, 9);
    const k = Math.floor(d / 2);
    expect(output).toEqual(d % 2 === 0 ? { plus: k, minus: null } : { plus: null, minus: k });
  });
  const moved = (d: number) =>
    atMost(sides.map((_, other) => ({ atMost: other === d ? 2 : 0 }) as Guarantee))!;
  [2, 2, 200, 200].forEach((most, d) => {
    expect(moved(d) / most).toBeCloseTo(1, 9);
  });
  expect(atMost(sides.map(() => ({ atMost: -1 }) as Guarantee))).toBeLessThan(1e-6);
});
