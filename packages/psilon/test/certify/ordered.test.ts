import { beforeAll, describe, expect, test } from "vitest";
import { certifyMonotone } from "../../src/certify/certifyMonotone.ts";
import { certifyTable, type RowCertificate } from "../../src/certify/certifyTable.ts";
import { certifiedRadii } from "../../src/certify/radii.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import type { Move } from "../../src/moves/moves.ts";
import { placeColumns } from "../../src/moves/placed.ts";
import { regionsOf } from "../../src/moves/region.ts";
import { type EncodedColumn, inputCountOf } from "../../src/preprocess/encoder.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { encodedMatrix } from "../support/encodedMatrix.ts";
import { between, mlp, normals, resnet } from "../support/foldedNetworks.ts";
import { handMade, layers, number, numeric } from "./handMade.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const SIZES = ["XS", "S", "M", "L", "XL"];
const GRADES = ["low", "middle", "high"];
const COLOURS = ["red", "blue"];

const ranked = (name: string, levels: readonly string[], random: Random) => {
  const edges = levels.map((_, rank) => rank);
  const how = [{}, { bins: { edges, withValue: false } }, { bins: { edges, withValue: true } }];
  const mean = (levels.length - 1) * random.next();
  return numeric(name, {
    levels,
    mean,
    std: 0.5 + random.next(),
    integer: true,
    ...how[between(random, 0, 2)],
  });
};

/** Two ordered categories, each read in one of the ways, beside another category. */
function randomModel(random: Random, trial: number): TabularModel {
  const columns: EncodedColumn[] = [
    ranked("size", SIZES, random),
    ranked("grade", GRADES, random),
    { name: "colour", kind: "categorical", varies: true, missing: false, categories: COLOURS },
  ];
  const inputs = inputCountOf({ unseen: "zeros", columns });
  const draw = normals(random, 0.6);
  const network =
    trial % 2 === 0
      ? mlp([inputs, 6, 5, 1], draw, draw)
      : resnet({ inputs, width: 4, depth: 1, outputs: 1 }, draw, draw);
  return handMade(network, columns, number());
}

const valuesOf = (model: TabularModel, rows: readonly Row[]) => {
  const predicted = predictTable(backend, model, frameFrom(rows));
  if (predicted.task !== "regression") throw new Error("expected numbers");
  return [...predicted.values];
};

/** Whether a level may become another one. */
function isWithin(levels: readonly string[], from: string, to: string, move: Move | undefined): boolean {
  const steps = levels.indexOf(to) - levels.indexOf(from);
  if (move === undefined) return steps === 0;
  if (move === "any") return levels.includes(to);
  if (!("by" in move)) return false;
  const isWay = move.only === undefined || (move.only === "up" ? steps >= 0 : steps <= 0);
  return levels.includes(to) && Math.abs(steps) <= move.by && isWay;
}

const EVERY = SIZES.flatMap((size) =>
  GRADES.flatMap((grade) => COLOURS.map((colour) => ({ size, grade, colour }))),
);

