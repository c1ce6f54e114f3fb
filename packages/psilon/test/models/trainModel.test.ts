import { describe, expect, test } from "vitest";
import { pathBounds } from "../../src/bounds/globalBounds.ts";
import { type NetworkKind, networkKinds } from "../../src/engine/networks/spec.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { Progress } from "../../src/fit/options.ts";
import { type Preset, presets } from "../../src/fit/presets.ts";
import { runInProcess } from "../../src/fit/runner.ts";
import { saveModel } from "../../src/models/modelFile.ts";
import { recordedBounds } from "../../src/models/recordedBounds.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { mixedTable, quick, refusal, withCells } from "../support/synthetic.ts";

/** The RMSE of a model's validation rows over that of the constant. */
function errorShare({ record }: TabularModel): number {
  const { model, constant } = record.validation!;
  if (!("rmse" in model && "rmse" in constant)) throw new Error("expected a regression");
  return model.rmse / constant.rmse;
}

function accuracies({ record }: TabularModel): { model: number; constant: number } {
  const { model, constant } = record.validation!;
  if (!("accuracy" in model && "accuracy" in constant)) throw new Error("expected a classification");
  expect(model.logLoss).toBeLessThan(0.7 * constant.logLoss);
  return { model: model.accuracy, constant: constant.accuracy };
}

describe("every task is learned from numbers, categories, booleans and missing cells", () => {
  test("regression, far better than the constant and in the target's units", async () => {
    const model = await trainModel(mixedTable(300, ["value"]), "value", quick);
    expect(errorShare(model)).toBeLessThan(0.35);
    expect(model.target).toMatchObject({ task: "regression", names: ["value"] });
    const { constant } = model.record.validation!;
    expect("rmse" in constant && constant.rmse).toBeGreaterThan(10);
    expect(model.encoder.columns.map(({ name, missing }) => [name, missing])).toEqual([
      ["length", false],
      ["weight", true],
      ["colour", true],
      ["wet", false],
    ]);
  });

  test("regression of several targets of different units", async () => {
    const model = await trainModel(mixedTable(300, ["value", "other"]), ["value", "other"], quick);
    const last = model.members[0].network.layers.at(-1);
    expect(last?.rows).toBe(2);
    expect(errorShare(model)).toBeLessThan(0.45);
    const { model: scores } = model.record.validation!;
    // The mean over both targets, of which "other" counts for little in the RMSE.
    expect("r2" in scores && scores.r2).toBeGreaterThan(0.8);
  });

  test("two classes, with one logit", async () => {
    const model = await trainModel(mixedTable(300, ["sign"]), "sign", quick);
    const { model: found, constant } = accuracies(model);
    expect(found).toBeGreaterThan(constant + 0.2);
    expect(model.members[0].network.layers.at(-1)?.rows).toBe(1);
  });

  test("three classes, with a logit each", async () => {
    const model = await trainModel(mixedTable(300, ["kind"]), "kind", quick);
    const { model: found, constant } = accuracies(model);
    expect(found).toBeGreaterThan(constant + 0.2);
    expect(model.members[0].network.layers.at(-1)?.rows).toBe(3);
  });

  test("numbers as classes where the task says so", async () => {
    const table = withCells(mixedTable(300, ["kind"]), (cell) =>
      cell === "low" ? 1 : cell === "middle" ? 2 : cell === "high" ? 10 : cell,
    );
    const model = await trainModel(table, "kind", { ...quick, task: "classification" });
    expect(model.target).toMatchObject({ task: "classification", classes: ["1", "2", "10"] });
  });
});

describe.each(Object.keys(networkKinds) as NetworkKind[])("the network %s", (network) => {
  test("learns, and its record holds the bounds of its folded weights", async () => {
    const model = await trainModel(mixedTable(300, ["value"]), "value", { ...quick, network, epochs: 60 });
    expect(errorShare(model)).toBeLessThan(0.5);
    const [{ network: folded, lengths }] = model.members;
    expect(folded.architecture).toBe(networkKinds[network].architecture);
    expect(model.record.bounds).toEqual(recordedBounds([{ network: folded }]));
    expect(lengths.map((list) => list.length)).toEqual(
      { net: [1, 1, 1], resnet: [1, 1, 1, 1], standard: [16, 16, 1], mlp: [0, 0, 0] }[network],
    );
    expect(model.record).toMatchObject({ network, width: 16, depth: 2, epochs: 60, pruning: null });
  });
});

