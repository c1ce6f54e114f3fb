import { beforeAll, describe, expect, test } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { type BoundedModel, boundedModel } from "../../src/bounds/boundedModel.ts";
import type { Box } from "../../src/bounds/box.ts";
import type { OutputRow } from "../../src/bounds/certificate.ts";
import { decide } from "../../src/bounds/decide.ts";
import { exactMaximum } from "../../src/bounds/exact.ts";
import type { Path } from "../../src/bounds/paths.ts";
import { certifyMonotone } from "../../src/certify/certifyMonotone.ts";
import { certifyTable } from "../../src/certify/certifyTable.ts";
import { certifiedRadii } from "../../src/certify/radii.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { encodeNumber, numberAt, pathBetween } from "../../src/moves/encodedNumber.ts";
import { checkMoves, type Move, type Moves } from "../../src/moves/moves.ts";
import { placeColumns } from "../../src/moves/placed.ts";
import { regionsOf } from "../../src/moves/region.ts";
import { type EncodedColumn, type Encoder, inputCountOf } from "../../src/preprocess/encoder.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { encodedMatrix } from "../support/encodedMatrix.ts";
import { between, mlp, normals, resnet } from "../support/foldedNetworks.ts";
import { forward } from "../support/forward.ts";
import { withoutPaths } from "../support/pathBoxes.ts";
import { mixedTable, quick, refusal } from "../support/synthetic.ts";
import { handMade, layers, number, numeric } from "./handMade.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const bins = (edges: number[], withValue = false) => ({ bins: { edges, withValue } });

/** Edges of any number of bins around the mean, some of them narrow. */
function randomEdges(random: Random, mean: number, std: number): number[] {
  const count = between(random, 2, 12);
  const edges = [mean - 2 * std * random.next()];
  for (let t = 0; t < count; t++) {
    edges.push(edges[t] + std * (random.next() < 0.3 ? 0.01 : random.next()));
  }
  return edges;
}

/** By how many times its slack the inputs lie beside the path, at least; they may lie in any of its steps. */
function besidePath({ steps, slack, inputs }: Path, start: Float64Array, x: readonly number[]): number {
  const fits = (room: number) => {
    const at = start.slice();
    for (const step of steps) {
      let [least, most] = [0, 1];
      for (const { input, from, to } of step) {
        least = Math.max(least, (x[input] - room - from) / (to - from));
        most = Math.min(most, (x[input] + room - from) / (to - from));
      }
      const moving = new Set(step.map(({ input }) => input));
      const others = inputs.filter((j) => !moving.has(j));
      if (least <= most && others.every((j) => Math.abs(x[j] - at[j]) <= room)) return true;
      for (const { input, to } of step) at[input] = to;
    }
    return false;
  };
  let [low, high] = [0, 1];
  if (!fits(slack)) return Number.POSITIVE_INFINITY;
  if (fits(0)) return 0;
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (fits(middle * slack)) high = middle;
    else low = middle;
  }
  return high;
}