describe("Verdicts on rows of ordered categories", () => {
  test.each([
    ["bounds and search", 60, null],
    ["branch and bound", 8, 5],
  ])("are those of all levels within reach, one by one: by %s", async (_, trials, exactSeconds) => {
    const random = createRandom(trials);
    const counts = { certified: 0, refuted: 0, unknown: 0 };
    let missed = 0;
    for (let trial = 0; trial < trials; trial++) {
      const model = randomModel(random, trial);
      const by = between(random, 1, 2);
      const way = ([undefined, "up", "down"] as const)[between(random, 0, 2)];
      const steps: Move = way ? { by, only: way } : { by };
      const move: Record<string, Move> = {
        size: trial % 3 === 0 ? "any" : steps,
        ...(trial % 2 === 0 && { grade: "any" }),
        ...(trial % 5 === 0 && { colour: "any" }),
      };
      const rows = EVERY.filter(() => random.next() < 0.2);
      if (rows.length === 0) continue;
      const own = valuesOf(model, rows);
      const reached = rows.map((row) =>
        EVERY.filter(
          (to) =>
            isWithin(SIZES, row.size, to.size, move.size) &&
            isWithin(GRADES, row.grade, to.grade, move.grade) &&
            (move.colour === "any" || to.colour === row.colour),
        ),
      );
      const farthest = reached.map((to, i) =>
        Math.max(...valuesOf(model, to).map((value) => Math.abs(value - own[i]))),
      );
      // Of some rows the farthest prediction is nearer, of others not.
      const tolerance = farthest.toSorted((a, b) => a - b)[Math.floor(rows.length / 2)] * 1.1 + 1e-3;
      const found = await certifyTable(backend, model, frameFrom(rows), {
        moves: { move },
        tolerance,
        exactSeconds,
      });
      found.forEach(({ verdict, atMost, counterexample, prediction }: RowCertificate, i) => {
        counts[verdict]++;
        expect(prediction).toEqual([own[i]]);
        if (verdict === "refuted") {
          const to = { ...rows[i], ...counterexample!.changes } as (typeof EVERY)[number];
          expect(reached[i]).toContainEqual(to);
          expect(counterexample!.prediction[0]).toBeCloseTo(valuesOf(model, [to])[0], 5);
          expect(Math.abs(Number(counterexample!.prediction[0]) - own[i])).toBeGreaterThan(tolerance);
        } else if (verdict === "certified") {
          expect(farthest[i]).toBeLessThanOrEqual(tolerance);
          expect(farthest[i]).toBeLessThanOrEqual(atMost!);
        } else if (farthest[i] > tolerance) missed++;
      });
    }
    expect(counts.certified).toBeGreaterThan(trials / 2);
    expect(counts.refuted).toBeGreaterThan(trials / 2);
    // What is refuted by some level is hardly ever overlooked.
    expect(missed).toBeLessThan(0.1 * counts.refuted);
  });

  test("are never refuted by what lies between two levels", async () => {
    // A hat over rank 0.5: 1 there, and 0 at all levels.
    const hat = handMade(
      layers(
        [
          [[1], [1], [1]],
          [0, -0.5, -1],
        ],
        [[[2, -4, 2]], [0]],
      ),
      [numeric("grade", { levels: GRADES, integer: true })],
      number(),
    );
    expect(valuesOf(hat, [{ grade: "low" }, { grade: "middle" }, { grade: "high" }])).toEqual([0, 0, 0]);
    const ask = async (tolerance: number) => {
      const moves = { move: { grade: "any" } } as const;
      const rows = frameFrom([{ grade: "low" }]);
      return (await certifyTable(backend, hat, rows, { moves, tolerance, exactSeconds: 600 }))[0];
    };
    expect(await ask(0.5)).toMatchObject({ verdict: "unknown", counterexample: null });
    expect(await ask(1.5)).toMatchObject({ verdict: "certified" });
  });

  test("leave what is none of the levels where it is, as a missing cell", async () => {
    const model = randomModel(createRandom(3), 0);
    const rows = frameFrom([
      { size: "huge", grade: "low", colour: "red" },
      { size: null, grade: "low", colour: "red" },
    ]);
    const found = await certifyTable(backend, model, rows, {
      moves: { move: { size: "any" }, radius: 0.01 },
      tolerance: 1e-3,
    });
    expect(found.map(({ verdict }) => verdict)).toEqual(["certified", "certified"]);
  });
});

