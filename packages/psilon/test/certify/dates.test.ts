import { beforeAll, describe, expect, test } from "vitest";
import { certifyTable } from "../../src/certify/certifyTable.ts";
import { certifiedRadii } from "../../src/certify/radii.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import type { Moves } from "../../src/moves/moves.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { quick } from "../support/synthetic.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const TOLERANCE = 4;

/** Sales by the hour or by the day: more as time goes by, at weekends and in the afternoon. */
function sales(count: number, seed: number, step: number) {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const moment = Date.UTC(2021, 0, 1) + Math.floor((500 * DAY * random.next()) / step) * step;
    const when = new Date(moment);
    const price = 10 + 2 * normal(random);
    const weekend = when.getUTCDay() % 6 === 0 ? 5 : 0;
    const afternoon = when.getUTCHours() > 12 ? 3 : 0;
    const sold = (moment - Date.UTC(2021, 0, 1)) / (100 * DAY) + weekend + afternoon - price / 2;
    return { when, price, sold };
  });
}

const features = (rows: ReturnType<typeof sales>) =>
  frameFrom(rows.map(({ when, price }) => ({ when, price })));

let backend: Backend;
const models: Record<string, TabularModel> = {};
const STEPS = { hours: HOUR, days: DAY };
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  for (const [name, step] of Object.entries(STEPS)) {
    models[name] = await trainModel(frameFrom(sales(400, 1, step)), "sold", {
      ...quick,
      width: 8,
      lambda: 1e-2,
    });
  }
});

function predictionsOf(model: TabularModel, rows: readonly { when: Date; price: number }[]): number[] {
  const found = predictTable(backend, model, frameFrom(rows));
  if (found.task !== "regression") throw new Error("expected numbers");
  return [...found.values];
}

/** Rows within so many days and so much of the price of one. */
function around(row: { when: Date; price: number }, days: number, price: number, step: number, seed: number) {
  const random = createRandom(seed);
  return Array.from({ length: 200 }, () => {
    const share = [1, -1, 2 * random.next() - 1][Math.floor(3 * random.next())];
    const moved = Math.trunc((share * days * DAY) / step) * step;
    return { when: new Date(row.when.getTime() + moved), price: row.price + price * (2 * random.next() - 1) };
  });
}

describe.each(["hours", "days"] as const)("Of sales by %s", (name) => {
  const rows = sales(10, 5, STEPS[name]);
  const step = name === "days" ? DAY : 1;

  test("columns and their parts are what they are for", () => {
    expect(models[name].encoder.columns.map((column) => column.name)).toEqual([
      "when",
      "month of when",
      "weekday of when",
      ...(name === "hours" ? ["hour of when"] : []),
      "price",
    ]);
  });

  test("certificates hold for every date within reach, and counterexamples are dates within reach that change predictions", async () => {
    const model = models[name];
    const own = predictionsOf(model, rows);
    const verdicts = new Set<string>();
    for (const days of [0.01, 1, 3, 40]) {
      const moves: Moves = { move: { when: { by: days }, price: { by: 0.5 } } };
      const certificates = await certifyTable(backend, model, features(rows), {
        moves,
        tolerance: TOLERANCE,
      });
      certificates.forEach(({ verdict, atMost, counterexample }, i) => {
        verdicts.add(verdict);
        if (counterexample) {
          const changed = { ...rows[i], ...counterexample.changes };
          expect(changed.when).toBeInstanceOf(Date);
          const shift = changed.when.getTime() - rows[i].when.getTime();
          expect(Math.abs(shift)).toBeLessThanOrEqual(days * DAY);
          expect(Number.isInteger(shift / step)).toBe(true);
          const [found] = predictionsOf(model, [changed]);
          expect([found]).toEqual(counterexample.prediction);
          expect(Math.abs(found - own[i])).toBeGreaterThan(TOLERANCE);
          return;
        }
        const most = verdict === "certified" ? Math.min(TOLERANCE, atMost!) : atMost!;
        for (const found of predictionsOf(model, around(rows[i], days, 0.5, step, i))) {
          expect(Math.abs(found - own[i])).toBeLessThanOrEqual(most);
        }
      });
    }
    expect([...verdicts]).toContain("certified");
    expect([...verdicts]).toContain("refuted");
  });

  test("certified radii hold for dates and prices together, and for each alone, a date's in days", async () => {
    const model = models[name];
    const own = predictionsOf(model, rows);
    const radii = await certifiedRadii(model, features(rows), { tolerance: TOLERANCE, alone: true });
    const std = (of: string) => {
      const column = model.encoder.columns.find((one) => one.name === of);
      return column?.kind === "numeric" ? column.std : Number.NaN;
    };
    let [alone, together] = [0, 0];
    radii.forEach((radius, i) => {
      expect(Object.keys(radius.alone)).toEqual(["when", "price"]);
      const { when, price } = radius.alone as { when: number; price: number };
      if (name === "days") expect(Number.isInteger(when)).toBe(true);
      alone = Math.max(alone, when);
      together = Math.max(together, radius.together! * std("when"));
      const reached = [
        around(rows[i], when, 0, step, 3 * i),
        around(rows[i], 0, price, step, 3 * i + 1),
        around(rows[i], radius.together! * std("when"), radius.together! * std("price"), step, 3 * i + 2),
      ];
      for (const found of predictionsOf(model, reached.flat())) {
        expect(Math.abs(found - own[i])).toBeLessThanOrEqual(TOLERANCE);
      }
    });
    // Beyond the row's own hour, or day.
    expect(alone).toBeGreaterThanOrEqual(STEPS[name] / DAY);
    expect(together).toBeGreaterThanOrEqual(STEPS[name] / DAY);
  });
});

test("A counterexample is found by the weekday alone", async () => {
  const model = models.days;
  // Thursdays, from which a weekend is two days away.
  const when = new Date("2021-07-01");
  const [found] = await certifyTable(backend, model, frameFrom([{ when, price: 10 }]), {
    moves: { move: { when: { by: 2 } } },
    tolerance: 2,
  });
  expect(found.verdict).toBe("refuted");
  expect(found.counterexample?.changes).toEqual({ when: new Date("2021-07-03") });
});
