import { beforeAll, describe, expect, test } from "vitest";
import { certifiedAccuracy, rightRows } from "../../src/certify/accuracy.ts";
import { certifyTable } from "../../src/certify/certifyTable.ts";
import { certifiedRadii } from "../../src/certify/radii.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import type { Move } from "../../src/moves/moves.ts";
import type { EncodedColumn } from "../../src/preprocess/encoder.ts";
import type { Value } from "../../src/tables/column.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { allRows } from "../support/csv.ts";
import { refusal } from "../support/synthetic.ts";
import { classes, handMade, layers, number, numeric } from "./handMade.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

/** y = x, in whatever units the column and the target have. */
const identity = (column: Partial<ReturnType<typeof numeric>> = {}, target = number()): TabularModel =>
  handMade(layers([[[1]], [0]]), [numeric("x", column)], target);

const predicted = (model: TabularModel, x: Value): number | string => {
  const found = predictTable(backend, model, frameFrom({ x: [x] }));
  return found.task === "regression" ? found.values[0] : found.classes[found.labels[0]];
};

const ask = async (model: TabularModel, x: Value, move: Move, tolerance?: number) =>
  (await certifyTable(backend, model, frameFrom({ x: [x] }), { moves: { move: { x: move } }, tolerance }))[0];

describe("What is said of predictions in the target's units", () => {
  // Beside 2^53 numbers are 2 apart: predictions move by 2 or not at all.
  const far = identity({}, number(2 ** 53));

  test("is not certified where rounding carries them beyond the tolerance, and tells how far they move", async () => {
    expect(predicted(far, 1.5) as number).toBe((predicted(far, 0) as number) + 2);
    const { verdict, atMost } = await ask(far, 0, { by: 1.5 }, 1.9);
    expect(verdict).not.toBe("certified");
    expect(atMost).toBeGreaterThanOrEqual(2);
  });

  test("is not refuted where rounding keeps them within it", async () => {
    expect(predicted(far, 0.9)).toBe(predicted(far, 0));
    expect((await ask(far, 0, { by: 0.9 }, 0.5)).verdict).not.toBe("refuted");
  });

  test("needs a tolerance that is a finite number beside the target's scale", async () => {
    const small = identity({}, number(0, 1e-3));
    expect(await refusal(() => ask(small, 0, { by: 1 }, 1e308))).toMatch(
      /^The tolerance 1e\+308 is too large .* the scale 0\.001 of y; give a smaller one\.$/,
    );
    expect((await ask(small, 0, { by: 1 }, 1e290)).verdict).toBe("certified");
  });
});