describe("the search for λ", () => {
  test("tells what every λ of the preset came to, and is scored as the chosen one", async () => {
    const { lambda: _, ...auto } = { ...quick, epochs: 15 };
    const { record } = await trainModel(mixedTable(200, ["value"]), "value", auto);
    expect(record.lambdaGrid.map(({ lambda }) => lambda)).toEqual(presets.fast.lambdas.regression);
    expect(record.lambdaGrid.every(({ scores }) => scores !== null)).toBe(true);
    const chosen = record.lambdaGrid.find(({ lambda }) => lambda === record.lambda);
    expect(record.validation!.model).toEqual(chosen?.scores);
  });

  test("is left out where λ is given, and λ = 0 is one that may be given", async () => {
    const { record } = await trainModel(mixedTable(100, ["value"]), "value", {
      ...quick,
      epochs: 5,
      lambda: 0,
    });
    expect(record.lambda).toBe(0);
    expect(record.lambdaGrid).toHaveLength(1);
  });

  test("counts targets of different units alike", async () => {
    // "value" is in thousands of the unit that the λ are told apart by; its scale must not decide alone.
    const table = mixedTable(150, ["value", "other"]);
    const huge = withCells(table, (cell, _, name) => (name === "value" ? 1e6 * Number(cell) : cell));
    const options = { ...quick, lambda: "auto", epochs: 8 } as const;
    const [a, b] = [
      await trainModel(table, ["value", "other"], options),
      await trainModel(huge, ["value", "other"], options),
    ];
    expect(b.record.lambda).toBe(a.record.lambda);
    expect(b.record.bounds[0].value / a.record.bounds[0].value).toBeCloseTo(1, 2);
  });

  test("a larger λ makes a smoother model", async () => {
    const table = mixedTable(200, ["value"]);
    const [loose, tight] = [
      await trainModel(table, "value", { ...quick, lambda: 1e-5 }),
      await trainModel(table, "value", { ...quick, lambda: 1e-1 }),
    ];
    expect(tight.record.bounds[0].value).toBeLessThan(0.7 * loose.record.bounds[0].value);
  });
});

describe("presets", () => {
  /** Of few rows. */
  function refitOf(preset: Preset) {
    const { selection } = presets[preset];
    return selection.kind === "refit"
      ? { ...selection.folds(50, "regression"), networks: selection.networks.alone }
      : { count: 0, tried: 0, networks: 0 };
  }

  /** What the search and what came after trained on, as [train rows, validation rows]. */
  async function jobsOf(preset: Preset, count: number) {
    const jobs: [number, number | null][] = [];
    const model = await trainModel(mixedTable(count, ["value"]), "value", {
      ...quick,
      preset,
      width: 8,
      epochs: 2,
      run: (list, hooks) => {
        for (const { train, validation } of list) jobs.push([train.rows, validation?.rows ?? null]);
        return runInProcess(list, hooks);
      },
    });
    return { jobs, model };
  }

  test("fast and balanced take folds where rows are few, and then all rows", async () => {
    for (const preset of ["fast", "balanced"] as const) {
      const { count, tried, networks } = refitOf(preset);
      const { jobs, model } = await jobsOf(preset, 12 * count);
      expect(jobs).toEqual([
        ...Array(tried).fill([12 * (count - 1), 12]),
        ...Array(networks).fill([12 * count, null]),
      ]);
      expect(model.record.validation).toMatchObject({ kind: "folds", rows: 12 * tried });
      expect(model.record.rows).toBe(12 * count);
    }
  });

  test("fast and balanced take one validation part where rows are many", async () => {
    for (const preset of ["fast", "balanced"] as const) {
      const { jobs, model } = await jobsOf(preset, 1000);
      const { networks } = refitOf(preset);
      expect(jobs).toEqual([[800, 200], ...Array(networks).fill([1000, null])]);
      expect(model.record.validation).toMatchObject({ kind: "holdout", rows: 200 });
      expect(model.record.rows).toBe(1000);
    }
  });

  test("best makes an ensemble on all rows, whose bound is the mean of its members' bounds", async () => {
    const { count, tried, networks } = refitOf("best");
    const { jobs, model } = await jobsOf("best", 12 * count);
    expect(jobs).toEqual([
      ...Array(tried).fill([12 * (count - 1), 12]),
      ...Array(networks).fill([12 * count, null]),
    ]);
    expect(model.members).toHaveLength(networks);
    const mean = model.members.reduce(
      (sum, { network }) => sum + pathBounds([{ network }])[0].atMost / networks,
      0,
    );
    expect(model.record.bounds[0].value).toBeCloseTo(mean, 10);
    expect(model.record.validation).toMatchObject({ kind: "folds", rows: 12 * tried });
    expect(model.record.rows).toBe(12 * count);
    const seen = new Set(model.members.map(({ network }) => String(network.layers[0].bias)));
    expect(seen.size).toBe(networks);
  });

  test("best learns", async () => {
    const model = await trainModel(mixedTable(200, ["kind"]), "kind", {
      ...quick,
      preset: "best",
      lambda: "auto",
      width: 8,
      epochs: 40,
    });
    expect(model.record.lambdaGrid.every(({ scores }) => scores !== null)).toBe(true);
    expect(accuracies(model).model).toBeGreaterThan(0.7);
  });

  test("paper keeps the network trained beside the validation part, and the encoder of its train part", async () => {
    const { jobs, model } = await jobsOf("paper", 100);
    expect(jobs).toEqual([[80, 20]]);
    expect(model.record).toMatchObject({ rows: 80, validation: { kind: "holdout", rows: 20 } });
  });

  test("paper learns from 2000 rows at most, every class among them", async () => {
    const random = createRandom(1);
    const count = 3000;
    const table = frameFrom({
      x: Array.from({ length: count }, () => normal(random)),
      y: Array.from({ length: count }, (_, i) => (i < 4 ? "rare" : i % 2 ? "odd" : "even")),
    });
    const parts: Float32Array[] = [];
    await trainModel(table, "y", {
      ...quick,
      preset: "paper",
      width: 4,
      epochs: 1,
      run: (jobs, hooks) => {
        parts.push(jobs[0].train.targets);
        return runInProcess(jobs, hooks);
      },
    });
    expect(parts[0]).toHaveLength(2000);
    expect(new Set(parts[0])).toEqual(new Set([0, 1, 2]));
  });
});

