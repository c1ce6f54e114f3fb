import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { mixedTable, refusal } from "../support/synthetic.ts";

let backend: Backend;
const models: Record<string, TabularModel> = {};
const names = ["balanced", "best"] as const;
const options = { epochs: 25, lambda: 1e-3, seed: 3, backend: "wasm", relaxedSimd: false } as const;

beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  for (const preset of names) {
    models[preset] = await trainModel(mixedTable(160, ["value"]), "value", { ...options, preset });
  }
});

const valuesOf = (model: TabularModel, frame: Frame) => {
  const predicted = predictTable(backend, model, frame);
  return predicted.task === "regression" ? predicted.values : new Float64Array();
};

describe.each(names)("A model of networks of several kinds (%s)", (preset) => {
  const table = mixedTable(40, ["value"], 2);

  test("tells of them, and predicts their mean", () => {
    const { record, members } = models[preset];
    const parts = record.parts ?? [];
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.reduce((sum, { networks }) => sum + networks, 0)).toBe(members.length);
    expect(record).toMatchObject({ width: parts[0].width, depth: parts[0].depth, lambda: parts[0].lambda });
    const alone = members.map((member) => valuesOf({ ...models[preset], members: [member] }, table));
    valuesOf(models[preset], table).forEach((value, i) => {
      const mean = alone.reduce((sum, values) => sum + values[i], 0) / members.length;
      expect(value / mean).toBeCloseTo(1, 4);
    });
  });

  test("says how well it predicts rows that each of its networks did not see", () => {
    const { validation } = models[preset].record;
    const [one, all] = [validation!.linear!, validation!.model].map(
      (scores) => (scores as { r2: number }).r2,
    );
    expect(all).toBeGreaterThan(0.5);
    expect(one).toBeGreaterThan(0);
  });

  test("is saved and loaded as it is, and refused where its parts are not its networks'", async () => {
    const model = models[preset];
    const bytes = saveModel(model);
    const loaded = loadModel(bytes, "mixed");
    expect(loaded.record).toEqual({ ...model.record, seconds: 0 });
    expect(valuesOf(loaded, table)).toEqual(valuesOf(model, table));
    const [first, ...others] = model.record.parts ?? [];
    for (const parts of [
      [{ ...first, networks: first.networks + 1 }, ...others],
      [{ ...first, width: first.width + 1 }, ...others],
      [{ ...first, encoding: "none" }, ...others],
      [{ ...first, networks: 1e9 }, ...others],
      others,
    ]) {
      const record = { ...model.record, parts } as TabularModel["record"];
      expect(await refusal(() => loadModel(saveModel({ ...model, record }), "mixed"))).toMatch(
        /^mixed is damaged: /,
      );
    }
  });
});
