import { beforeAll, describe, expect, test } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { pointBox } from "../../src/bounds/box.ts";
import { predictionError } from "../../src/bounds/predictionError.ts";
import { certifyMonotone, type MonotoneFinding } from "../../src/certify/certifyMonotone.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { EncodedColumn } from "../../src/preprocess/encoder.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { refusal } from "../support/synthetic.ts";
import { classes, handMade, layers, number, numeric } from "./handMade.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const truth: EncodedColumn = { name: "wet", kind: "boolean", varies: true, missing: false };
const colours: EncodedColumn = {
  name: "colour",
  kind: "categorical",
  varies: true,
  missing: false,
  categories: ["red", "green", "blue"],
};

/** Σ_i v_i·max(w_i·x + b_i, 0), each part as [v, w, b]. */
const sumOf = (...parts: readonly (readonly [v: number, w: readonly number[], b: number])[]): FoldedNetwork =>
  layers([parts.map(([, w]) => w), parts.map(([, , b]) => b)], [[parts.map(([v]) => v)], [0]]);

/** x − 2 where |x − dip| is small: a hat of the given width upside down, below a straight line. */
const withDip = (dip: number, width: number): FoldedNetwork =>
  sumOf(
    [1, [1], 0],
    [-1, [-1], 0],
    [-2 / width, [1], width - dip],
    [4 / width, [1], -dip],
    [-2 / width, [1], -width - dip],
  );

const findingOf = (
  network: FoldedNetwork,
  columns: readonly EncodedColumn[],
  table: Frame | null,
  sign: "+" | "-" = "+",
): MonotoneFinding => {
  const model = handMade(network, columns, number());
  return certifyMonotone(backend, model, { [columns[0].name]: sign }, table)[0];
};

const rowsOf = ({ counterexample }: MonotoneFinding) => counterexample!.rows;