describe("The path of a number's inputs", () => {
  test.each([false, true])(
    "holds every number between its ends (with its value: %s), within its slack and of bins alone exactly",
    (withValue) => {
      const random = createRandom(Number(withValue));
      let [outside, farthest] = [0, 0];
      for (let trial = 0; trial < 300; trial++) {
        const std = 10 ** (6 * random.next() - 3);
        const mean = [0, 1, 1e4][trial % 3] * std;
        const edges = randomEdges(random, mean, std);
        const column = numeric("x", {
          mean,
          std,
          ...bins(edges, withValue),
          ...(trial % 5 === 0 && { clip: 1.5 }),
        });
        const anywhere = () =>
          random.next() < 0.2
            ? edges[between(random, 0, edges.length - 1)]
            : mean + 3 * std * (2 * random.next() - 1);
        const [low, high] = [anywhere(), anywhere()].sort((a, b) => a - b);
        const path = pathBetween(column, 0, low, high);
        const lower = Float64Array.from(encodeNumber(column, low));
        const upper = Float64Array.from(encodeNumber(column, high));
        for (let k = 0; k < 60; k++) {
          const x = k === 0 ? low : k === 1 ? high : low + random.next() * (high - low);
          const inputs = encodeNumber(column, x);
          outside += inputs.filter((value, j) => !(lower[j] <= value && value <= upper[j])).length;
          if (path) farthest = Math.max(farthest, besidePath(path, lower, inputs));
        }
      }
      expect(outside).toBe(0);
      expect(farthest).toBeLessThanOrEqual(1);
      if (withValue) expect(farthest).toBeGreaterThan(0.05);
      else expect(farthest).toBe(0);
    },
  );

  test("leaves out a value that is infinite or clipped on the way, and is none where one bin alone moves", () => {
    const both = numeric("x", { clip: 3, ...bins([0, 1, 2], true) });
    expect(pathBetween(both, 0, 0.5, 1.5)?.inputs.toSorted()).toEqual([0, 1, 2]);
    expect(pathBetween(both, 0, 0.5, 4)?.inputs).toEqual([1, 2]);
    const free = numeric("x", bins([0, 1, 2], true));
    expect(pathBetween(free, 0, 0.5, 4)?.inputs.toSorted()).toEqual([0, 1, 2]);
    expect(pathBetween(free, 0, 0.5, Number.POSITIVE_INFINITY)?.inputs).toEqual([1, 2]);
    const alone = numeric("x", bins([0, 1, 2]));
    expect(pathBetween(alone, 0, 0.5, 0.7)).toBeNull();
    expect(pathBetween(alone, 0, 3, 4)).toBeNull();
    expect(pathBetween(numeric("x"), 0, -3, 4)).toBeNull();
  });

  test("leads back to the number that it came from, beyond the edges by its value alone", () => {
    for (const withValue of [false, true]) {
      const column = numeric("x", { mean: 3, std: 2, ...bins([0, 1, 5, 6], withValue) });
      for (const x of [-4, 0, 0.25, 1, 4, 5.5, 6, 9]) {
        const point = Float64Array.from([7, ...encodeNumber(column, x)]);
        expect(numberAt(column, 1, point)).toBeCloseTo(withValue ? x : Math.min(Math.max(x, 0), 6), 5);
      }
    }
  });
});

/** Columns of every encoding, whole numbers and clipped ones among them. */
function randomColumns(random: Random): EncodedColumn[] {
  const column = (name: string, withValue: boolean | null, more: object = {}) => {
    const [mean, std] = [10 * random.next(), 0.5 + random.next()];
    const edges = randomEdges(random, mean, std);
    return numeric(name, { mean, std, ...(withValue !== null && bins(edges, withValue)), ...more });
  };
  return [
    column("plain", null),
    column("binned", false, { missing: true }),
    column("both", true),
    column("clipped", true, { clip: 1 }),
    column("whole", false, { integer: true, mean: 5, std: 4, ...bins([0, 1, 2, 4, 9]) }),
    { name: "kind", kind: "categorical", varies: true, missing: false, categories: ["a", "b"] },
  ];
}

type Numeric = ReturnType<typeof numeric>;
const isNumeric = (column: EncodedColumn): column is Numeric => column.kind === "numeric";

/** What bounds say that the output is at most over the box, the rounding of predictions included. */
async function boundOver(model: BoundedModel, box: Box, output: OutputRow): Promise<number> {
  const demand = { output, holds: Number.NEGATIVE_INFINITY, breaks: Number.POSITIVE_INFINITY };
  const { verdict, ...found } = await decide(model, [{ box, nearest: () => null }], [demand], {
    search: null,
    exactSeconds: null,
  });
  if (verdict === "refuted" || !("guarantees" in found)) throw new Error("Nothing can be refuted.");
  return found.guarantees[0].atMost;
}

