import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type CertifyOptions, certifyTable } from "../../src/certify/certifyTable.ts";
import { certifiedRadii, type RadiusOptions } from "../../src/certify/radii.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { numberedFrom, refusal } from "../support/synthetic.ts";
import { classes, handMade, layers, number, numeric } from "./handMade.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

/** y = |x|/2 + z/2, in the columns' units. */
const model = handMade(
  layers(
    [
      [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ],
      [0, 0, 0, 0],
    ],
    [[[1, 1, 2, -2]], [0]],
  ),
  [numeric("x", { std: 2 }), numeric("z", { integer: true, std: 4 })],
  number(),
);
const table = numberedFrom(2, frameFrom({ x: [0, 3, -5, 40], z: [1, 2, 3.5, -4] }));
const ask = (options: Partial<CertifyOptions>) =>
  certifyTable(backend, model, table, { moves: { move: { x: { by: 1 } } }, tolerance: 1.5, ...options });
const radii = (options: RadiusOptions = {}) => certifiedRadii(model, table, { tolerance: 1, ...options });

describe("The rows asked for", () => {
  test("are certified in their order, as often as they are given, under the number a person would give them", async () => {
    const all = await ask({});
    expect(all.map(({ row }) => row)).toEqual([2, 3, 4, 5]);
    expect(await ask({ rows: Int32Array.of(3, 0, 3) })).toEqual([all[3], all[0], all[3]]);
    const every = await radii({ alone: true });
    expect(every.map(({ row }) => row)).toEqual([2, 3, 4, 5]);
    expect(await radii({ alone: true, rows: Int32Array.of(2, 1) })).toEqual([every[2], every[1]]);
  });

  test("are told one by one, until the work is to end", async () => {
    for (const run of [ask, radii]) {
      const told: unknown[] = [];
      const controller = new AbortController();
      const done = await run({
        onRow: (...progress) => {
          told.push(progress);
          if (told.length === 2) controller.abort();
        },
        signal: controller.signal,
      });
      expect(told).toEqual([
        [1, 4],
        [2, 4],
      ]);
      expect(done.map(({ row }) => row)).toEqual([2, 3]);
    }
    expect(await ask({ signal: AbortSignal.abort() })).toEqual([]);
    expect(await radii({ signal: AbortSignal.abort(), alone: true })).toEqual([]);
  });

  test("have counterexamples found from the seed, 0 unless it is said", async () => {
    // y = −|a| − |b|, greatest inside of what can be reached.
    const peak = handMade(
      layers(
        [
          [
            [1, 0],
            [-1, 0],
            [0, 1],
            [0, -1],
          ],
          [0, 0, 0, 0],
        ],
        [[[-1, -1, -1, -1]], [0]],
      ),
      [numeric("a"), numeric("b")],
      number(),
    );
    const rows = frameFrom({ a: [1.3, -0.4], b: [0.7, 2] });
    const found = async (seed?: number) =>
      JSON.stringify(await certifyTable(backend, peak, rows, { moves: { radius: 3 }, tolerance: 1, seed }));
    expect(await found(1)).not.toBe(await found(0));
    expect(await found()).toBe(await found(0));
  });
});

test("Options that there are none of are refused with the nearest there is", async () => {
  expect(await refusal(() => ask({ tolerence: 1 } as object))).toMatch('did you mean "tolerance"?');
  expect(await refusal(() => radii({ fixd: ["x"] } as object))).toMatch('did you mean "fixed"?');
  expect(await refusal(() => radii({ fixed: ["y"] }))).toMatch('no column "y"');
  expect(await refusal(() => radii({ tolerance: undefined }))).toMatch("how far y may move");
});

describe("Without the solver", () => {
  afterEach(() => {
    vi.doUnmock("highs");
    vi.resetModules();
  });

  test("exact bounds are refused before any row is worked on, and all else is done as with it", async () => {
    vi.resetModules();
    vi.doMock("highs", () => {
      throw new Error("Cannot find package 'highs'");
    });
    // Of the same modules as what it is handed to.
    const engine = await import("../../src/engine/backend/backend.ts");
    const own = await engine.createBackend({ provider: "wasm", relaxedSimd: false });
    const certifier = await import("../../src/certify/certifyTable.ts");
    const rows: number[] = [];
    const run = (exactSeconds: number | null) =>
      certifier.certifyTable(own, model, table, {
        moves: {},
        tolerance: 1,
        exactSeconds,
        onRow: (done) => rows.push(done),
      });
    await expect(run(5)).rejects.toThrow("Exact bounds need the solver HiGHS, which is not installed");
    expect(rows).toEqual([]);
    expect(await run(null)).toHaveLength(4);
  });
});

describe("The radius of each number alone", () => {
  test("is in the column's unit, of whole numbers by whole steps, and leaves out what is fixed", async () => {
    const [first, second, third] = await radii({ alone: true, tolerance: 1.3 });
    // 2.6 of either; 3.5 is no whole number, and so moves by parts of one.
    expect(first.alone.x).toBeCloseTo(2.6, 1);
    expect(first.alone.z).toBe(2);
    expect(second.alone.z).toBe(2);
    expect(third.alone.z).toBeCloseTo(2.6, 1);
    for (const { alone } of [first, second, third]) {
      expect(Math.max(...Object.values(alone).map(Number))).toBeLessThanOrEqual(2.6);
    }
    expect((await radii({ alone: true, fixed: ["x"] })).map(({ alone }) => Object.keys(alone))).toEqual(
      Array(4).fill(["z"]),
    );
    expect((await radii())[0].alone).toEqual({});
  });

  test("all numbers together move by that many deviations each", async () => {
    const [{ together }] = await radii({ tolerance: 8 });
    // r by x and, in whole steps, 4r/2 by z, of which 11 would be 5.5 beside 2.75.
    expect(together).toBeCloseTo(2.75, 2);
    const [{ together: alone }] = await radii({ tolerance: 8, fixed: ["z"] });
    expect(alone).toBeCloseTo(8, 1);
  });

  test("of columns that are no numbers or do not vary is not told", async () => {
    const mixed = handMade(
      layers([[[1, 1, 0]], [0]]),
      [
        numeric("x"),
        { name: "wet", kind: "boolean", varies: true, missing: false },
        numeric("same", { varies: false, missing: true }),
      ],
      number(),
    );
    const rows = frameFrom({ x: [1], wet: [true], same: [3] });
    const [{ alone, together }] = await certifiedRadii(mixed, rows, { tolerance: 1, alone: true });
    expect(Object.keys(alone)).toEqual(["x"]);
    expect(alone.x).toBe(together);
  });

  test("of classes is told without a tolerance", async () => {
    const sign = handMade(layers([[[1]], [0]]), [numeric("x", { std: 4 })], classes("no", "yes"));
    const [{ together, alone }] = await certifiedRadii(sign, frameFrom({ x: [8] }), { alone: true });
    expect(together).toBeCloseTo(2, 2);
    expect(alone.x).toBe(4 * together!);
  });
});
