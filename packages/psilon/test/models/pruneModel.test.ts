import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import type { TrainingJob } from "../../src/fit/job.ts";
import { runInProcess } from "../../src/fit/runner.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { removeDeadUnits } from "../../src/folded/removeDeadUnits.ts";
import { inspectModel } from "../../src/models/inspectModel.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable, scoreTable } from "../../src/models/predictTable.ts";
import { pruneModel } from "../../src/models/pruneModel.ts";
import { recordedBounds } from "../../src/models/recordedBounds.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { encodedInputs } from "../../src/preprocess/encoder.ts";
import { allRows, type Frame } from "../../src/tables/frame.ts";
import { mixedTable, quick, refusal, rowOf, withCells } from "../support/synthetic.ts";

const table = mixedTable(200, ["value"]);
const options = { ...quick, width: 32, epochs: 30 };
const engine = { backend: "wasm", relaxedSimd: false } as const;
let backend: Backend;

beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
});

const valuesOf = (model: TabularModel, rows: Frame = table) => {
  const found = predictTable(backend, model, rows);
  if (found.task !== "regression") throw new Error("expected numbers");
  return found.values;
};
const errorOf = (model: TabularModel) => {
  const scores = scoreTable(backend, model, table);
  return "rmse" in scores ? scores.rmse : Number.NaN;
};
const weightsOf = ({ layers }: FoldedNetwork) =>
  layers.flatMap((layer) =>
    Array.from(layer.kind === "dense" ? layer.weight : [...layer.positive, ...layer.negative]),
  );
const zerosOf = (network: FoldedNetwork) => weightsOf(network).filter((w) => w === 0).length;

/** max |a − b| in units of the target's scale. */
function largestDifference(model: TabularModel, a: Float64Array, b: Float64Array): number {
  if (model.target.task !== "regression") throw new Error("expected numbers");
  const [scale] = model.target.scales;
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]) / scale), 0);
}

describe.each(["net", "resnet"] as const)("training a %s with a target sparsity", (network) => {
  test.each([0.5, 0.9])("of %d reaches it within half a point before anything is removed", async (prune) => {
    const dense: FoldedNetwork[] = [];
    const model = await trainModel(table, "value", {
      ...options,
      network,
      prune,
      run: async (jobs, hooks) => {
        const results = await runInProcess(jobs, hooks);
        for (const result of results) if (result) dense.push(...result.networks);
        return results;
      },
    });
    for (const trained of dense) {
      const weights = weightsOf(trained);
      expect(weights.length).toBeGreaterThan(1000);
      expect(Math.abs(zerosOf(trained) / weights.length - prune)).toBeLessThan(0.005);
    }
    const refit = dense[dense.length - 1];
    const { record, members } = model;
    expect(record.sparsity).toBeCloseTo(zerosOf(refit) / weightsOf(refit).length, 12);
    expect(record.pruning).toMatchObject({ target: prune, removed: [removeDeadUnits(refit).report] });

    // The removal and the file change nothing about the function, nor about its bounds.
    const before: TabularModel = {
      ...model,
      members: [
        { ...members[0], network: refit, inputs: Int32Array.from(encodedInputs(model.encoder).keys()) },
      ],
    };
    expect(largestDifference(model, valuesOf(before), valuesOf(model))).toBeLessThan(1e-5);
    const loaded = loadModel(saveModel(model), "pruned");
    expect(valuesOf(loaded)).toEqual(valuesOf(model));
    expect(record.bounds).toEqual(recordedBounds(loaded.members));
    expect(record.bounds[0].value / recordedBounds([{ network: refit }])[0].value).toBeCloseTo(1, 6);
  });
});

test("an ensemble is pruned member by member", async () => {
  const model = await trainModel(table, "value", { ...options, preset: "best", prune: 0.6, epochs: 10 });
  expect(model.record.pruning?.removed).toHaveLength(model.members.length);
  expect(Math.abs(model.record.sparsity - 0.6)).toBeLessThan(0.005);
  expect(valuesOf(loadModel(saveModel(model), "pruned"))).toEqual(valuesOf(model));
});

