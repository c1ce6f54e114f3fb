import { beforeAll, describe, expect, test } from "vitest";
import { describeFrame } from "../../src/describe/description.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { decodeSafetensors } from "../../src/formats/safetensors.ts";
import { PsilonRegressor } from "../../src/models/estimators.ts";
import { inspectModel } from "../../src/models/inspectModel.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { partialDependence } from "../../src/models/partialDependence.ts";
import { permutationImportance } from "../../src/models/permutationImportance.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import { pruneModel } from "../../src/models/pruneModel.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { type TrainOptions, trainModel } from "../../src/models/trainModel.ts";
import type { Encoding } from "../../src/preprocess/bins.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { quick, refusal } from "../support/synthetic.ts";

const LEVELS = ["1", "2", "10", "ten+"];
const columns = { size: { ordered: LEVELS } };
/** What each level is worth: no straight line, and by no order of texts or numbers. */
const WORTH = [0, 1, 5, 5.5];

function rowsOf(count: number, seed: number) {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const rank = Math.floor(4 * random.next());
    const age = Math.round(80 * random.next());
    return { size: LEVELS[rank], age, price: WORTH[rank] + age / 40 + 0.1 * random.next() };
  });
}

const table = frameFrom(rowsOf(200, 1), { asText: new Set(["size"]) });
const rows = rowsOf(40, 2).map(({ size, age }) => ({ size, age }));
const train = (encode: Encoding, more: TrainOptions = {}) =>
  trainModel(table, "price", { ...quick, columns, encode, ...more });

const models: Partial<Record<Encoding, TabularModel>> = {};
let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  models.value = await train("value");
  models.bins = await train("bins");
  models.both = await train("both");
});
const valuesOf = (model: TabularModel, given: readonly Row[]) => {
  const predicted = predictTable(backend, model, frameFrom(given));
  if (predicted.task !== "regression") throw new Error("expected numbers");
  return [...predicted.values];
};

describe.each(["value", "bins", "both"] as const)("A model of an ordered category by %s", (encode) => {
  test("comes back from its file, of a version that older readers refuse, and predicts the same", () => {
    const model = models[encode]!;
    const bytes = saveModel(model);
    const { version } = JSON.parse(decodeSafetensors(bytes, "").metadata.get("psilon")!);
    expect(version).toBe(5);
    const loaded = loadModel(bytes, "m.safetensors");
    expect(loaded).toEqual({ ...model, record: { ...model.record, seconds: 0 } });
    expect(valuesOf(loaded, rows)).toEqual(valuesOf(model, rows));
  });

  test("reports what a level does by steps, between its first and its last", () => {
    const { columns: reports } = inspectModel(models[encode]!);
    const size = reports.find(({ column }) => column === "size")!;
    expect(size).toMatchObject({ kind: "ordered", levels: LEVELS, withinRange: size.total });
    expect(reports.find(({ column }) => column === "age")!.levels).toBeNull();
    expect(size.bins?.edges).toEqual(encode === "value" ? undefined : [0, 1, 2, 3]);
    const values = valuesOf(
      models[encode]!,
      LEVELS.map((level) => ({ size: level, age: 40 })),
    );
    for (let rank = 1; rank < LEVELS.length; rank++) {
      const step = Math.abs(values[rank] - values[rank - 1]);
      expect(step).toBeLessThanOrEqual((size.bins?.perUnit[rank - 1] ?? size.perUnit!) + 1e-4);
      expect(Math.abs(values[rank] - values[0])).toBeLessThanOrEqual(size.total! + 1e-4);
    }
    // Each step of its own: the one to the third level is the steepest.
    if (encode === "bins") expect(size.bins!.perUnit[1]).toBe(Math.max(...size.bins!.perUnit));
  });

  test("counts a cell that is none of its levels as missing, and says so", () => {
    const strange = frameFrom([
      { size: "huge", age: 3 },
      { size: "2", age: 3 },
    ]);
    const gaps = frameFrom([{ size: null, age: 3 }]);
    const found = predictTable(backend, models[encode]!, strange);
    const missing = predictTable(backend, models[encode]!, gaps);
    if (found.task !== "regression" || missing.task !== "regression") throw new Error("expected numbers");
    expect(found.values[0]).toBeCloseTo(missing.values[0], 5);
    expect(found.notes).toEqual([
      'Column "size" has 1 value that is none of its levels; each counts as missing.',
    ]);
    expect(missing.notes).toEqual([
      'Column "size" has 1 missing cell although it had none in training; the mean takes their place.',
    ]);
  });
});

test("Levels need the version of their own where members share tensors as well", async () => {
  const bytes = saveModel(await train("value", { members: 2, epochs: 2 }));
  expect(JSON.parse(decodeSafetensors(bytes, "").metadata.get("psilon")!).version).toBe(5);
});