describe("what training reports", () => {
  test("progress rises from 0 to the number of networks, refit included", async () => {
    const seen: Progress[] = [];
    await trainModel(mixedTable(60, ["value"]), "value", {
      ...quick,
      epochs: 3,
      onProgress: (progress) => seen.push(progress),
    });
    const total = 4;
    expect(seen.every((progress) => progress.total === total)).toBe(true);
    const done = seen.map((progress) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(total);
    expect(seen.at(-1)?.stage).toBe("refit");
    expect(seen[0].stage).toBe("search");
  });

  test("the record says what was stored and what computed", async () => {
    const { record, members } = await trainModel(mixedTable(60, ["value"]), "value", { ...quick, epochs: 3 });
    const [{ network }] = members;
    const stored = network.layers.reduce((sum, { rows, columns }) => sum + rows * columns + rows, 0);
    expect(record.parameters).toBe(stored);
    expect(record).toMatchObject({ backend: "WebAssembly SIMD", interrupted: false, seed: 0, sparsity: 0 });
    expect(record.nearSparsity).toBeGreaterThan(0);
    expect(record.nearSparsity).toBeLessThan(1);
    expect(record.seconds).toBeGreaterThan(0);
  });
});

describe("the same seed", () => {
  const options = { ...quick, epochs: 6, lambda: "auto" } as const;

  test("gives the same bytes, another seed others", async () => {
    const table = mixedTable(80, ["kind"]);
    const [a, b, c] = [
      await trainModel(table, "kind", { ...options, seed: 3 }),
      await trainModel(table, "kind", { ...options, seed: 3 }),
      await trainModel(table, "kind", { ...options, seed: 4 }),
    ].map(saveModel);
    expect(b).toEqual(a);
    expect(c).not.toEqual(a);
  });

  test("gives the same bytes when two fits run at once", async () => {
    const tables = [mixedTable(80, ["value"], 1), mixedTable(90, ["value"], 2)];
    const fit = async (index: number) => saveModel(await trainModel(tables[index], "value", options));
    const alone = [await fit(0), await fit(1)];
    expect(await Promise.all([fit(0), fit(1)])).toEqual(alone);
  });

  test("gives the same bytes when jobs come back from elsewhere as clones", async () => {
    const table = mixedTable(80, ["value"]);
    const here = await trainModel(table, "value", options);
    const there = await trainModel(table, "value", {
      ...options,
      run: async (jobs, hooks) => structuredClone(await runInProcess(structuredClone(jobs), hooks)),
    });
    expect(saveModel(there)).toEqual(saveModel(here));
  });
});

describe("few rows", () => {
  const few = (count: number, y: (i: number) => unknown) =>
    frameFrom({
      x: Array.from({ length: count }, (_, i) => (i * 7) % 11),
      y: Array.from({ length: count }, (_, i) => y(i)),
    });

  test("from two rows on a regression can be trained, under paper from three", async () => {
    for (const preset of Object.keys(presets) as Preset[]) {
      for (const count of preset === "paper" ? [3, 4, 7] : [2, 3, 4, 7]) {
        const options = { ...quick, preset, width: 3, epochs: 2, task: "regression" } as const;
        const model = await trainModel(
          few(count, (i) => i + 0.5),
          "y",
          options,
        );
        const { validation } = model.record;
        expect(Object.values(validation!.model).every(Number.isFinite), `${preset} ${count}`).toBe(true);
        expect(Object.values(validation!.linear!).every(Number.isFinite), `${preset} ${count}`).toBe(true);
      }
    }
  });

  test("from two rows a class on a classification can be trained under every preset", async () => {
    for (const preset of Object.keys(presets) as Preset[]) {
      for (const count of [4, 5, 9]) {
        const options = { ...quick, preset, width: 3, epochs: 2 };
        const model = await trainModel(
          few(count, (i) => (i % 2 ? "a" : "b")),
          "y",
          options,
        );
        const { validation } = model.record;
        expect(Object.values(validation!.model).every(Number.isFinite), `${preset} ${count}`).toBe(true);
        expect(Object.values(validation!.linear!).every(Number.isFinite), `${preset} ${count}`).toBe(true);
      }
    }
  });

  test("one row and constant targets are refused", async () => {
    expect(
      await refusal(() =>
        trainModel(
          few(1, (i) => i),
          "y",
          quick,
        ),
      ),
    ).toMatch("one row");
    expect(
      await refusal(() =>
        trainModel(
          few(9, () => 5),
          "y",
          quick,
        ),
      ),
    ).toMatch('is "5" in every row');
  });
});