test("a single epoch is enough to prune in", async () => {
  const model = await trainModel(table, "value", { ...options, prune: 0.5, epochs: 1 });
  expect(Math.abs(model.record.sparsity - 0.5)).toBeLessThan(0.005);
});

test.each([
  ["net", "path-magnitude"],
  ["resnet", "gradual-magnitude"],
  ["resnet", "residual"],
  ["standard", undefined],
  ["mlp", undefined],
] as const)("a %s prunes by %s, while it is trained and afterwards", async (network, pruning) => {
  const asked = { ...options, network, pruning, prune: 0.6, epochs: 20 };
  const trained = await trainModel(table, "value", asked);
  const dense = await trainModel(table, "value", { ...asked, pruning: undefined, prune: 0 });
  const pruned = await pruneModel(dense, table, 0.6, { ...engine, pruning, scope: "global" });
  for (const { record } of [trained, pruned]) {
    expect(record.pruning).toMatchObject({ rule: pruning ?? "magnitude", target: 0.6, scope: "global" });
    // One of the two blocks of 2 · 32² entries, beside 32 · 7 and 2 · 32.
    const expected = pruning === "residual" ? 2048 / (2 * 2048 + 32 * 7 + 2 * 32) : 0.6;
    expect(Math.abs(record.sparsity - expected)).toBeLessThan(0.005);
  }
  const loaded = loadModel(saveModel(trained), "trained");
  expect(loaded.record.pruning).toEqual(trained.record.pruning);
  expect(valuesOf(loaded)).toEqual(valuesOf(trained));
});

test("the share can be that of each layer", async () => {
  const dense = await trainModel(table, "value", { ...options, network: "mlp", epochs: 5 });
  const networks: FoldedNetwork[] = [];
  const { record } = await pruneModel(dense, table, 0.75, {
    ...engine,
    scope: "layer",
    run: async (jobs, hooks) => {
      const results = await runInProcess(jobs, hooks);
      for (const result of results) if (result) networks.push(...result.networks);
      return results;
    },
  });
  expect(record.pruning).toMatchObject({ rule: "magnitude", scope: "layer" });
  for (const layer of networks[0].layers) {
    const alone = { ...networks[0], layers: [layer] };
    expect(Math.abs(zerosOf(alone) / weightsOf(alone).length - 0.75)).toBeLessThan(0.005);
  }
});

test("the threshold takes what decay has driven to 0, without a target", async () => {
  const asked = { ...options, optimizer: "padam", p: 0.5, decay: 0.05, epochs: 60 } as const;
  const { record, members } = await trainModel(table, "value", { ...asked, pruning: "threshold" });
  expect(record.pruning).toMatchObject({ rule: "threshold", target: null, scope: null });
  expect(record.sparsity).toBeGreaterThan(0.2);
  expect(record.pruning?.removed).toHaveLength(members.length);
  const unpruned = await trainModel(table, "value", asked);
  expect(unpruned.record.pruning).toBe(null);
  expect(record.parameters).toBeLessThan(unpruned.record.parameters);
  const weights = members.flatMap(({ network }) => weightsOf(network));
  expect(weights.every((w) => w === 0 || Math.abs(w) >= 1e-13)).toBe(true);
});

describe.each([
  ["net", undefined],
  ["net", "magnitude"],
  ["resnet", "path-magnitude"],
  ["mlp", "gradual-magnitude"],
] as const)("pruning a pruned %s by %s", (network, pruning) => {
  let model: TabularModel;
  beforeAll(async () => {
    model = await trainModel(table, "value", { ...options, network, pruning, prune: 0.6, epochs: 20 });
  });

  test("keeps every zero and makes more", async () => {
    const before = weightsOf(model.members[0].network);
    let after: number[] = [];
    await pruneModel(model, table, 0.85, {
      ...engine,
      pruning,
      run: async (jobs, hooks) => {
        const results = await runInProcess(jobs, hooks);
        after = results.flatMap((result) => (result ? result.networks.flatMap(weightsOf) : []));
        return results;
      },
    });
    expect(before.every((w, k) => w !== 0 || after[k] === 0)).toBe(true);
    expect(Math.abs(after.filter((w) => w === 0).length / after.length - 0.85)).toBeLessThan(0.005);
  });

  test("is refused where there are as many zeros already", async () => {
    await expect(pruneModel(model, table, 0.1, { ...engine, pruning })).rejects.toThrow(
      /^\d+\.\d % of the model's weights are 0 already, and zeros stay, so a sparsity of 0\.1 asks for nothing; ask for a larger one\.$/,
    );
  });
});

