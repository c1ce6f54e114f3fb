import { describe, expect, test } from "vitest";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import type { Guarantee } from "../../src/bounds/certificate.ts";
import { predictedAt } from "../../src/bounds/demand.ts";
import { demandsOf } from "../../src/certify/demands.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { Tolerance } from "../../src/fit/tolerance.ts";
import { type RegressionTarget, unscaleTarget } from "../../src/preprocess/target.ts";
import { dyadic, isAtMost, magnitude, subtract } from "../support/dyadic.ts";
import { layers } from "./handMade.ts";

const random = createRandom(2);
const between = (low: number, high: number) => low + (high - low) * random.next();

// y = x, so that outputs are any float32 numbers.
const model = boundedModel([{ network: layers([[[1]], [0]]) }]);
const predicted = (target: RegressionTarget, output: number) => unscaleTarget(target, [output])[0];

/** Two outputs near to one another or not, of targets whose predictions are of any size. */
const trials = (link: "log" | undefined) =>
  Array.from({ length: 4000 }, () => {
    const scale = 2 ** between(-12, 6);
    const center = link ? between(-300, 300) : 2 ** between(-20, 20) * (random.next() < 0.3 ? -1 : 1);
    const x = Math.fround(between(-300, 300) / (link ? scale : 1));
    const to = Math.fround(
      x + (random.next() < 0.5 ? -1 : 1) * 2 ** between(-25, 3) * (link ? 1 / scale : Math.abs(x)),
    );
    const target: RegressionTarget = {
      task: "regression",
      names: ["y"],
      centers: [center],
      scales: [scale],
      ...(link && { link }),
    };
    return { target, x, to, own: predicted(target, x), there: predicted(target, to) };
  }).filter(({ own, there }) => own !== there && Number.isFinite(own + there));

const asked = (target: RegressionTarget, x: number, tolerance: Tolerance) =>
  demandsOf(model, target, Float32Array.of(x), tolerance);

const guaranteed = (to: number) => [to, -to].map((most) => ({ atMost: most }) as Guarantee);

describe("Differences of predictions that are exponentials", () => {
  const all = trials("log");

  test("are many", () => {
    expect(all.length).toBeGreaterThan(2500);
  });

  test("no output is enough whose prediction lies farther than the tolerance, and none breaks it whose prediction does not", () => {
    for (const { target, x, to, own, there } of all) {
      const far = magnitude(subtract(dyadic(own), dyadic(there)));
      const near = Math.abs(own - there);
      const [within, beyond] = [near * (1 - 2 ** -51), near * (1 + 2 ** -51)];
      expect(isAtMost(far, within)).toBe(false);
      const [up, down] = asked(target, x, within).demands;
      expect(to <= up.holds && -to <= down.holds).toBe(false);
      const [upper, lower] = asked(target, x, beyond).demands;
      expect(to > upper.breaks || -to > lower.breaks).toBe(false);
    }
  });

  test("so it is wherever in the range that is known of it the row's own output lies", () => {
    for (const { target, x, own, there } of all) {
      const range = predictedAt(model, [x])({ plus: 0, minus: null });
      const tolerance = Math.abs(own - there);
      const [up, down] = asked(target, x, tolerance).demands;
      for (const [from, to] of [
        [range.lower, up.holds],
        [range.upper, -down.holds],
      ]) {
        const far = magnitude(subtract(dyadic(predicted(target, from)), dyadic(predicted(target, to))));
        const isOutwards = from === range.lower ? to >= from : to <= from;
        if (isOutwards && predicted(target, to) > 2 ** -1022) expect(isAtMost(far, tolerance)).toBe(true);
      }
    }
  });

  test("predictions move by no more than is said, and what is said is near where rounding is small", () => {
    let nearest = 0;
    for (const { target, x, to, own, there } of all) {
      const atMost = asked(target, x, 1).atMost(guaranteed(to))!;
      expect(isAtMost(magnitude(subtract(dyadic(own), dyadic(there))), atMost)).toBe(true);
      if (atMost < 1.01 * Math.abs(own - there)) nearest++;
    }
    expect(nearest).toBeGreaterThan(0.4 * all.length);
  });

  test("a tolerance that is larger by a hundredth is enough, and one that is smaller is broken", () => {
    for (const { target, x, to, own, there } of all) {
      const near = Math.abs(own - there);
      // The row's own output is known but for its rounding in float32.
      if (near < 0.1 * own || Math.abs(target.scales[0] * x) > 100) continue;
      const [up, down] = asked(target, x, 1.01 * near).demands;
      expect(to <= up.holds && -to <= down.holds).toBe(true);
      const [upper, lower] = asked(target, x, 0.99 * near).demands;
      expect(to > upper.breaks || -to > lower.breaks).toBe(true);
    }
  });

  test("nothing is enough where a prediction is beyond float64", () => {
    const target = { task: "regression", names: ["y"], centers: [0], scales: [1], link: "log" } as const;
    const { demands, atMost } = asked(target, 800, 1);
    for (const { holds, output } of demands) expect(holds).toBeLessThan(output.plus === 0 ? 800 : -800);
    expect(atMost(guaranteed(800))).toBe(Number.POSITIVE_INFINITY);
  });
});