describe("A search along a column", () => {
  const own = Array.from({ length: 12 }, (_, k) => 1.5 ** k / 100);
  const [least, most] = [own[0], own[11]];

  test.each(own.slice(1))("tries what few different cells there are, %d among them", (dip) => {
    const finding = findingOf(withDip(dip, 1e-3), [numeric("x")], frameFrom({ x: own }));
    expect(finding.verdict).toBe("refuted");
    expect(rowsOf(finding)[1].x).toBe(dip);
  });

  const shares = Array.from({ length: 10 }, (_, k) => (k + 1) / 11);
  test.each(shares)("tries values evenly between the least cell and the greatest: %d of the way", (share) => {
    const dip = least + share * (most - least);
    const finding = findingOf(withDip(dip, 1e-3), [numeric("x")], frameFrom({ x: own }));
    expect(finding.verdict).toBe("refuted");
    expect(rowsOf(finding)[1].x).toBeCloseTo(dip, 9);
    // Of whole numbers, whole ones alone.
    const whole = numeric("x", { mean: 0, std: 100, integer: true });
    const near = Math.round(7 + share * 93);
    const found = findingOf(withDip(near / 100, 4e-3), [whole], frameFrom({ x: [7, 100] }));
    expect(rowsOf(found).every(({ x }) => Number.isInteger(x))).toBe(true);
    expect(rowsOf(found)[1].x).toBe(near);
  });

  test("stays within the cells there are, missing ones aside", () => {
    for (const sign of ["+", "-"] as const) {
      const down = sumOf([1, [-1], 0], [-1, [1], 0]);
      const up = sumOf([-1, [-1], 0], [1, [1], 0]);
      const cells = [3, null, -2, Number.NaN, 7, 1];
      const finding = findingOf(sign === "+" ? down : up, [numeric("x")], frameFrom({ x: cells }), sign);
      expect(rowsOf(finding).map(({ x }) => x)).toEqual([-2, 7]);
    }
  });

  test("stays within cells with fractions in a column of whole numbers", () => {
    const whole = numeric("x", { integer: true });
    const finding = findingOf(layers([[[-1]], [0]]), [whole], frameFrom({ x: [1.4, 3.6] }));
    expect(rowsOf(finding).map(({ x }) => x)).toEqual([1.4, 3.6]);
  });

  test("finds the one row among a thousand where the model goes the wrong way most steeply", () => {
    // x − max(3x + z − 1, 0) turns where z is near 1, which it is in one row.
    const turning = sumOf([1, [1, 0], 0], [-1, [-1, 0], 0], [-1, [3, 1], -2]);
    for (const place of [700, 999]) {
      const z = Array.from({ length: 1000 }, (_, r) => (r === place ? 1.5 : -100 - r));
      const table = frameFrom({ x: z.map((_, r) => 0.5 + (r % 7) / 20), z });
      const finding = findingOf(turning, [numeric("x"), numeric("z")], table);
      expect(finding.verdict).toBe("refuted");
      expect(rowsOf(finding).map((row) => row.z)).toEqual([1.5, 1.5]);
    }
  });

  test("looks at the first 200 rows too, which may turn elsewhere than at their own cell", () => {
    // At their own cells the other rows rise least; row 200 rises as all the first do, and falls for greater x.
    const turning = sumOf([1, [1, 0], 0], [-1, [-1, 0], 0], [-0.5, [1, 0], -0.25], [-3, [1, 1], -1.75]);
    for (const place of [0, 199]) {
      const x = Array.from({ length: 1000 }, (_, r) => (r < 200 ? r / 1000 : 0.5 + r / 2000));
      const z = x.map((_, r) => (r === place ? 1 : -100));
      const finding = findingOf(turning, [numeric("x"), numeric("z")], frameFrom({ x, z }));
      expect(finding.verdict).toBe("refuted");
      expect(rowsOf(finding).map((row) => row.z)).toEqual([1, 1]);
    }
  });

  test("tells of the rows that it finds those that go the wrong way farthest", () => {
    const falling = sumOf([-1, [1, 1], 0]);
    const z = [-9, -4, -6, -3, -8];
    const table = frameFrom({ x: [0, 2, 4, 6, 5], z });
    const finding = findingOf(falling, [numeric("x"), numeric("z")], table);
    expect(rowsOf(finding).map((row) => row.z)).toEqual([-3, -3]);
    expect(finding.counterexample!.predictions).toEqual([0, -3]);
  });
});

describe("A truth", () => {
  // −x, and beyond −1 and 1 the other way, where no truth lies.
  const beyond = sumOf([1, [-1], 0], [-1, [1], 0], [-9, [-1], -1], [9, [1], -1]);
  const inside = sumOf([1, [-1], 0], [-1, [1], 0]);

  test.each([null, frameFrom({ wet: ["yes", "no"] })])(
    "is refuted by false and true, in this order",
    (table) => {
      for (const network of [beyond, inside]) {
        const finding = findingOf(network, [truth], table);
        expect(finding.verdict).toBe("refuted");
        expect(rowsOf(finding)).toEqual([{ wet: false }, { wet: true }]);
        expect(finding.counterexample!.predictions).toEqual([1, -1]);
      }
      expect(findingOf(inside, [truth], table, "-").where).toBe("everywhere");
    },
  );

  test("is tried as −1 and 1, wherever the model turns between them, and told as it is beside a number", () => {
    // 1, −1 and 0 at −1, 0 and 1; then 1.5, 2 and −2.
    const early = sumOf([2, [-1, 0], 0], [1, [1, 0], 0], [-1, [0, 0], 1]);
    const late = sumOf(
      [1, [-1, 0], 1],
      [-3, [1, 0], 0],
      [1, [0, 0], 1],
      [-1, [-1, 0], -0.5],
      [-1, [-1, 0], 0],
    );
    for (const network of [early, late]) {
      const finding = findingOf(network, [truth, numeric("x")], frameFrom({ wet: [true, false], x: [5, 5] }));
      expect(finding.verdict).toBe("refuted");
      expect(rowsOf(finding)).toEqual([
        { wet: false, x: 5 },
        { wet: true, x: 5 },
      ]);
    }
  });
});

