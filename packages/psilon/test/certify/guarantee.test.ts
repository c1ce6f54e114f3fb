import { beforeAll, describe, expect, test } from "vitest";
import { rightRows } from "../../src/certify/accuracy.ts";
import { certifyTable } from "../../src/certify/certifyTable.ts";
import { guaranteeOf } from "../../src/certify/guarantee.ts";
import { certifiedRadii } from "../../src/certify/radii.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { Target } from "../../src/preprocess/target.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { sliceFrame } from "../../src/tables/sliceFrame.ts";
import { classes, handMade, layers, number, numeric } from "./handMade.ts";
import { features, makeSubjects, type Subject, tableOf } from "./models.ts";

let backend: Backend;
let subjects: Record<string, Subject>;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  subjects = await makeSubjects();
});

/** What the middle one of some numbers is, counted so that half are no larger. */
const middleOf = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1];

describe("What a table's rows are guaranteed", () => {
  const rows = features(31, 5);
  const table = tableOf(rows);

  test("is for numbers what bounds prove of half of the rows, target by target and quantile by quantile", async () => {
    for (const { model } of Object.values(subjects)) {
      const { target } = model;
      if (target.task === "classification") continue;
      const found = await guaranteeOf(backend, model, table);
      expect(found).toMatchObject({
        norm: "inf",
        arithmetic: "float32",
        radius: 0.1,
        rows: 31,
        drawnFrom: 31,
      });
      expect(found!.classes).toBe(null);
      const names = target.levels?.map((level) => `${target.names[0]}_${level}`) ?? target.names;
      expect(found!.numbers.map(({ name }) => name)).toEqual(names);
      // Where everything is far beyond the tolerance, the thorough analysis is asked, and the farthest of all targets is told.
      const verdicts = await certifyTable(backend, model, table, {
        moves: { radius: 0.1 },
        tolerance: 1e-6,
      });
      const far = verdicts.map(({ atMost }) => atMost ?? 0);
      const most = Math.max(...found!.numbers.map(({ atMost }) => atMost));
      const none = verdicts.every(({ verdict }) => verdict !== "refuted");
      if (none) expect(most).toBeLessThanOrEqual(middleOf(far) * (1 + 1e-9));
      const certified = await certifyTable(backend, model, table, {
        moves: { radius: 0.1 },
        tolerance: most * 1.0001,
      });
      expect(certified.filter(({ verdict }) => verdict === "certified").length).toBeGreaterThanOrEqual(
        target.names.length > 1 ? 1 : 16,
      );
    }
  });

  test("covers quantiles that change places while numbers move", async () => {
    // The one output stays, and the other, a hundredth above it at the mean, passes it.
    const network = layers([
      [[0], [3]],
      [0, 0.01],
    ]);
    const target = { ...number(), levels: [0.5, 0.9] } as Target;
    const model = handMade(network, [numeric("x")], target);
    const found = await guaranteeOf(backend, model, frameFrom({ x: [0] }));
    const at = (x: number) => {
      const predicted = predictTable(backend, model, frameFrom({ x: [x] }));
      return predicted.task === "regression" ? predicted.values : [];
    };
    const [here, moved] = [at(0), at(-0.0999)];
    found!.numbers.forEach(({ atMost }, k) => {
      expect(Math.abs(moved[k] - here[k])).toBeLessThanOrEqual(atMost);
      expect(atMost).toBeLessThan(0.32);
    });
  });

  test("counts a row as often as it is given", async () => {
    const model = handMade(layers([[[1]], [0]]), [numeric("x")], classes("a", "b"));
    const given = frameFrom({ x: [-5, 0.01, 5], class: ["a", "a", "b"] });
    const found = await guaranteeOf(backend, model, given, { rows: Int32Array.of(0, 0, 0, 1, 2) });
    expect(found!.classes).toMatchObject({ certified: 0.8, certifiedAndRight: 0.8 });
  });

  test("is for classes a radius at which half of the rows are certified, and the share at 0.1", async () => {
    for (const { model } of Object.values(subjects)) {
      const { target } = model;
      if (target.task === "regression") continue;
      const labelled = tableOf(rows, target.name);
      const found = await guaranteeOf(backend, model, labelled);
      const { middleRadius, certified, certifiedAndRight } = found!.classes!;
      expect(found!.numbers).toEqual([]);
      const radii = await certifiedRadii(model, labelled);
      const held = (radius: number) =>
        radii.filter(({ together }) => (together ?? -1) >= radius * (1 - 2 ** -9));
      expect(held(middleRadius!).length).toBeGreaterThanOrEqual(16);
      // Quick bounds and a coarser bisection lose little.
      const middle = middleOf(radii.map(({ together }) => -(together ?? 0)));
      expect(middleRadius).toBeGreaterThan(-0.8 * middle);
      const right = rightRows(backend, model, labelled, Int32Array.from(rows.keys()), undefined);
      expect(certified * 31).toBeLessThanOrEqual(held(0.1).length);
      expect(certified * 31).toBeGreaterThanOrEqual(held(0.13).length);
      expect(certifiedAndRight! * 31).toBeLessThanOrEqual(
        held(0.1).filter(({ row }) => right.get(row)).length,
      );
      expect((await guaranteeOf(backend, model, table))!.classes).toEqual({
        middleRadius,
        certified,
        certifiedAndRight: null,
      });
    }
  });

  test("is about rows drawn by the model's seed where there are many, and the same whenever it is asked", async () => {
    const { model } = subjects["a net for one number"];
    const many = tableOf(features(260, 7));
    const asked = () => guaranteeOf(backend, model, many);
    const found = await asked();
    expect(found).toMatchObject({ rows: 100, drawnFrom: 260 });
    expect(await asked()).toEqual(found);
    const seed = { ...model, record: { ...model.record, seed: model.record.seed + 1 } };
    expect(await guaranteeOf(backend, seed, many)).not.toEqual(found);
  });

  test("is refused of rows that the table does not have, and of what are no rows", async () => {
    const { model } = subjects["a net for one number"];
    const asked = (rows: unknown) => guaranteeOf(backend, model, table, { rows: rows as Int32Array });
    for (const row of [-1, 31, 1000]) {
      await expect(asked(Int32Array.of(0, row))).rejects.toThrow(
        `Row ${row} was named to prove something about, but the rows of the given rows are numbered from 0 to 30.`,
      );
    }
    await expect(asked([0, 1])).rejects.toThrow(/^The option "rows" is a list, but an Int32Array of rows/);
    const options = { signal: 5 as unknown as AbortSignal };
    await expect(guaranteeOf(backend, model, table, options)).rejects.toThrow(
      'The option "signal" is the number 5, but an AbortSignal is needed',
    );
  });

  test("is not told where the work is ended, nor of no rows", async () => {
    for (const name of ["a net for one number", "a net for two classes"]) {
      const { model } = subjects[name];
      expect(await guaranteeOf(backend, model, table, { signal: AbortSignal.abort() })).toBe(null);
      await expect(guaranteeOf(backend, model, sliceFrame(table, 0, 0))).rejects.toThrow(
        /^There are no rows of .* to prove anything about\.$/,
      );
    }
  });
});
