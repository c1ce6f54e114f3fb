import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { compare } from "../../src/fit/compare.ts";
import { decodeSafetensors } from "../../src/formats/safetensors.ts";
import { PsilonClassifier } from "../../src/models/estimators.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable, scoreTable } from "../../src/models/predictTable.ts";
import { pruneModel } from "../../src/models/pruneModel.ts";
import { createTablePredictor } from "../../src/models/tablePredictor.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { type TrainOptions, trainModel } from "../../src/models/trainModel.ts";
import type { Target } from "../../src/preprocess/target.ts";
import { allRows } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { mixedRows, mixedTable, quick, refusal } from "../support/synthetic.ts";

let backend: Backend;
let plain: TabularModel;
let model: TabularModel;
const table = mixedTable(200, ["sign"]);
const fresh = mixedTable(80, ["sign"], 2);
const train = (more: TrainOptions, data = table) => trainModel(data, "sign", { ...quick, ...more });
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  plain = await train({});
  model = await train({ threshold: { recall: 0.95 } });
});

const predicted = (own: TabularModel) => {
  const found = predictTable(backend, own, fresh);
  if (found.task !== "classification") throw new Error("expected classes");
  return found;
};

/** By the rule as it is told: at least so probable. */
const labelsBy = (own: TabularModel) => {
  const { probabilities } = predicted(own);
  const { positive, at } = (own.target as Extract<Target, { task: "classification" }>).threshold!;
  return Array.from({ length: 80 }, (_, i) =>
    probabilities[2 * i + positive] >= at ? positive : 1 - positive,
  );
};

describe("A model with a threshold", () => {
  test("labels rows by it, wherever it predicts or scores them", async () => {
    const labels = labelsBy(model);
    const { classes } = predicted(model);
    expect(Array.from(predicted(model).labels)).toEqual(labels);
    expect(labels).not.toEqual(Array.from(predicted(plain).labels));
    const part = createTablePredictor(backend, model).predict(fresh);
    expect(part.task === "classification" && Array.from(part.labels)).toEqual(labels);
    const classifier = PsilonClassifier.load(saveModel(model));
    const names = labels.map((label) => classes[label]);
    expect(await classifier.predict(fresh)).toEqual(names);
    const truth = mixedRows(80, 2).map(({ sign }) => sign as string);
    const accuracy = names.filter((name, i) => name === truth[i]).length / 80;
    expect(scoreTable(backend, model, fresh, allRows(fresh))).toMatchObject({ accuracy });
    expect(await classifier.score(fresh)).toBe(accuracy);
  });

  test("has the same networks as one without, since a threshold is chosen on what is held out anyway", async () => {
    const held = await train({ threshold: "f1" });
    expect(held.members).toEqual(model.members);
    expect(held.target).not.toEqual(model.target);
  });

  test("comes back from its file, of a version that older readers refuse, and predicts the same", () => {
    const bytes = saveModel(model);
    expect(JSON.parse(decodeSafetensors(bytes, "").metadata.get("psilon")!).version).toBe(6);
    expect(JSON.parse(decodeSafetensors(saveModel(plain), "").metadata.get("psilon")!).version).toBeLessThan(
      6,
    );
    const loaded = loadModel(bytes, "m.st");
    expect(loaded.target).toEqual(model.target);
    expect(loaded.record).toEqual({ ...model.record, seconds: 0 });
    expect(predicted(loaded)).toEqual(predicted(model));
  });

  test("keeps it when it is pruned", async () => {
    const pruned = await pruneModel(model, table, 0.5, { epochs: 5, backend: "wasm" });
    expect(pruned.target).toEqual(model.target);
    expect(pruned.record.validation).toBeNull();
    expect(loadModel(saveModel(pruned), "m.st").target).toEqual(model.target);
    expect(Array.from(predicted(pruned).labels)).toEqual(labelsBy(pruned));
  });

  test.each([
    [{ positive: 2, at: 0.5 }],
    [{ positive: "plus", at: 0.5 }],
    [{ positive: 1, at: 0 }],
    [{ positive: 1, at: 1 }],
    [{ positive: 1, at: 1e-310 }],
    [{ positive: 1, at: null }],
    [{ at: 0.5 }],
    [0.5],
  ])("is not read from a file that says %j of it", (threshold) => {
    const bytes = saveModel({ ...model, target: { ...model.target, threshold } as unknown as Target });
    expect(() => loadModel(bytes, "m.st")).toThrow("m.st is damaged: its target cannot be read");
  });

  test("is not read from a file whose record contradicts it, or that has three classes", async () => {
    const other = { ...model.target, threshold: { positive: 1, at: 0.5 } } as Target;
    const without = { ...model.target, threshold: undefined } as unknown as Target;
    for (const target of [other, without]) {
      expect(() => loadModel(saveModel({ ...model, target }), "m.st")).toThrow(
        "its record speaks of another threshold than its target has",
      );
    }
    const record = (more: object) => {
      const { validation } = model.record;
      const threshold = { ...validation!.threshold!, ...more };
      return saveModel({ ...model, record: { ...model.record, validation: { ...validation!, threshold } } });
    };
    for (const more of [{ rule: "accuracy" }, { positives: -1 }, { recall: "all" }, { cost: null }]) {
      expect(() => loadModel(record(more), "m.st")).toThrow("its record cannot be read");
    }
    const three = await trainModel(mixedTable(100, ["kind"]), "kind", { ...quick, epochs: 2 });
    const target = { ...three.target, threshold: { positive: 1, at: 0.5 } } as Target;
    expect(() => loadModel(saveModel({ ...three, target }), "m.st")).toThrow("its target cannot be read");
  });
});