describe("Bounds of networks of bins", () => {
  test("hold for every row within reach, on random networks, columns and moves, and are those of the box or less", async () => {
    const random = createRandom(11);
    let [tighter, compared, exactly] = [0, 0, 0];
    for (let trial = 0; trial < 150; trial++) {
      const columns = randomColumns(random);
      const encoder: Encoder = { unseen: "zeros", columns };
      const inputs = inputCountOf(encoder);
      const draw = normals(random, 0.6);
      const network =
        trial % 2 === 0
          ? mlp([inputs, 6, 5, 1], draw, draw)
          : resnet({ inputs, width: 4, depth: 1, outputs: 1 }, draw, draw);
      const model = boundedModel([{ network }]);
      const numbers = columns.filter(isNumeric);
      const row: Record<string, string | number> = { kind: "a" };
      for (const { name, mean, std, integer } of numbers) {
        const x = mean + 2 * std * (2 * random.next() - 1);
        row[name] = integer ? Math.round(x) : x;
      }
      const move: Record<string, Move> = { kind: "any" };
      for (const { name, std } of numbers) {
        const by = std * [0.05, 0.5, 3][between(random, 0, 2)];
        const only = (["up", "down", undefined] as const)[between(random, 0, 2)];
        move[name] = only ? { by, only } : { by };
      }
      if (trial % 4 === 0) Object.assign(move, { binned: "any", whole: "any" });
      const moves: Moves = { move };
      checkMoves(encoder, moves);
      const frame = frameFrom([row]);
      const encoded = encodedMatrix(encoder, frame, Int32Array.of(0));
      const regions = regionsOf(placeColumns(encoder, frame), 0, encoded, moves);
      expect(regions).toHaveLength(2);
      const outputs = [
        { plus: 0, minus: null },
        { plus: null, minus: 0 },
      ];
      const most = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const { box } of regions) {
        for (const [k, output] of outputs.entries()) {
          const [atMost, loose] = await Promise.all(
            [box, withoutPaths(box)].map((one) => boundOver(model, one, output)),
          );
          expect(atMost).toBeLessThanOrEqual(loose + 1e-12 * (1 + Math.abs(loose)));
          compared++;
          if (atMost < loose - 0.02 * (1 + Math.abs(loose))) tighter++;
          if (trial % 10 === 1) {
            const { upper, lower, gap } = await exactMaximum(analyse(model, box), output, 600);
            expect(upper.atMost).toBeLessThanOrEqual(atMost);
            expect(lower.atLeast).toBeLessThanOrEqual(upper.atMost);
            if (gap < 1e-4 * (1 + Math.abs(atMost))) exactly++;
            most[k] = Math.max(most[k], upper.atMost);
          } else most[k] = Math.max(most[k], atMost);
        }
      }
      const rows = Array.from({ length: 300 }, () => {
        const moved: Record<string, string | number> = { kind: random.next() < 0.5 ? "a" : "b" };
        for (const { name, integer, bins: own } of numbers) {
          const x = row[name] as number;
          const how = move[name];
          if (how === "any" || "percent" in how) {
            const far = [-1e9, 1e9, 20 * (2 * random.next() - 1)][between(random, 0, 2)];
            moved[name] = integer ? Math.round(far) : far;
            continue;
          }
          const low = how.only === "up" ? x : x - how.by;
          const high = how.only === "down" ? x : x + how.by;
          const edges = own?.edges.filter((edge) => low <= edge && edge <= high) ?? [];
          const to = [low, high, low + random.next() * (high - low), ...edges][
            between(random, 0, 2 + edges.length)
          ];
          moved[name] = integer ? (to > x ? Math.floor(to) : Math.ceil(to)) : to;
        }
        return moved;
      });
      const all = encodedMatrix(encoder, frameFrom(rows), Int32Array.from(rows.keys()));
      const beyond = rows.filter((_, i) => {
        const [value] = forward(network, all.subarray(i * inputs, (i + 1) * inputs));
        const slack = 1e-12 * (1 + Math.abs(value));
        return !(value <= most[0] + slack && -value <= most[1] + slack);
      });
      expect(beyond).toEqual([]);
    }
    expect(tighter).toBeGreaterThan(compared / 2);
    expect(exactly).toBeGreaterThan(40);
  });

  test("say of each row within reach a row within reach that is encoded as it", () => {
    const random = createRandom(12);
    for (let trial = 0; trial < 100; trial++) {
      const columns = randomColumns(random).filter(isNumeric);
      const encoder: Encoder = { unseen: "zeros", columns };
      const row = Object.fromEntries(columns.map(({ name, mean, integer }) => [name, integer ? 4 : mean]));
      const by = 2;
      const frame = frameFrom([row]);
      const encoded = encodedMatrix(encoder, frame, Int32Array.of(0));
      const move = Object.fromEntries(columns.map(({ name }) => [name, { by }]));
      const [{ nearest }] = regionsOf(placeColumns(encoder, frame), 0, encoded, { move });
      const moved = Object.fromEntries(
        columns.map(({ name, integer }) => {
          const x = row[name] + by * (2 * random.next() - 1);
          return [name, integer ? Math.round(x) : x];
        }),
      );
      const x = encodedMatrix(encoder, frameFrom([moved]), Int32Array.of(0));
      const reached = nearest(Float64Array.from(x))!;
      const told = { ...row, ...Object.fromEntries(reached.row) };
      // What is told is a row of numbers, and x is what that row is encoded as; one unit of float32 beside what was asked for.
      expect([...encodedMatrix(encoder, frameFrom([told]), Int32Array.of(0))]).toEqual([...reached.x]);
      reached.x.forEach((value, j) => {
        expect(Math.abs(value - x[j])).toBeLessThan(2e-6);
      });
      for (const { name } of columns) {
        expect(Math.abs(Number(told[name]) - row[name])).toBeLessThanOrEqual(by * (1 + 1e-12));
      }
      expect(nearest(Float64Array.from(encoded))!.row).toEqual(new Map());
    }
  });
});