describe("What is said of classes", () => {
  /** Logits −1e-20 − max(x, 0), 0 and −5: at 0 the probabilities of the first two are the same, and the first is predicted. */
  const tieBelow = handMade(
    layers(
      [[[1]], [0]],
      [
        [[-1], [0], [0]],
        [-1e-20, 0, -5],
      ],
    ),
    [numeric("x")],
    classes("a", "b", "c"),
  );
  /** Logits 0, 1e-20 − max(x, 0) and −5: at 0 the second is larger, and the first is predicted. */
  const tieAbove = handMade(
    layers(
      [[[1]], [0]],
      [
        [[0], [-1], [0]],
        [0, 1e-20, -5],
      ],
    ),
    [numeric("x")],
    classes("a", "b", "c"),
  );
  /** Logits −1e-20 + 5·max(x, 0), 0 and −5: the second is larger at 0 alone, and the first is predicted everywhere. */
  const tieHere = handMade(
    layers(
      [[[1]], [0]],
      [
        [[5], [0], [0]],
        [-1e-20, 0, -5],
      ],
    ),
    [numeric("x")],
    classes("a", "b", "c"),
  );

  test("is not certified where a tie of probabilities is broken by the order of classes", async () => {
    expect([predicted(tieBelow, 1), predicted(tieBelow, 0)]).toEqual(["b", "a"]);
    expect((await ask(tieBelow, 1, { by: 1 })).verdict).not.toBe("certified");
  });

  test("is not refuted by logits whose probabilities are the same, or from a row whose own are", async () => {
    expect([predicted(tieAbove, 1), predicted(tieAbove, 0)]).toEqual(["a", "a"]);
    expect((await ask(tieAbove, 1, { by: 1 })).verdict).not.toBe("refuted");
    expect([predicted(tieHere, 0), predicted(tieHere, 1)]).toEqual(["a", "a"]);
    expect((await ask(tieHere, 0, { by: 1 })).verdict).not.toBe("refuted");
  });

  test("is not refuted from a row whose own class is within rounding, by a third one that stays below it", async () => {
    /** Logits 1, 1.5x − 1 and 2x + 1 + 2⁻¹², the last of them by way of 1000 and −999, beside which the float32 error is larger. */
    const model = handMade(
      layers([
        [
          [0, 0],
          [1.5, 0],
          [2, 1000],
        ],
        [1, -1, -999 + 2 ** -12],
      ]),
      [numeric("x"), numeric("one")],
      classes("a", "b", "c"),
    );
    const from = (x: number) => frameFrom({ x: [x], one: [1] });
    const labels = [0, 3]
      .map((x) => predictTable(backend, model, from(x)))
      .map((found) => "labels" in found && found.labels[0]);
    expect(labels).toEqual([2, 2]);
    const [{ verdict }] = await certifyTable(backend, model, from(0), { moves: { move: { x: { by: 3 } } } });
    expect(verdict).toBe("unknown");
  });

  test("a row whose own class is within rounding has no radius, and is certified at none, 0 among them", async () => {
    const table = frameFrom({ x: [0, 3], class: ["a", "b"] });
    const radii = await certifiedRadii(tieBelow, table, { alone: true });
    expect(radii[0]).toEqual({ row: 1, together: null, alone: { x: null } });
    expect(radii[1].together).toBeGreaterThan(2.9);
    const right = rightRows(backend, tieBelow, table, allRows(table), undefined);
    expect(certifiedAccuracy(radii, right, [0, 2, 5])).toEqual([
      { radius: 0, certified: 0.5, certifiedAndRight: 0.5 },
      { radius: 2, certified: 0.5, certifiedAndRight: 0.5 },
      { radius: 5, certified: 0, certifiedAndRight: 0 },
    ]);
  });
});