describe("Without a table", () => {
  // Falls with x where max(gate, 0) is large.
  test("rows are made up around the train rows' means, whole numbers whole", () => {
    const falling = sumOf([1, [-1, 0], 0], [-1, [1, 0], 0]);
    const columns = [
      numeric("x", { mean: 1000, std: 2, integer: true }),
      numeric("z", { mean: -50, std: 0.5 }),
    ];
    const finding = findingOf(falling, columns, null);
    const [less, more] = rowsOf(finding);
    // The least and the greatest of 4,000: about 3.5 deviations away.
    for (const [cell, side] of [
      [less.x, -1],
      [more.x, 1],
    ] as const) {
      expect(Number.isInteger(cell)).toBe(true);
      const deviations = (side * (Number(cell) - 1000)) / 2;
      expect(deviations).toBeGreaterThan(2.5);
      expect(deviations).toBeLessThan(6);
    }
    expect(less.z).toBe(more.z);
    expect(Math.abs(Number(less.z) + 50)).toBeLessThan(3);
    expect(Number.isInteger(less.z)).toBe(false);
  });

  test("other columns take values of every kind: either truth and each category", () => {
    for (const wet of [1, -1]) {
      // Falls with x only where wet is so.
      const network = sumOf([1, [1, 0], 0], [-1, [-1, 0], 0], [-2, [1, 20 * wet], -20]);
      const finding = findingOf(network, [numeric("x"), truth], null);
      expect(finding.verdict).toBe("refuted");
      expect(rowsOf(finding).map((row) => row.wet)).toEqual([wet > 0, wet > 0]);
    }
    colours.categories.forEach((colour, k) => {
      const gate = [0, 0, 0].with(k, 20);
      const network = sumOf([1, [1, 0, 0, 0], 0], [-1, [-1, 0, 0, 0], 0], [-2, [1, ...gate], -20]);
      const finding = findingOf(network, [numeric("x"), colours], null);
      expect(finding.verdict).toBe("refuted");
      expect(rowsOf(finding).map((row) => row.colour)).toEqual([colour, colour]);
    });
  });

  test("the same rows are found again from the same seed, and others from another", () => {
    const model = handMade(sumOf([1, [-1], 0], [-1, [1], 0]), [numeric("x")], number());
    const found = (seed?: number) => JSON.stringify(certifyMonotone(backend, model, { x: "+" }, null, seed));
    expect(found(1)).toBe(found(1));
    expect(found(2)).not.toBe(found(1));
    expect(found()).toBe(found(0));
  });
});

describe("Where nothing moves", () => {
  test("a column without weight, and one that has only an indicator, are certified either way", () => {
    const model = handMade(
      layers([[[0, -1, 3]], [0]]),
      [numeric("x"), numeric("y"), numeric("z", { varies: false, missing: true })],
      number(),
    );
    for (const sign of ["+", "-"] as const) {
      const findings = certifyMonotone(backend, model, { x: sign, y: sign, z: sign }, null);
      const certified = { verdict: "certified", where: "everywhere", counterexample: null };
      expect(findings[0]).toMatchObject(certified);
      expect(findings[1].verdict).toBe(sign === "-" ? "certified" : "refuted");
      expect(findings[2]).toMatchObject(certified);
    }
  });

  test("a slope of any size the wrong way is not certified", () => {
    for (const slope of [1e-30, 1e-9, 0.5, 1, 100]) {
      for (const sign of ["+", "-"] as const) {
        const model = layers([[[sign === "+" ? -slope : slope]], [0]]);
        expect(findingOf(model, [numeric("x")], null, sign).verdict).not.toBe("certified");
      }
    }
  });

  test("a table without rows is refused", async () => {
    const network = layers([[[1]], [0]]);
    expect(await refusal(() => findingOf(network, [numeric("x")], frameFrom({ x: [] })))).toBe(
      "There are no rows in the given columns.",
    );
  });
});