test("A row's region is between its first and its last level within reach, and tells levels", () => {
  const random = createRandom(9);
  const bins = { edges: [0, 1, 2, 3, 4], withValue: false };
  const columns = [numeric("size", { levels: SIZES, mean: 2, std: 1, integer: true, bins })];
  const encoder = { unseen: "zeros", columns } as const;
  const frame = frameFrom([{ size: "L" }]);
  const encoded = encodedMatrix(encoder, frame, Int32Array.of(0));
  const regionFor = (move: Move) =>
    regionsOf(placeColumns(encoder, frame), 0, encoded, { move: { size: move } })[0];
  const { box, nearest } = regionFor({ by: 1.9, only: "down" });
  expect([[...box.lower], [...box.upper]]).toEqual([
    [1, 1, 0, 0],
    [1, 1, 1, 0],
  ]);
  expect(regionFor("any").box).toMatchObject({
    lower: new Float64Array(4),
    upper: Float64Array.of(1, 1, 1, 1),
  });
  for (let trial = 0; trial < 50; trial++) {
    const found = nearest(Float64Array.of(1, 1, random.next(), 0));
    expect([null, "M", undefined]).toContain(found?.row.get("size") ?? null);
    if (found?.row.has("size")) expect([...found.x]).toEqual([1, 1, 0, 0]);
  }
});

test("A level's own radius is so many steps, within which predictions stay", async () => {
  const random = createRandom(5);
  const radii = new Set<number | null>();
  for (let trial = 0; trial < 10; trial++) {
    const model = randomModel(random, trial);
    const own = valuesOf(model, EVERY);
    const found = await certifiedRadii(model, frameFrom(EVERY), { tolerance: 1, alone: true });
    found.forEach(({ alone }, i) => {
      const { size: steps } = alone;
      radii.add(steps);
      if (steps === null) return;
      expect(steps === Number.POSITIVE_INFINITY || Number.isInteger(steps)).toBe(true);
      const reached = EVERY.filter(
        ({ size, grade, colour }) =>
          grade === EVERY[i].grade &&
          colour === EVERY[i].colour &&
          isWithin(SIZES, EVERY[i].size, size, { by: steps }),
      );
      for (const value of valuesOf(model, reached)) expect(Math.abs(value - own[i])).toBeLessThanOrEqual(1);
    });
  }
  expect(radii.size).toBeGreaterThan(2);
  expect(radii).toContain(Number.POSITIVE_INFINITY);
});

describe("Monotone in an ordered category", () => {
  /** Up by 1 from XS to S, and by `second` with each further level. */
  const steps = (second: number) =>
    handMade(
      layers(
        [
          [
            [1, 0, 0, 0],
            [0, 1, 1, 1],
          ],
          [0, 0],
        ],
        [[[1, second]], [0]],
      ),
      [
        numeric("size", {
          levels: SIZES,
          integer: true,
          mean: 2,
          bins: { edges: [0, 1, 2, 3, 4], withValue: false },
        }),
      ],
      number(),
    );

  test.each([
    ["all levels", null],
    ["those of a table", frameFrom(SIZES.map((size) => ({ size })))],
  ])("is told of %s, with levels as counterexamples", (_, table) => {
    expect(certifyMonotone(backend, steps(2), { size: "+" }, table)[0].verdict).toBe("certified");
    const { verdict, counterexample } = certifyMonotone(backend, steps(-1), { size: "+" }, table)[0];
    expect(verdict).toBe("refuted");
    const [less, more] = counterexample!.rows.map(({ size }) => SIZES.indexOf(String(size)));
    expect([less >= 1, more > less]).toEqual([true, true]);
    expect(counterexample!.predictions[0]).toBeGreaterThan(counterexample!.predictions[1]);
  });

  test("is told by rows that are made up of levels alone, whatever these look like", () => {
    // Falls as the size grows where the grade is the one in the middle, or missing.
    const levels = ["01", "1", "001"];
    const columns = [
      numeric("size", { levels: SIZES, integer: true }),
      numeric("grade", { levels, integer: true, mean: 1, std: 10 }),
    ];
    const falls = handMade(
      layers(
        [
          [
            [1, 0],
            [0, 100],
            [0, -100],
          ],
          [0, 0, 0],
        ],
        [[[1, -1, -1]], [0]],
        [[[-1]], [0]],
      ),
      columns,
      number(),
    );
    const { verdict, counterexample } = certifyMonotone(backend, falls, { size: "+" }, null)[0];
    expect(verdict).toBe("refuted");
    expect(counterexample!.rows.map(({ grade }) => grade)).toEqual(["1", "1"]);
  });
});
