import { describe, expect, test } from "vitest";
import { createBackend } from "../../src/engine/backend/backend.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { allRows } from "../support/csv.ts";
import { quick, refusal } from "../support/synthetic.ts";

const backend = await createBackend({ provider: "wasm", relaxedSimd: false });
const HOUR = 3_600_000;
const COUNT = 2400;
/** Dates, numbers with one far outside, and more words than get an input each. */
const table = frameFrom({
  when: Array.from({ length: COUNT }, (_, i) => (i % 50 === 3 ? null : new Date(i * 7 * HOUR))),
  far: Array.from({ length: COUNT }, (_, i) => (i === 9 ? 1e9 : Math.sin(i))),
  word: Array.from({ length: COUNT }, (_, i) => `w${i % 1100}`),
  y: Array.from({ length: COUNT }, (_, i) => Math.cos(i / 300)),
});
const model = await trainModel(table, "y", { ...quick, width: 4, epochs: 2, lambda: 1e-3 });
const valuesOf = (of: TabularModel) => {
  const predicted = predictTable(backend, of, table);
  if (predicted.task !== "regression") throw new Error("expected numbers");
  return predicted;
};

describe("Dates, clipped numbers and other categories", () => {
  test("come back from a model file as they went, and predict the same", () => {
    const loaded = loadModel(saveModel(model), "m.safetensors");
    expect(loaded.encoder).toEqual(model.encoder);
    expect(loaded.schema).toEqual(model.schema);
    expect(loaded.encoder.columns.map(({ name, date }) => [name, date?.part])).toEqual([
      ["when", "elapsed"],
      ["month of when", "month"],
      ["weekday of when", "weekday"],
      ["hour of when", "hour"],
      ["far", undefined],
      ["word", undefined],
    ]);
    expect(loaded.encoder.columns[4]).toMatchObject({ clip: 10 });
    expect(loaded.encoder.columns[5]).toMatchObject({ other: true });
    expect(valuesOf(loaded)).toEqual(valuesOf(model));
    // Training had missing dates and words beyond the most frequent, so none of them is new.
    expect(valuesOf(loaded).notes).toEqual([]);
  });

  test.each<[string, number, object]>([
    ["a part that no date has", 1, { date: { column: "when", part: "year" } }],
    ["a date of no column", 1, { date: { part: "month" } }],
    ["a date that is none", 0, { date: "when" }],
    ["a clip at nothing", 4, { clip: 0 }],
    ["a clip that is no number", 4, { clip: "10" }],
    ["other categories that may not be", 5, { other: "yes" }],
  ])("are refused with %s", async (_, place, change) => {
    const columns = model.encoder.columns.map((column, i) =>
      i === place ? { ...column, ...change } : column,
    );
    const bytes = saveModel({ ...model, encoder: { ...model.encoder, columns } as TabularModel["encoder"] });
    expect(await refusal(() => loadModel(bytes, "m.safetensors"))).toBe(
      "m.safetensors is damaged: its encoder cannot be read.",
    );
  });

  test("teach a model what dates alone tell", async () => {
    const days = Array.from({ length: 300 }, (_, i) => i);
    const daily = frameFrom({
      when: days.map((day) => new Date(day * 24 * HOUR)),
      y: days.map((day) => day / 50 + (day % 7 === 2 ? 3 : 0)),
    });
    const { record } = await trainModel(daily, "y", { ...quick, epochs: 60 });
    expect(record.validation!.model).toHaveProperty("r2");
    expect((record.validation!.model as { r2: number }).r2).toBeGreaterThan(0.9);
  });
});

test("Predictions follow the dates of the rows asked for, however those are written", () => {
  const asked = (when: unknown) => {
    const frame = frameFrom({ when: [when], far: [0], word: ["w5"] });
    const predicted = predictTable(backend, model, frame, allRows(frame));
    return predicted.task === "regression" ? predicted.values[0] : Number.NaN;
  };
  expect(asked("17.03.1970")).toBe(asked("1970-03-17"));
  expect(asked("1970-03-17")).not.toBe(asked("1970-06-17"));
});