describe("A number of which bins alone are read", () => {
  /** y = |position − 1| of two bins from 0 to 10: 1 − x/2 up to the edge 2, then up to 1 again at 10. */
  const valley = handMade(
    layers(
      [
        [
          [-1, 0],
          [0, 1],
        ],
        [1, 0],
      ],
      [[[1, 1]], [0]],
    ),
    [numeric("x", { mean: 5, std: 3, ...bins([0, 2, 10]) })],
    number(),
  );
  const ask = async (x: number, move: Move, tolerance: number, exactSeconds: number | null = null) =>
    (
      await certifyTable(backend, valley, frameFrom({ x: [x] }), {
        moves: { move: { x: move } },
        tolerance,
        exactSeconds,
      })
    )[0];

  test("may take any value, and moves its prediction by no more than its bins can", async () => {
    const { verdict, atMost } = await ask(2, "any", 1.01);
    expect(verdict).toBe("certified");
    expect(atMost).toBeCloseTo(1, 5);
    const refuted = await ask(2, "any", 0.9);
    expect(refuted.verdict).toBe("refuted");
    const to = refuted.counterexample!.changes.x as number;
    expect(to <= 0.2 || to >= 9.2).toBe(true);
    expect(
      await refusal(() =>
        checkMoves(
          { unseen: "zeros", columns: [numeric("x", bins([0, 1, 2], true))] },
          { move: { x: "any" } },
        ),
      ),
    ).toContain("not to any");
  });

  test("moves through both sides of a valley by the higher one, which the box around them doubles", async () => {
    for (const exactSeconds of [null, 600]) {
      const { verdict, atMost } = await ask(1, { by: 9 }, 0.51, exactSeconds);
      expect(verdict).toBe("certified");
      expect(atMost).toBeCloseTo(0.5, 5);
      expect((await ask(1, { by: 9 }, 0.49, exactSeconds)).verdict).toBe("refuted");
    }
  });

  test("has a radius of its own in its unit, infinite where no move breaks the tolerance", async () => {
    const alone = async (x: number, tolerance: number) => {
      const [radius] = await certifiedRadii(valley, frameFrom({ x: [x] }), { tolerance, alone: true });
      expect(radius.together).toBeCloseTo(radius.alone.x! / 3, 2);
      return radius.alone.x;
    };
    expect(await alone(2, 1.001)).toBe(Number.POSITIVE_INFINITY);
    expect(await alone(2, 0.25)).toBeCloseTo(0.5, 2);
    expect(await alone(10, 0.25)).toBeCloseTo(2, 1);
    // Beyond the edges nothing moves before it comes back to them.
    expect(await alone(13, 0.25)).toBeCloseTo(5, 1);
  });
});

