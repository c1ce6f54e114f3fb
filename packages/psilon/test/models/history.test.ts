import { describe, expect, test } from "vitest";
import { compare } from "../../src/fit/compare.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { type TrainOptions, trainModel } from "../../src/models/trainModel.ts";
import { mixedTable, quick } from "../support/synthetic.ts";

const table = mixedTable(90, ["value"]);
const trained = (options: TrainOptions) => trainModel(table, "value", { ...quick, ...options });
const historyIn = ({ record }: TabularModel) => record.history!;

describe("The history of a training", () => {
  test("tells the losses and rates of the model's networks, and comes back from a file", async () => {
    const model = await trained({});
    const { networks, search, trial } = historyIn(model);
    expect(trial).toBeUndefined();
    const [{ epochs, loss, rate, validation }] = networks;
    expect(epochs).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect([loss.length, rate.length, validation]).toEqual([40, 40, undefined]);
    expect(loss[39]).toBeLessThan(loss[0]);
    expect(Math.max(...rate)).toBeCloseTo(0.01, 3);
    for (const value of [...loss, ...rate]) expect(value).toBe(Number(value.toPrecision(5)));
    expect(search).toEqual([
      { encoding: "value", lambda: 1e-4, width: 16, depth: 2, share: 1, score: expect.any(Number) },
    ]);
    expect(loadModel(saveModel(model), "the model").record.history).toEqual(model.record.history);
  });

  test("has fifty epochs at most, the last one among them", async () => {
    const [{ epochs }] = historyIn(await trained({ epochs: 333, width: 4 })).networks;
    expect(epochs).toHaveLength(50);
    expect(epochs[49]).toBe(333);
    expect(new Set(epochs).size).toBe(50);
  });

  test("lists all that was tried, in which share of the steps", async () => {
    const { search, networks } = historyIn(
      await trained({ lambda: "auto", preset: "balanced", encode: undefined, epochs: 8 }),
    );
    const shares = new Set(search.map(({ share }) => share));
    expect(shares).toEqual(new Set([0.125, 1]));
    expect(new Set(search.map(({ encoding }) => encoding))).toEqual(new Set(["value", "bins", "both"]));
    expect(search.every(({ score }) => score !== null && score > 0)).toBe(true);
    expect(networks.length).toBeGreaterThan(0);
    const fast = historyIn(await trained({ lambda: "auto", epochs: 8 })).search;
    expect(fast.map(({ share }) => share)).toEqual([0.125, 0.125, 0.125, 1]);
  });

  test("tells the loss on held-out rows where it was looked at, which changes nothing else", async () => {
    const plain = await trained({});
    const looked = await trained({ validationCurve: true });
    expect(looked.members).toEqual(plain.members);
    const { trial, ...others } = historyIn(looked);
    expect(others).toEqual(historyIn(plain));
    expect(trial?.validation).toHaveLength(40);
    expect(trial?.validation?.[39]).toBeLessThan(trial?.validation?.[0] ?? 0);
    const patient = historyIn(await trained({ patience: 100 }));
    expect(patient.trial?.validation).toEqual(trial?.validation);
  });

  test("ends where a training did", async () => {
    const { networks, trial } = historyIn(await trained({ patience: 1, learningRate: 1, epochs: 200 }));
    expect(networks[0].epochs.at(-1)).toBeLessThan(200);
    expect(trial?.epochs.at(-1)).toBeLessThan(200);
  });

  test("is the same from run to run", async () => {
    expect(saveModel(await trained({ lambda: "auto", epochs: 5 }))).toEqual(
      saveModel(await trained({ lambda: "auto", epochs: 5 })),
    );
  });

  test("of a file may be missing, but not be something else", async () => {
    const model = await trained({ epochs: 2 });
    const { history: _, ...older } = model.record;
    expect(loadModel(saveModel({ ...model, record: older }), "the model").record.history).toBeUndefined();
    for (const history of [[], { networks: [{}], search: [] }, { networks: [], search: [{ lambda: 1 }] }]) {
      const damaged = { ...model, record: { ...model.record, history: history as never } };
      expect(() => loadModel(saveModel(damaged), "the model")).toThrow("its record cannot be read");
    }
  });
});

test("A comparison has its own curves beside, as before", async () => {
  const { entries } = await compare(table, "value", { width: [4, 8] }, { ...quick, folds: 2, epochs: 10 });
  expect(entries.map(({ curve }) => curve.length)).toEqual([10, 10]);
  expect(entries[0].curve.every(({ validation }) => Number.isFinite(validation))).toBe(true);
});