test("Levels that older files have not are checked like all else", async () => {
  const model = models.value!;
  for (const levels of [["S"], ["S", "S"], "S<M", [1, 2]]) {
    const columns = model.encoder.columns.map((column) =>
      column.name === "size" ? { ...column, levels } : column,
    );
    const bytes = saveModel({ ...model, encoder: { ...model.encoder, columns } as TabularModel["encoder"] });
    expect(await refusal(() => loadModel(bytes, "m.safetensors"))).toBe(
      "m.safetensors is damaged: its encoder cannot be read.",
    );
  }
});

test("The encoding of an ordered category is searched for as that of a number", async () => {
  const { encode, ...searched } = quick;
  const model = await trainModel(table, "price", { ...searched, columns });
  const [size] = model.encoder.columns;
  expect(size).toMatchObject({ kind: "numeric", levels: LEVELS });
  const asked = await trainModel(table, "price", {
    ...quick,
    columns,
    encode: { size: "bins", age: "value" },
  });
  expect(asked.encoder.columns[0]).toHaveProperty("bins.edges", [0, 1, 2, 3]);
  expect(asked.encoder.columns[1]).not.toHaveProperty("bins");
});

test("Predictions that are asked to be monotone in an ordered category are so", async () => {
  for (const encode of ["value", "bins"] as const) {
    const model = await train(encode, { monotone: { size: "-" }, width: 8 });
    const { columns: reports } = inspectModel(model);
    expect(reports.find(({ column }) => column === "size")!.monotone).toBe("non-increasing");
    const values = valuesOf(
      model,
      LEVELS.map((size) => ({ size, age: 9 })),
    );
    for (let rank = 1; rank < LEVELS.length; rank++) {
      expect(values[rank]).toBeLessThanOrEqual(values[rank - 1] + 1e-5);
    }
  }
});

test("Partial dependence goes from level to level, in their order", async () => {
  const asked = frameFrom([...rows, { size: null, age: 4 }, { size: "huge", age: 4 }]);
  const { kind, points } = await partialDependence(backend, models.bins!, asked, "size");
  expect(kind).toBe("ordered");
  expect(points.map(({ value }) => value)).toEqual([...LEVELS, null]);
  const first = valuesOf(
    models.bins!,
    [...rows, { age: 4 }, { age: 4 }].map(({ age }) => ({ size: "1", age })),
  );
  const few = await partialDependence(backend, models.bins!, asked, "size", { resolution: 2 });
  expect(few.points).toEqual(points);
  expect(points[0].average[0]).toBeCloseTo(first.reduce((sum, y) => sum + y, 0) / first.length, 5);
});

test("Importances, pruning and descriptions know levels", async () => {
  const { columns: important } = await permutationImportance(backend, models.bins!, table);
  expect(important[0].column).toBe("size");
  const pruned = await pruneModel(models.bins!, table, 0.5, { epochs: 2 });
  expect(pruned.encoder).toEqual(models.bins!.encoder);
  const schema = inferSchema(table, { target: "price", overrides: columns });
  const [size] = describeFrame(table, schema);
  expect(size.frequent!.map(([level]) => level)).toEqual(LEVELS);
  expect(size.frequent!.reduce((sum, [, count]) => sum + count, 0)).toBe(200);
});

test("Training for a promise takes the moves of levels", async () => {
  const objective = { move: { size: { by: 1, only: "up" }, age: { by: 1 } }, tolerance: 4 } as const;
  const { lambda, encode, ...searched } = quick;
  const model = await trainModel(table, "price", {
    ...searched,
    columns,
    objective,
    encode: "bins",
    width: 4,
    epochs: 4,
  });
  expect(model.record.objective).toEqual(objective);
  expect(loadModel(saveModel(model), "m").record.objective).toEqual(objective);
});

test("An estimator keeps the texts of levels, in rows to learn from and to predict", async () => {
  // All of them look like numbers, which 01 and 1 are the same of.
  const ordered = ["3", "01", "1", "2"];
  const data = rowsOf(80, 3).map(({ age, price }, i) => ({ code: ordered[i % 4], age, price }));
  const estimator = await new PsilonRegressor({
    ...quick,
    epochs: 2,
    columns: { code: { ordered } },
  }).fit(data, "price");
  expect(estimator.model.schema.columns[0]).toMatchObject({ counts: [20, 20, 20, 20] });
  const again = PsilonRegressor.load(estimator.save());
  const asked = ordered.map((code) => ({ code, age: 4 }));
  const values = await estimator.predict(asked);
  expect(new Set(values).size).toBe(4);
  (await again.predict(asked)).forEach((value, i) => {
    expect(value).toBeCloseTo(values[i], 5);
  });
});