describe("What is refuted", () => {
  test("goes the wrong way by more than rounding in float32 can account for, and what does is refuted", () => {
    for (const sign of [1, -1] as const) {
      for (const bias of [1, 2 ** 10, -(2 ** 20)]) {
        const errorFor = (slope: number) => {
          const bounded = boundedModel([{ network: layers([[[slope]], [bias]]) }]);
          return [0, 1]
            .map((x) => predictionError(analyse(bounded, pointBox([x]), false))[0])
            .reduce((sum, error) => sum + error);
        };
        for (let share = 0.05; share < 3; share += 0.05) {
          const slope = Math.fround(-sign * share * errorFor(0));
          const isMore = Math.abs(slope) > errorFor(slope) * (1 + 1e-9);
          const isLess = Math.abs(slope) < errorFor(slope) * (1 - 1e-9);
          expect(isMore || isLess).toBe(true);
          const asked = sign === 1 ? "+" : "-";
          const table = frameFrom({ x: [0, 1] });
          const { verdict } = findingOf(layers([[[slope]], [bias]]), [numeric("x")], table, asked);
          expect(verdict).toBe(isMore ? "refuted" : "unknown");
        }
      }
    }
  });

  test("of two classes is told in the second one's probability", () => {
    const model = handMade(layers([[[-2]], [0.5]]), [numeric("x")], classes("no", "yes"));
    const table = frameFrom({ x: [-1, 0, 1] });
    const [{ counterexample }] = certifyMonotone(backend, model, { x: "+" }, table);
    const found = predictTable(backend, model, frameFrom(counterexample!.rows));
    if (found.task !== "classification") throw new Error("expected classes");
    expect(counterexample!.rows).toEqual([{ x: -1 }, { x: 1 }]);
    expect(counterexample!.predictions).toEqual([found.probabilities[1], found.probabilities[3]]);
    expect(counterexample!.predictions[0]).toBeCloseTo(1 / (1 + Math.exp(-2.5)), 6);
    expect(counterexample!.predictions[1]).toBeCloseTo(1 / (1 + Math.exp(1.5)), 6);
  });
});

test("A range is certified of one row, and refuted by a fall of any size", () => {
  const network = layers([[[-1]], [0]]);
  expect(findingOf(network, [numeric("x")], frameFrom({ x: [3] })).verdict).toBe("unknown");
  for (const far of [0.5, 1, 2]) {
    const finding = findingOf(network, [numeric("x")], frameFrom({ x: [0, far] }));
    expect(rowsOf(finding)).toEqual([{ x: 0 }, { x: far }]);
  }
});

test("A range holds categories as they are encoded and no more", () => {
  // Within a unit of float32 beyond red, the slope of x turns.
  const turning = sumOf([1, [1, 0, 0, 0], 0], [-1, [-1, 0, 0, 0], 0], [-1e6, [1e-5, 1000, 0, 0], -1000]);
  const table = frameFrom({ x: [-1, -0.5], colour: ["red", "green"] });
  expect(findingOf(turning, [numeric("x"), colours], table)).toMatchObject({
    verdict: "certified",
    where: "range",
  });
});

test("A range is certified for what lies between the cells as real numbers, at any size down to the smallest of float32", () => {
  // 1.4 times the smallest number of float32 is rounded down to it; between the two the slope turns.
  const tiny = 2 ** -149;
  const kink = Math.fround(1.2 * 2 ** 40 * tiny);
  const turning = sumOf([2 ** 20, [1], 0], [-(2 ** 20), [-1], 0], [-(2 ** 30), [2 ** 40], -kink]);
  const verdictFor = (most: number) =>
    findingOf(turning, [numeric("x")], frameFrom({ x: [-9 * tiny, most] })).verdict;
  expect(verdictFor(-tiny)).toBe("certified");
  expect(verdictFor(1.4 * tiny)).not.toBe("certified");
});
