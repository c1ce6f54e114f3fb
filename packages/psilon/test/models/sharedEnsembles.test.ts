import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import { pruneModel } from "../../src/models/pruneModel.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { type TrainOptions, trainModel } from "../../src/models/trainModel.ts";
import { mixedTable, quick, refusal } from "../support/synthetic.ts";

const table = mixedTable(150, ["value"]);
const options: TrainOptions = { ...quick, width: 24, epochs: 20, members: 3 };
let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const train = (more: TrainOptions = {}) => trainModel(table, "value", { ...options, ...more });

/** How many biases of hidden layers members of a group have in common with its first. */
function expectShared({ members, record }: TabularModel): void {
  const together = record.members ?? 1;
  members.forEach(({ network }, m) => {
    const first = members[m - (m % together)].network;
    network.layers.slice(0, -1).forEach(({ bias }, l) => {
      expect(bias).toBe(first.layers[l].bias);
    });
  });
}

const valuesOf = (model: TabularModel) => {
  const found = predictTable(backend, model, table);
  return found.task === "regression" ? found.values : found.probabilities;
};

describe("A model of a shared ensemble", () => {
  test("is the mean of its members, in one file that says what they share", async () => {
    const model = await train();
    expect(model.members).toHaveLength(3);
    expect(model.record.members).toBe(3);
    expectShared(model);
    const bytes = saveModel(model);
    const loaded = loadModel(bytes, "a.safetensors");
    expectShared(loaded);
    expect(valuesOf(loaded)).toEqual(valuesOf(model));
    expect(saveModel(loaded)).toEqual(bytes);
    const alone = {
      ...model,
      members: model.members.map((member) => ({ ...member, network: structuredClone(member.network) })),
    };
    const values = valuesOf(model);
    valuesOf(alone).forEach((value, i) => {
      expect(value).toBe(values[i]);
    });
  });

  test("is trained as an ensemble of folds too, pruned or monotone", async () => {
    for (const more of [
      { preset: "best", epochs: 4 },
      { prune: 0.7 },
      { monotone: { length: "+" } },
    ] as const) {
      const model = await train(more);
      expectShared(model);
      expect(loadModel(saveModel(model), "a").members).toEqual(model.members);
    }
  });

  test.each(["net", "resnet", "standard", "mlp"] as const)("is pruned as one, a %s", async (network) => {
    const model = await train({ network });
    const pruned = await pruneModel(model, table, 0.8, { epochs: 10 });
    expectShared(pruned);
    expect(pruned.members).toHaveLength(3);
    const shapes = pruned.members.map((member) => member.network.layers.map(({ rows }) => rows));
    expect(shapes[1]).toEqual(shapes[0]);
    // The share is of what is stored, the record a mean over members.
    expect(Math.abs(pruned.record.sparsity - 0.8)).toBeLessThan(0.02);
    expect(pruned.record.parameters).toBeLessThanOrEqual(model.record.parameters);
    const loaded = loadModel(saveModel(pruned), "a.safetensors");
    expect(valuesOf(loaded)).toEqual(valuesOf(pruned));
    expect((await pruneModel(loaded, table, 0.9, { epochs: 4 })).members).toHaveLength(3);
  });

  test("of one member is one network, with its inputs' scales folded in", async () => {
    const model = await train({ members: 1 });
    expect(model.members).toHaveLength(1);
    expect(loadModel(saveModel(model), "a").members).toEqual(model.members);
  });

  test("is refused where nothing could be shared, and where its file has another number", async () => {
    expect(await refusal(() => train({ depth: 0 }))).toMatch(/share hidden layers/);
    expect(await refusal(() => train({ members: 65 }))).toMatch(
      /number of members is a whole number from 1 to 64/,
    );
    const model = await train({ epochs: 2 });
    const wrong = { ...model, record: { ...model.record, members: 2 } };
    expect(() => loadModel(saveModel(wrong), "m")).toThrow(
      "its networks share matrices 2 by 2, but there are 3",
    );
  });
});
