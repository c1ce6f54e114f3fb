import { beforeAll, describe, expect, test } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { boxAround } from "../../src/bounds/box.ts";
import { gradientOver } from "../../src/bounds/gradientOver.ts";
import { valueAndGradient } from "../../src/bounds/point.ts";
import { certifyMonotone } from "../../src/certify/certifyMonotone.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { allRows } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { kinds, makeNetwork } from "../support/boundedNets.ts";
import { normals } from "../support/foldedNetworks.ts";
import { mixedTable, quick, refusal, rowOf } from "../support/synthetic.ts";
import { handMade, layers, number, numeric } from "./handMade.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

describe("Bounds of the gradient over a box", () => {
  test.each(kinds)(
    "hold every gradient in the box, on 40 networks of kind %s and boxes of any size",
    (kind) => {
      const random = createRandom(kinds.indexOf(kind));
      for (let trial = 0; trial < 40; trial++) {
        const state = (["untrained", "trained", "pruned"] as const)[trial % 3];
        const network = makeNetwork(
          backend,
          kind,
          state,
          { width: 6, depth: 1 + (trial % 3) },
          100 + 2 * trial,
        );
        const model = boundedModel([{ network }, { network }], 5);
        const size = [0.05, 0.3, 2, Number.POSITIVE_INFINITY][trial % 4];
        const box = boxAround(
          Array.from({ length: model.inputs }, normals(random)),
          Array(model.inputs).fill(size),
        );
        const { lower, upper } = gradientOver(analyse(model, box), { plus: 0, minus: null });
        const gradient = new Float64Array(model.inputs);
        for (let k = 0; k < 50; k++) {
          const reach = Math.min(size, 5);
          const x = box.centre.map((c) => c + reach * (2 * random.next() - 1));
          valueAndGradient(model, Float64Array.of(1), x, gradient);
          gradient.forEach((g, j) => {
            const slack = 1e-12 * (1 + Math.abs(g));
            expect(g).toBeGreaterThanOrEqual(lower[j] - slack);
            expect(g).toBeLessThanOrEqual(upper[j] + slack);
          });
        }
      }
    },
  );

  test("are the gradient itself where all signs are fixed", () => {
    const network = makeNetwork(backend, "net", "trained", { width: 6, depth: 2 }, 102);
    const model = boundedModel([{ network }]);
    const centre = [0.3, -0.4, 0.5, 1.2, -0.7];
    const box = boxAround(centre, Array(5).fill(1e-6));
    const { lower, upper } = gradientOver(analyse(model, box), { plus: 0, minus: null });
    const gradient = new Float64Array(5);
    valueAndGradient(model, Float64Array.of(1), Float64Array.from(centre), gradient);
    gradient.forEach((g, j) => {
      expect(lower[j]).toBeCloseTo(g, 9);
      expect(upper[j]).toBeCloseTo(g, 9);
    });
  });
});

describe("Whether a model is monotone", () => {
  const options = { ...quick, epochs: 30 };
  let free: TabularModel;
  let bound: TabularModel;
  beforeAll(async () => {
    free = await trainModel(mixedTable(200, ["value"]), "value", options);
    bound = await trainModel(mixedTable(200, ["sign"]), "sign", {
      ...options,
      monotone: { length: "+", wet: "-" },
    });
  });

  test("is certified everywhere, with and without a table, where it was trained to be", () => {
    for (const table of [null, mixedTable(50, ["sign"], 2)]) {
      expect(certifyMonotone(backend, bound, { length: "+", wet: "-" }, table)).toEqual([
        {
          column: "length",
          direction: "non-decreasing",
          verdict: "certified",
          where: "everywhere",
          counterexample: null,
        },
        {
          column: "wet",
          direction: "non-increasing",
          verdict: "certified",
          where: "everywhere",
          counterexample: null,
        },
      ]);
    }
  });

  test("is certified within the range of a table's cells where bounds of the derivative prove it there", () => {
    const row = rowOf(mixedTable(1, [], 5), 0);
    const near = frameFrom(
      [0, 1e-3].map((step) => ({
        length: Number(row.length) + step,
        weight: 300,
        colour: row.colour,
        wet: row.wet,
      })),
    );
    const [finding] = certifyMonotone(backend, free, { length: "+" }, near);
    expect(finding).toMatchObject({ verdict: "certified", where: "range" });
  });

  test("is unknown where the derivative turns within the range of a table's cells, but beyond their float32 numbers", () => {
    // 7/10 is rounded down; between there and 7/10 the slope turns from 1 to −20.
    const turning = handMade(
      layers(
        [
          [[1], [21]],
          [1, -14.699999809265137],
        ],
        [[[1, -1]], [0]],
      ),
      [numeric("x", { std: 10 })],
      number(),
    );
    const kink = -turning.members[0].network.layers[0].bias[1] / 21;
    expect([Math.fround(0.7) < kink, kink < 0.7]).toEqual([true, true]);
    const ask = (most: number) =>
      certifyMonotone(backend, turning, { x: "+" }, frameFrom({ x: [0, most] }))[0].verdict;
    expect(ask(7)).toBe("unknown");
    expect(ask(6.99999)).toBe("certified");
    expect(ask(8)).toBe("refuted");
  });

  test("is not refuted by predictions that come out the same, however far apart the outputs behind them are", () => {
    const falling = layers([[[-1]], [0]]);
    const ask = (center: number) =>
      certifyMonotone(
        backend,
        handMade(falling, [numeric("x")], number(center)),
        { x: "+" },
        frameFrom({ x: [0, 1] }),
      )[0].verdict;
    expect(ask(0)).toBe("refuted");
    expect(ask(2 ** 60)).toBe("unknown");
  });

  test.each(["with", "without"])(
    "is refuted by two rows that differ in the column alone and whose predictions go the wrong way, %s a table",
    (how) => {
      const table = how === "with" ? mixedTable(100, ["value"], 2) : null;
      const asked = { length: "-", weight: "-", wet: "+" } as const;
      const findings = certifyMonotone(backend, free, asked, table);
      expect(findings.map(({ verdict }) => verdict)).toEqual(["refuted", "refuted", "refuted"]);
      for (const { column, direction, counterexample } of findings) {
        const { rows, predictions } = counterexample!;
        const [less, more] = rows.map((row) => Number(row[column]));
        expect(less).toBeLessThan(more);
        const own = Array.from(table ? allRows(table) : [], (i) => rowOf(table!, i)[column]).filter(
          (value) => typeof value === "number",
        );
        if (own.length > 0)
          expect([less >= Math.min(...own), more <= Math.max(...own)]).toEqual([true, true]);
        const others = rows.map((row) => ({ ...row, [column]: null }));
        expect(others[0]).toEqual(others[1]);
        const found = predictTable(backend, free, frameFrom(rows));
        if (found.task !== "regression") throw new Error("expected numbers");
        expect([...found.values]).toEqual([...predictions]);
        const rises = predictions[1] > predictions[0];
        expect(rises).toBe(direction === "non-increasing");
      }
    },
  );

  test("is asked of columns that have an order and of models with one output alone", async () => {
    expect(await refusal(() => certifyMonotone(backend, free, { colour: "+" }, null))).toContain("no order");
    expect(await refusal(() => certifyMonotone(backend, free, { lenth: "+" }, null))).toContain('"length"?');
    const many = await trainModel(mixedTable(120, ["kind"]), "kind", { ...options, epochs: 3 });
    expect(await refusal(() => certifyMonotone(backend, many, { length: "+" }, null))).toContain("3 classes");
  });
});