test("Nothing is broken by outputs beyond the exponentials of float64, whose predictions are all the same", () => {
  const target = { task: "regression", names: ["y"], centers: [0], scales: [1], link: "log" } as const;
  const least = 2 ** -1022;
  expect(predicted(target, 1000)).toBe(Number.MAX_VALUE);
  expect(predicted(target, -1000)).toBe(least);
  for (const [own, there, tolerance] of [
    [700, 1000, { factor: 1e6 }],
    [-800, -1000, { factor: 2 }],
    [-1000, -800, { factor: 2 }],
    [800, 1000, 1],
    [-800, -1000, 1e-300],
  ] as const) {
    const [up, down] = asked(target, own, tolerance).demands;
    expect(there > up.breaks || -there > down.breaks).toBe(false);
  }
  const [up] = asked(target, 700, { factor: 1000 }).demands;
  expect(708 > up.breaks).toBe(true);
});

describe.each([undefined, "log"] as const)("Factors between predictions, link %s", (link) => {
  const all = trials(link);

  test("no output is enough whose prediction is farther, and none breaks the factor whose prediction is not", () => {
    for (const { target, x, to, own, there } of all) {
      const ratio = Math.max(own / there, there / own);
      if (!(ratio > 0)) {
        // Of two signs.
        const [up, down] = asked(target, x, { factor: 1e300 }).demands;
        expect(to <= up.holds && -to <= down.holds).toBe(false);
        continue;
      }
      const [within, beyond] = [ratio * (1 - 2 ** -50), ratio * (1 + 2 ** -50)];
      const [up, down] = asked(target, x, { factor: within }).demands;
      expect(to <= up.holds && -to <= down.holds).toBe(false);
      const [upper, lower] = asked(target, x, { factor: beyond }).demands;
      expect(to > upper.breaks || -to > lower.breaks).toBe(false);
      const atMost = asked(target, x, { factor: 2 }).atMost(guaranteed(to))!;
      expect(atMost).toBeGreaterThanOrEqual(ratio);
    }
  });

  test("a factor that is larger by a hundredth is enough, and one that is smaller is broken", () => {
    for (const { target, x, to, own, there } of all) {
      const more = Math.max(own / there, there / own) - 1;
      // Where predictions are differences of larger numbers, rounding counts.
      const size = Math.abs(target.centers[0]) + target.scales[0] * Math.abs(x);
      const isRounded = link ? size > 400 : size > 10 * Math.min(Math.abs(own), Math.abs(there));
      if (!(more > 0.1) || isRounded) continue;
      const [up, down] = asked(target, x, { factor: 1 + 1.01 * more }).demands;
      expect(to <= up.holds && -to <= down.holds).toBe(true);
      const [upper, lower] = asked(target, x, { factor: 1 + 0.99 * more }).demands;
      expect(to > upper.breaks || -to > lower.breaks).toBe(true);
    }
  });
});