describe("A prediction of a number", () => {
  test("is right within the tolerance of the truth, and beyond it wrong", () => {
    const model = identity();
    const table = frameFrom({ x: [1, 1, 1, 1], y: [1, 1.5, 1.75, -100] });
    expect([...rightRows(backend, model, table, allRows(table), 0.5).values()]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("A move", () => {
  test("by a share of a number below 0 is by that share of its size", async () => {
    const model = identity();
    for (const x of [100, -100]) {
      const { verdict, counterexample } = await ask(model, x, { percent: 5 }, 1);
      expect(verdict).toBe("refuted");
      expect(Math.abs((counterexample!.changes.x as number) - x)).toBeLessThanOrEqual(5);
    }
    expect((await ask(model, -100, { percent: 5 }, 5.01)).verdict).toBe("certified");
  });

  test.each<[Move, verdicts: [number, number]]>([
    [{ by: 1, only: "up" }, [0, 1]],
    [{ by: 1, only: "down" }, [-1, 0]],
    [{ percent: 25, only: "up" }, [0, 1]],
    [{ percent: 25, only: "down" }, [-1, 0]],
    [{ by: 1 }, [-1, 1]],
  ])("%j goes that way only, from 4 and from -4", async (move, [least, most]) => {
    // y = max(x − c, 0): moves upwards alone; and y = max(c − x, 0), downwards alone.
    for (const x of [4, -4]) {
      for (const way of [1, -1]) {
        const hinge = handMade(layers([[[way]], [-way * x]], [[[1]], [0]]), [numeric("x")], number());
        const moves = way === 1 ? most : -least;
        const { verdict, counterexample } = await ask(hinge, x, move, 0.5);
        expect(verdict).toBe(moves === 1 ? "refuted" : "certified");
        if (counterexample) expect(counterexample.changes.x).toBe(x + way);
      }
    }
  });

  test("never refutes by more than is allowed, at any offset", async () => {
    const random = createRandom(8);
    let refuted = 0;
    for (let trial = 0; trial < 300; trial++) {
      const x = (random.next() < 0.5 ? 1 : -1) * 2 ** (63 * random.next() - 3);
      const by = 2 ** (20 * random.next() - 10);
      const whole = random.next() < 0.5;
      const at = whole ? Math.round(x) : x;
      const model = identity({ mean: at, std: by, integer: whole });
      const { verdict, counterexample } = await ask(model, at, { by }, 1e-3);
      if (verdict !== "refuted") continue;
      refuted++;
      const to = counterexample!.changes.x as number;
      // Exact: twice the numbers, in units of 2^-62, are whole.
      const exactly = (value: number) => BigInt(value * 2 ** 62);
      const moved = exactly(to) - exactly(at);
      expect((moved < 0n ? -moved : moved) <= exactly(by)).toBe(true);
    }
    expect(refuted).toBeGreaterThan(50);
  });

  test("by more than float64 holds ends at numbers that can be written", async () => {
    const model = identity({ std: 1e308 }, number(0, 1));
    for (const move of [{ percent: 500 }, { percent: 500, only: "up" }, { by: 1.7e308 }] as const) {
      const { verdict, counterexample } = await ask(model, 1e308, move, 0.5);
      expect(verdict).toBe("refuted");
      expect(counterexample!.changes.x).toSatisfy(Number.isFinite);
    }
  });

  test("of a whole number of 16 digits by 1 is not refuted by 2", async () => {
    const x = 2 ** 53 + 2;
    const { verdict } = await ask(identity({ mean: x, std: 1, integer: true }), x, { by: 1 }, 0.5);
    expect(verdict).toBe("unknown");
  });
});

describe("Columns with names that objects have by themselves", () => {
  const names = ["__proto__", "toString", "valueOf", "constructor", "hasOwnProperty"];
  const columns: EncodedColumn[] = [
    ...names.slice(1).map((name) => numeric(name)),
    { name: "__proto__", kind: "categorical", varies: true, missing: false, categories: ["no", "yes"] },
  ];
  // Each number counts once, and the category 10.
  const model = handMade(layers([[[1, 1, 1, 1, 0, 10]], [0]]), columns, number(0, 1, "__defineGetter__"));
  const table = frameFrom(
    Object.fromEntries([...names.slice(1).map((name) => [name, [1]] as const), ["__proto__", ["no"]]]),
  );
  const certify = async (move: Record<string, Move>, tolerance: number, radius?: number) =>
    (await certifyTable(backend, model, table, { moves: { move, radius }, tolerance }))[0];

  test.each(names)("%s: only its own move moves it, and counterexamples hold it", async (name) => {
    expect((await certify({}, 1e-3)).verdict).toBe("certified");
    const move = Object.fromEntries([[name, name === "__proto__" ? "any" : { by: 2 }] as const]);
    const { verdict, counterexample } = await certify(move, 1);
    expect(verdict).toBe("refuted");
    expect(Object.keys(counterexample!.changes)).toEqual([name]);
    expect(Math.abs(Number(counterexample!.prediction[0]) - 4)).toBeGreaterThan(1);
  });

  test("radii are told of each number alone", async () => {
    const [{ alone, together }] = await certifiedRadii(model, table, { tolerance: 1, alone: true });
    expect(Object.keys(alone)).toEqual(names.slice(1));
    for (const radius of Object.values(alone)) expect(radius).toBeGreaterThan(0.99);
    expect(together).toBeLessThan(0.26);
  });
});