describe("Whether predictions are monotone in a column of bins", () => {
  test("is certified everywhere where the network was trained to be, by bins, both ways and of few data", async () => {
    for (const encode of ["bins", "both"] as const) {
      const model = await trainModel(mixedTable(200, ["value"]), "value", {
        ...quick,
        epochs: 10,
        encode,
        monotone: { length: "+", weight: "-" },
      });
      for (const table of [null, mixedTable(50, ["value"], 2)]) {
        const found = certifyMonotone(backend, model, { length: "+", weight: "-" }, table);
        expect(found.map(({ verdict, where }) => [verdict, where])).toEqual([
          ["certified", "everywhere"],
          ["certified", "everywhere"],
        ]);
      }
    }
  });

  /** Grows by 1 in the first bin, and by `second` in the other. */
  const twoBins = (second: number) =>
    handMade(
      layers([[[1, second]], [0]]),
      [numeric("x", { mean: 5, std: 3, ...bins([0, 2, 10]) })],
      number(),
    );
  const over = (second: number, x: number[]) =>
    certifyMonotone(backend, twoBins(second), { x: "+" }, frameFrom({ x }))[0];

  test("looks at each of its bins, and beyond a table's range at none", () => {
    expect(over(1, [0, 10])).toMatchObject({ verdict: "certified", where: "everywhere" });
    const { verdict, counterexample } = over(-1, [0, 1, 3, 10]);
    expect(verdict).toBe("refuted");
    const [less, more] = counterexample!.rows.map((row) => Number(row.x));
    expect([less < more, more > 2]).toEqual([true, true]);
    expect(counterexample!.predictions[0]).toBeGreaterThan(counterexample!.predictions[1]);
  });
});

test("Dates whose days are binned have certificates that hold, and counterexamples within reach", async () => {
  const random = createRandom(13);
  const DAY = 86_400_000;
  const rows = Array.from({ length: 200 }, () => {
    const day = Math.floor(500 * random.next());
    return { when: new Date(day * DAY), sold: Math.abs(day - 250) / 20 + random.next() };
  });
  const model = await trainModel(frameFrom(rows), "sold", { ...quick, width: 8, encode: "bins" });
  const asked = rows.slice(0, 10).map(({ when }) => ({ when }));
  const predicted = (from: readonly { when: Date }[]) => {
    const found = predictTable(backend, model, frameFrom(from));
    if (found.task !== "regression") throw new Error("expected numbers");
    return [...found.values];
  };
  const own = predicted(asked);
  const verdicts = new Set<string>();
  for (const move of [{ by: 2 }, { by: 30 }, { by: 400 }, "any"] as const) {
    const tolerance = move === "any" ? 30 : 3;
    const certificates = await certifyTable(backend, model, frameFrom(asked), {
      moves: { move: { when: move } },
      tolerance,
    });
    const by = move === "any" ? 5000 : move.by;
    certificates.forEach(({ verdict, atMost, counterexample }, i) => {
      verdicts.add(verdict);
      if (verdict === "refuted") {
        const when = counterexample!.changes.when as Date;
        expect(Math.abs(when.getTime() - asked[i].when.getTime()) / DAY).toBeLessThanOrEqual(by);
        expect(Math.abs(predicted([{ when }])[0] - own[i])).toBeGreaterThan(tolerance);
        return;
      }
      const around = Array.from({ length: 100 }, (_, k) => {
        const days = Math.trunc(by * [1, -1, 2 * random.next() - 1][k % 3]);
        return { when: new Date(asked[i].when.getTime() + days * DAY) };
      });
      for (const value of predicted(around)) expect(Math.abs(value - own[i])).toBeLessThanOrEqual(atMost!);
    });
  }
  expect(verdicts).toContain("certified");
  expect(verdicts).toContain("refuted");
});
