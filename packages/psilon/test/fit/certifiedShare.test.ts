import { describe, expect, test } from "vitest";
import { certifyTable } from "../../src/certify/certifyTable.ts";
import { createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { certifiedShare } from "../../src/fit/certifiedShare.ts";
import { presets } from "../../src/fit/presets.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { type TrainOptions, trainModel } from "../../src/models/trainModel.ts";
import { placeColumns } from "../../src/moves/placed.ts";
import { encodingOf } from "../../src/preprocess/encoder.ts";
import { prepare } from "../../src/preprocess/prepare.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { textAt, valueAt } from "../../src/tables/values.ts";
import { allRows } from "../support/csv.ts";
import { mixedTable, quick, refusal, withCells } from "../support/synthetic.ts";

const grid = { ...quick, lambda: "auto", epochs: 20 } as const;

/** The share by the certificates of rows, which know nothing of the objective. */
async function shareByRows(model: TabularModel, table: Frame, radius: number, tolerance?: number) {
  const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  const certificates = await certifyTable(backend, model, table, { moves: { radius }, tolerance });
  const truth = table.columns[table.columns.length - 1];
  const predicted = predictTable(backend, model, table);
  const isRight = (row: number) =>
    predicted.task === "classification"
      ? predicted.classes[predicted.labels[row]] === textAt(truth, row)
      : Math.abs(predicted.values[row] - Number(valueAt(truth, row))) <= tolerance!;
  const certified = certificates.filter(({ verdict }, row) => verdict === "certified" && isRight(row));
  return certified.length / certificates.length;
}

describe("The share of rows right and certified", () => {
  test.each([
    ["two classes", "sign", undefined],
    ["three classes", "kind", undefined],
    ["a number", "value", 8],
  ] as const)(
    "is that of the rows' own certificates, or less by what takes longer to prove: %s",
    async (_, target, tolerance) => {
      const model = await trainModel(mixedTable(150, [target]), target, quick);
      const table = mixedTable(100, [target], 2);
      const places = allRows(table);
      const prepared = prepare(model, table, places);
      const [{ network }] = model.members;
      const share = (radius: number) =>
        certifiedShare(
          prepared,
          placeColumns(model.encoder, table),
          [{ train: places, test: places }],
          [[network]],
          { radius, tolerance },
        );
      const shares = [0, 0.02, 0.05, 0.2, 3].map(share);
      for (const [i, radius] of [0, 0.02, 0.05].entries()) {
        const known = await shareByRows(model, table, radius, tolerance);
        expect(shares[i]).toBeLessThanOrEqual(known + 1e-12);
        expect(shares[i]).toBeGreaterThanOrEqual(known - 0.05);
      }
      expect([...shares].sort((a, b) => b - a)).toEqual(shares);
      expect(shares[0]).toBeGreaterThan(0.5);
      expect(shares[4]).toBeLessThan(0.2);
    },
  );
});

describe.each(["bins", "both"] as const)("The share of rows right and certified, by %s,", (encode) => {
  test("is never more than that of the rows that no sampled move of their numbers breaks, and not much less", async () => {
    const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
    const model = await trainModel(mixedTable(150, ["sign"]), "sign", { ...quick, lambda: 3e-3, encode });
    const table = mixedTable(100, ["sign"], 2);
    const places = allRows(table);
    const prepared = prepare(model, table, places);
    const [{ network }] = model.members;
    const split = [{ train: places, test: places }];
    const share = (radius: number) =>
      certifiedShare(prepared, placeColumns(model.encoder, table), split, [[network]], { radius });
    const labelsOf = (frame: Frame) => {
      const predicted = predictTable(backend, model, frame);
      return predicted.task === "classification" ? [...predicted.labels] : [];
    };
    const right = labelsOf(table).map((label, i) => label === prepared.targets[i]);
    const random = createRandom(8);
    const std = Object.fromEntries(
      model.encoder.columns.map((column) => [column.name, column.kind === "numeric" ? column.std : 0]),
    );
    const unbroken = (radius: number) => {
      const stays = [...right];
      for (let trial = 0; trial < 60; trial++) {
        // Half of the moves go to a corner.
        const reach = () => (trial % 2 ? Math.sign(random.next() - 0.5) : 2 * random.next() - 1);
        const moved = withCells(table, (value, _, name) =>
          typeof value === "number" ? value + radius * std[name] * reach() * (1 - 1e-6) : value,
        );
        labelsOf(moved).forEach((label, i) => {
          stays[i] &&= label === prepared.targets[i];
        });
      }
      return stays.filter(Boolean).length / stays.length;
    };
    expect(share(0)).toBeCloseTo(right.filter(Boolean).length / right.length, 12);
    for (const radius of [0.02, 0.1, 0.4]) expect(share(radius)).toBeLessThanOrEqual(unbroken(radius));
    expect(share(0.02)).toBeGreaterThan(unbroken(0.02) - 0.1);
    expect(share(0.4)).toBeLessThan(share(0.02) - 0.1);
  });
});

describe("Training for certificates", () => {
  test("is the way with the largest share on held-out rows, which a file keeps", async () => {
    const table = mixedTable(200, ["sign"]);
    const { record } = await trainModel(table, "sign", { ...grid, objective: { radius: 0.3 } });
    const tried = record.lambdaGrid;
    const best = Math.max(...tried.map(({ certified }) => certified!));
    const [chosen, ...others] = tried.filter((trial) => trial.chosen);
    expect(others).toEqual([]);
    expect(1 - chosen.certified!).toBeLessThanOrEqual(1.01 * (1 - best) + 1e-12);
    expect(record.lambda).toBe(chosen.lambda);
    expect(record.parametrization.hidden).toBe(chosen.plain ? "plain" : "l1-shared");
    // Every λ on the rows alone, κ of 0, ¼ and ½ with both kinds of weights, margins, and what is next to the best.
    const onRows = tried.filter(({ worst }) => !worst);
    expect(onRows.map(({ lambda }) => lambda)).toEqual(presets.fast.lambdas.classification);
    expect(tried.filter(({ plain }) => plain).length).toBeGreaterThanOrEqual(3);
    expect(tried.filter(({ worst }) => worst?.method === "margin").length).toBeGreaterThanOrEqual(1);
    expect(tried.length).toBeGreaterThanOrEqual(onRows.length + 6 + 1 + 2);
    const rows = Math.max(...onRows.map(({ certified }) => certified!));
    expect(best).toBeGreaterThan(rows);
    const byLoss = await trainModel(table, "sign", grid);
    expect(byLoss.record.lambdaGrid.every(({ certified }) => certified === undefined)).toBe(true);
    expect(record.objective).toEqual({ radius: 0.3 });
    const objective = { radius: 0.1, move: { colour: "any", length: { percent: 5, only: "up" } } } as const;
    const kept = await trainModel(table, "sign", { ...grid, epochs: 2, objective });
    const loaded = loadModel(saveModel(kept), "m").record;
    expect(loaded.objective).toEqual(objective);
    expect(loaded.lambdaGrid).toEqual(kept.record.lambdaGrid);
  });

  test.each([
    ["net", "sign", undefined],
    ["resnet", "kind", undefined],
    ["standard", "sign", undefined],
    ["mlp", "value", 8],
  ] as const)(
    "of a %s for %s certifies more rows, while a category takes any value",
    async (network, target, tolerance) => {
      const table = mixedTable(240, [target]);
      const test = mixedTable(120, [target], 2);
      const objective = { radius: 0.15, move: { colour: "any" }, tolerance } as const;
      const share = async (options: TrainOptions) => {
        const model = await trainModel(table, target, { ...grid, network, ...options });
        const [places, placed] = [allRows(test), placeColumns(model.encoder, test)];
        const { network: trained } = model.members[0];
        const split = [{ train: places, test: places }];
        return certifiedShare(prepare(model, test, places), placed, split, [[trained]], objective);
      };
      expect(await share({ objective })).toBeGreaterThan(await share({}));
    },
  );

  test("keeps weights that were asked for, or that are to be pruned by what they are", async () => {
    const table = mixedTable(120, ["sign"]);
    for (const options of [{ parametrization: "l1-row" }, { prune: 0.5 }, { network: "mlp" }] as const) {
      const { record } = await trainModel(table, "sign", {
        ...grid,
        epochs: 3,
        ...options,
        objective: { radius: 0.1 },
      });
      expect(record.lambdaGrid.some(({ plain }) => plain)).toBe(false);
      expect(record.lambdaGrid.some(({ worst }) => worst)).toBe(true);
    }
  });

  test("tries other encodings next to the best way, where none was asked for", async () => {
    const options = { ...grid, epochs: 3, encode: undefined, objective: { radius: 0.1 } };
    const model = await trainModel(mixedTable(120, ["sign"]), "sign", options);
    const tried = model.record.lambdaGrid;
    expect(tried.slice(-2).map(({ encoding }) => encoding)).toEqual(["bins", "both"]);
    expect(tried.slice(0, -2).every(({ encoding }) => encoding === undefined)).toBe(true);
    const { encoding = "value" } = tried.find(({ chosen }) => chosen)!;
    const columns = model.encoder.columns.filter(({ name }) => name === "length");
    expect(columns.map((column) => column.kind === "numeric" && encodingOf(column))).toEqual([encoding]);
  });

  test("chooses λ alone for shared ensembles, whose hidden layers boxes do not pass", async () => {
    const options = { ...grid, epochs: 3, members: 2, objective: { radius: 0.1 } };
    const { record } = await trainModel(mixedTable(120, ["sign"]), "sign", options);
    expect(record.lambdaGrid.map(({ lambda }) => lambda)).toEqual(presets.fast.lambdas.classification);
  });

  test("trains every network of an ensemble as was chosen", async () => {
    const { record, members } = await trainModel(mixedTable(120, ["value"]), "value", {
      ...grid,
      preset: "best",
      epochs: 3,
      objective: { radius: 0.1, tolerance: 20 },
    });
    expect(members).toHaveLength(8);
    const chosen = record.lambdaGrid.find((trial) => trial.chosen)!;
    // Of plain weights no length is told.
    for (const { lengths } of members) expect(lengths[0]).toHaveLength(chosen.plain ? 0 : 1);
  });

  test("needs something that moves, a tolerance for numbers and none for classes", async () => {
    const ask = (target: "value" | "sign", objective: object) =>
      refusal(() => trainModel(mixedTable(60, [target]), target, { ...grid, objective }));
    expect(await ask("value", { radius: 0.1 })).toContain("give one above 0 in the units of value");
    expect(await ask("value", { radius: 0.1, tolerance: -1 })).toContain("not -1");
    expect(await ask("sign", { radius: 0.1, tolerance: 1 })).toContain("leave the tolerance out");
    expect(await ask("sign", { radius: -1 })).toContain("but -1 was given");
    expect(await ask("sign", { radius: Number.POSITIVE_INFINITY })).toContain("but Infinity was given");
    expect(await ask("sign", {})).toContain("needs a radius or columns that may move");
    expect(await ask("sign", { move: { height: "any" } })).toContain('The model reads no column "height"');
  });
});