test("The class that a threshold is about is the rarer one, unless it is named", async () => {
  const classes = (model.target as Extract<Target, { task: "classification" }>).classes;
  const counts = classes.map((name) => mixedRows(200, 1).filter(({ sign }) => sign === name).length);
  const rarer = counts[0] < counts[1] ? classes[0] : classes[1];
  const common = rarer === classes[0] ? classes[1] : classes[0];
  expect(model.record.validation?.threshold?.positive).toBe(rarer);
  const other = await train({ threshold: { recall: 0.95 }, positive: common });
  expect(other.record.validation?.threshold?.positive).toBe(common);
  expect(other.target).toMatchObject({ threshold: { positive: classes.indexOf(common) } });
});

test("A threshold is refused before anything is trained where it makes no sense", async () => {
  let trained = 0;
  const refused = (data: ReturnType<typeof mixedTable>, target: string, more: TrainOptions) =>
    refusal(() =>
      trainModel(data, target, {
        ...quick,
        threshold: "f1",
        run: async () => {
          trained++;
          return [];
        },
        ...more,
      }),
    );
  expect(await refused(mixedTable(60, ["value"]), "value", {})).toBe(
    'A threshold tells two classes apart, but the target "value" is a number; leave it out.',
  );
  expect(await refused(mixedTable(60, ["kind"]), "kind", {})).toBe(
    'A threshold tells two classes apart, but the target "kind" has 3; weigh its classes instead.',
  );
  expect(await refused(table, "sign", { positive: "Plus" })).toBe(
    'The class "Plus" was named as the positive one, but does not exist; did you mean "plus"?',
  );
  const rare = frameFrom(
    mixedRows(60, 1).map(({ length }, i) => ({ length, ill: i === 7 || i === 9 ? "y" : "n" })),
  );
  expect(await refused(rare, "ill", { preset: "paper" })).toMatch(
    /^Of the \d+ rows held out, on which a threshold is chosen, none is of the class "y" of "ill", which has 2 in all; add rows of it, or choose no threshold\.$/,
  );
  expect(trained).toBe(0);
  expect(await refusal(() => compare(table, "sign", { lambda: [1e-3] }, { threshold: "f1" }))).toMatch(
    /^A comparison scores networks on all the rows .*; leave the threshold out\.$/,
  );
});

test("Training that is stopped before rows were held out leaves a model without a threshold", async () => {
  const stop = new AbortController();
  const stopped = await train({
    threshold: "f1",
    signal: stop.signal,
    onProgress: ({ done }) => done > 0.3 && stop.abort(),
  });
  expect(stopped.record).toMatchObject({ interrupted: true, validation: null });
  expect("threshold" in stopped.target).toBe(false);
});

test("Classes weigh in pruning what they did in training, which the model's record tells", async () => {
  const classWeights = { plus: 30 };
  const weighted = await train({ classWeights });
  expect(weighted.record.classWeights).toEqual(classWeights);
  expect(loadModel(saveModel(weighted), "m.st").record.classWeights).toEqual(classWeights);
  const few = { epochs: 5, backend: "wasm", relaxedSimd: false } as const;
  const pruned = await pruneModel(weighted, table, 0.5, few);
  expect(await pruneModel(weighted, table, 0.5, { ...few, classWeights })).toMatchObject({
    members: pruned.members,
  });
  const alike = await pruneModel(weighted, table, 0.5, { ...few, classWeights: { plus: 1 } });
  expect(alike.members).not.toEqual(pruned.members);
  const bytes = saveModel({
    ...weighted,
    record: { ...weighted.record, classWeights: { plus: "30" } as never },
  });
  expect(() => loadModel(bytes, "m.st")).toThrow("its record cannot be read");
});