describe("pruning a saved model", () => {
  const models: Record<string, TabularModel> = {};
  beforeAll(async () => {
    for (const [name, more] of Object.entries({
      net: {},
      resnet: { network: "resnet" },
      ensemble: { preset: "best", epochs: 60 },
    } as const)) {
      models[name] = loadModel(saveModel(await trainModel(table, "value", { ...options, ...more })), name);
    }
  });

  describe.each(["net", "resnet", "ensemble"])("%s", (name) => {
    let pruned: TabularModel;
    beforeAll(async () => {
      pruned = await pruneModel(models[name], table, 0.7, engine);
    });

    test("reaches the sparsity and stays nearly as good", () => {
      expect(Math.abs(pruned.record.sparsity - 0.7)).toBeLessThan(0.005);
      const spread = Math.sqrt(
        allRows(table).reduce((sum, row) => sum + (Number(rowOf(table, row).value) - 1002) ** 2 / 200, 0),
      );
      expect(errorOf(models[name])).toBeLessThan(0.3 * spread);
      expect(errorOf(pruned)).toBeLessThan(0.4 * spread);
    });

    test("keeps what the record says of training, and says what is new", () => {
      const { record } = models[name];
      expect(pruned.record).toMatchObject({
        network: record.network,
        preset: record.preset,
        width: record.width,
        depth: record.depth,
        epochs: record.epochs,
        lambda: record.lambda,
        lambdaGrid: record.lambdaGrid,
        seed: record.seed,
        validation: null,
        rows: 200,
        backend: "WebAssembly SIMD",
        interrupted: false,
      });
      expect(pruned.record.pruning).toMatchObject({ rule: "l1-projection", target: 0.7, scope: "global" });
      expect(pruned.record.pruning?.removed).toHaveLength(pruned.members.length);
      // A coordinate of a residual stream is read by every block, so it seldom dies.
      if (name !== "resnet") expect(pruned.record.parameters).toBeLessThan(record.parameters);
      expect(pruned.record.bounds).toEqual(recordedBounds(pruned.members));
    });

    test("gives a model that saves, loads, inspects, and can be pruned further", async () => {
      const loaded = loadModel(saveModel(pruned), "pruned");
      expect(valuesOf(loaded)).toEqual(valuesOf(pruned));
      for (const { layers } of inspectModel(loaded).members) {
        for (const layer of layers) expect(Array.isArray(layer.lengths)).toBe(true);
      }
      const further = await pruneModel(loaded, table, 0.8, { ...engine, epochs: 3 });
      expect(further.record.parameters).toBeLessThanOrEqual(pruned.record.parameters);
      expect(further.record.sparsity).toBeGreaterThan(0.79);
      expect(further.members.every(({ inputs }) => inputs.length > 0)).toBe(true);
      expect(valuesOf(loadModel(saveModel(further), "further"))).toEqual(valuesOf(further));
    });

    test("starts from the model's weights and gives the same bytes for the same seed", async () => {
      // In the first epoch α rises to 1, the second trains what is left.
      const few = { ...engine, epochs: 2 };
      const once = await pruneModel(models[name], table, 0.1, few);
      // So little training with a tenth of the weights at 0 leaves a model that fits, which no fresh start would.
      expect(errorOf(once)).toBeLessThan(1.5 * errorOf(models[name]));
      const again = await pruneModel(models[name], table, 0.1, few);
      expect(saveModel(again)).toEqual(saveModel(once));
      const other = await pruneModel(models[name], table, 0.1, { ...few, seed: 5 });
      expect(saveModel(other)).not.toEqual(saveModel(once));
    });

    test("leaves the model it was given alone", async () => {
      const before = saveModel(models[name]);
      await pruneModel(models[name], table, 0.5, { ...engine, epochs: 1 });
      expect(saveModel(models[name])).toEqual(before);
    });
  });

  test("learns from the given rows alone, and by their weights", async () => {
    const rows = Int32Array.from({ length: 100 }, (_, i) => 2 * i);
    const spoiled = withCells(table, (cell, row, name) => (name === "value" && row % 2 === 1 ? 1e9 : cell));
    const few = { ...engine, epochs: 1 };
    const expected = saveModel(await pruneModel(models.net, table, 0.5, { ...few, rows }));
    expect(saveModel(await pruneModel(models.net, spoiled, 0.5, { ...few, rows }))).toEqual(expected);
    const sampleWeights = Array.from({ length: 200 }, (_, row) => (row % 2 === 1 ? 0 : 3));
    expect(saveModel(await pruneModel(models.net, spoiled, 0.5, { ...few, sampleWeights }))).toEqual(
      expected,
    );
  });

  test("reports progress and leaves the model unchanged when it is stopped", async () => {
    const seen: number[] = [];
    await pruneModel(models.net, table, 0.5, {
      ...engine,
      epochs: 3,
      onProgress: ({ stage, done, total }) => {
        expect([stage, total]).toEqual(["refit", 1]);
        seen.push(done);
      },
    });
    expect(seen.at(-1)).toBe(1);
    const stopped = "Pruning was stopped before its end; the model is unchanged.";
    const controller = new AbortController();
    for (const signal of [AbortSignal.abort(), controller.signal]) {
      const run = () =>
        pruneModel(models.net, table, 0.5, {
          ...engine,
          epochs: 1000,
          signal,
          onProgress: () => controller.abort(),
        });
      expect(await refusal(run)).toBe(stopped);
    }
  });

  test("is refused, in a sentence, where it cannot be done", async () => {
    for (const network of ["standard", "mlp"] as const) {
      const model = await trainModel(table, "value", { ...options, network, epochs: 1 });
      const projected = { ...engine, pruning: "l1-projection" } as const;
      expect(await refusal(() => pruneModel(model, table, 0.5, projected))).toMatch(
        /^The rule "l1-projection" projects L1-normalized weights, and this network has "(l2-row|plain)" ones/,
      );
    }
    const threshold = { ...engine, pruning: "threshold" } as const;
    expect(await refusal(() => pruneModel(models.net, table, 0.5, threshold))).toMatch("takes no sparsity");
    for (const sparsity of [0, 1, -1, Number.NaN]) {
      expect(await refusal(() => pruneModel(models.net, table, sparsity, engine))).toMatch(/above 0|below 1/);
    }
    const empty = withCells(table, (cell, _, name) => (name === "value" ? null : cell));
    expect(await refusal(() => pruneModel(models.net, empty, 0.5, engine))).toMatch("nothing to train on");
    expect(await refusal(() => pruneModel(models.net, mixedTable(20, ["kind"]), 0.5, engine))).toMatch(
      'no column "value"',
    );
    const lacking = { ...table, columns: table.columns.slice(1) };
    expect(await refusal(() => pruneModel(models.net, lacking, 0.5, engine))).toMatch('the column "length"');
  });
});

test("pruning trains on with the model's own λ and penalty, under which the bound goes on shrinking", async () => {
  const lambda = 0.05;
  const model = await trainModel(table, "value", { ...quick, lambda, width: 16 });
  const jobs: TrainingJob[] = [];
  const run: typeof runInProcess = (list, hooks) => {
    jobs.push(...list);
    return runInProcess(list, hooks);
  };
  const pruned = await pruneModel(model, table, 0.3, { ...engine, epochs: 30, run });
  for (const { training } of jobs) expect(training).toMatchObject({ lambda, penalty: "path-norm" });
  const free = await pruneModel({ ...model, record: { ...model.record, lambda: 0 } }, table, 0.3, {
    ...engine,
    epochs: 30,
  });
  expect(pruned.record.bounds[0].value).toBeLessThan(0.9 * free.record.bounds[0].value);
});
