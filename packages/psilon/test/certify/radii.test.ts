import { beforeAll, describe, expect, test } from "vitest";
import { certifyTable } from "../../src/certify/certifyTable.ts";
import { certifiedRadii } from "../../src/certify/radii.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { features, makeSubjects, type Subject, tableOf } from "./models.ts";

let backend: Backend;
let subjects: Record<string, Subject>;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  subjects = await makeSubjects();
});

describe("The certified radius", () => {
  const table = tableOf(features(6, 5));

  test("is certified for every row, all numbers together and each alone", async () => {
    for (const { model, tolerance } of Object.values(subjects)) {
      const radii = await certifiedRadii(model, table, { tolerance, alone: true, fixed: ["length"] });
      for (const [i, { row, together, alone }] of radii.entries()) {
        expect(row).toBe(i + 1);
        const rows = Int32Array.of(i);
        const verdictOf = async (moves: object) =>
          (await certifyTable(backend, model, table, { moves, tolerance, rows }))[0].verdict;
        expect(await verdictOf({ radius: together!, fixed: ["length"] })).toBe("certified");
        expect(Object.keys(alone)).not.toContain("length");
        expect(Object.keys(alone)).toContain("age");
        for (const [column, by] of Object.entries(alone)) {
          expect(await verdictOf({ move: { [column]: { by: by! } } })).toBe("certified");
          const { std, integer } = model.encoder.columns.find((one) => one.name === column) as {
            std?: number;
            integer?: boolean;
          };
          const least = together! * std! * (1 - 2 ** -9);
          expect(by).toBeGreaterThanOrEqual(integer ? Math.floor(least) : least);
        }
      }
      expect(Math.max(...radii.map(({ together }) => together!))).toBeGreaterThan(0.01);
    }
  });

  test("is hardly short of what bounds can certify", async () => {
    const { model, tolerance } = subjects["a net for one number"];
    for (const [i, { together }] of (await certifiedRadii(model, table, { tolerance })).entries()) {
      const [{ verdict, atMost }] = await certifyTable(backend, model, table, {
        moves: { radius: together! * 1.01 },
        tolerance,
        rows: Int32Array.of(i),
      });
      expect(verdict).not.toBe("certified");
      expect(atMost ?? Number.POSITIVE_INFINITY).toBeGreaterThan(Number(tolerance));
    }
  });

  test("is infinite where every column is fixed", async () => {
    const { model, tolerance } = subjects["a net for one number"];
    const [{ together }] = await certifiedRadii(model, table, {
      tolerance,
      fixed: ["length", "weight", "age"],
      rows: Int32Array.of(0),
    });
    expect(together).toBe(Number.POSITIVE_INFINITY);
  });
});
