import { beforeAll, describe, expect, test } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { boxAround } from "../../src/bounds/box.ts";
import { valueAndGradient } from "../../src/bounds/point.ts";
import { predictionError } from "../../src/bounds/predictionError.ts";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { inspectModel } from "../../src/models/inspectModel.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable, withOutputs } from "../../src/models/predictTable.ts";
import { pruneModel } from "../../src/models/pruneModel.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { type TrainOptions, trainModel } from "../../src/models/trainModel.ts";
import { encodedInputs } from "../../src/preprocess/encoder.ts";
import type { Value } from "../../src/tables/column.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { allRows } from "../support/csv.ts";
import { encodedMatrix } from "../support/encodedMatrix.ts";
import { forward } from "../support/forward.ts";
import { mixedTable, quick, refusal } from "../support/synthetic.ts";

/** The rows show the opposite of what is asked of the weight. */
const monotone = { length: "+", weight: "-", wet: "-" } as const;
const options: TrainOptions = { ...quick, epochs: 30, monotone };
const columns = Object.entries(monotone) as [keyof typeof monotone, "+" | "-"][];

const cases: Record<string, () => Promise<TabularModel>> = {
  "a net for a number": () => trainModel(mixedTable(150, ["value"]), "value", options),
  "a ResNet for a number": () =>
    trainModel(mixedTable(150, ["value"]), "value", { ...options, network: "resnet" }),
  "a Standard Net for two classes": () =>
    trainModel(mixedTable(150, ["sign"]), "sign", { ...options, network: "standard" }),
  "an ensemble for two classes": () =>
    trainModel(mixedTable(150, ["sign"]), "sign", { ...options, preset: "best", epochs: 10 }),
  "a net for a number, by bins": () =>
    trainModel(mixedTable(150, ["value"]), "value", { ...options, encode: "bins" }),
  "a ResNet for two classes, by values and bins": () =>
    trainModel(mixedTable(150, ["sign"]), "sign", { ...options, network: "resnet", encode: "both" }),
  "a net by bins that was pruned in training": () =>
    trainModel(mixedTable(150, ["value"]), "value", { ...options, prune: 0.7, encode: "bins" }),
  "a net that was pruned in training": () =>
    trainModel(mixedTable(150, ["value"]), "value", { ...options, prune: 0.7 }),
  "a net that was pruned afterwards": async () =>
    pruneModel(
      await trainModel(mixedTable(150, ["value"]), "value", options),
      mixedTable(150, ["value"]),
      0.7,
    ),
};
const names = Object.keys(cases);
const models = new Map<string, TabularModel>();
let backend: Backend;

beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  for (const name of names) models.set(name, await cases[name]());
  models.set("free", await trainModel(mixedTable(150, ["value"]), "value", { ...options, monotone: {} }));
});

const WIDE = 6;

/** Rows of a table: the numbers up to six standard deviations from the mean, some cells missing. */
function randomRows(model: TabularModel, random: Random, count: number): Record<string, Value[]> {
  const cells = Object.fromEntries(model.encoder.columns.map(({ name }) => [name, [] as Value[]]));
  for (const column of model.encoder.columns) {
    for (let i = 0; i < count; i++) {
      let cell: Value = random.next() < 0.5;
      if (column.kind === "numeric") cell = column.mean + column.std * WIDE * (2 * random.next() - 1);
      if (column.kind === "categorical")
        cell = ["red", "green", "blue", "violet"][Math.floor(4 * random.next())];
      cells[column.name].push(column.missing && random.next() < 0.1 ? null : cell);
    }
  }
  return cells;
}

/** The places of the `count` rows at which the model rises least in `column`, or falls least if it should fall: where to look for a violation. */
function steepestPlaces(model: TabularModel, table: Frame, column: string, sign: string, count: number) {
  const inputs = encodedInputs(model.encoder);
  const own = inputs.flatMap((input, j) => (input.column === column && input.kind !== "missing" ? [j] : []));
  const bounded = boundedModel(model.members, inputs.length);
  const encoded = encodedMatrix(model.encoder, table, allRows(table));
  const slopes = Array.from(allRows(table), (row) => {
    const gradient = new Float64Array(inputs.length);
    const x = Float64Array.from(encoded.subarray(row * inputs.length, (row + 1) * inputs.length));
    valueAndGradient(bounded, Float64Array.of(1), x, gradient);
    return Math.min(...own.map((j) => (sign === "+" ? gradient[j] : -gradient[j])));
  });
  return [...slopes.keys()].sort((a, b) => slopes[a] - slopes[b]).slice(0, count);
}

interface Pairs {
  readonly below: Frame;
  readonly above: Frame;
}

/** Rows twice, the second time with more in the column: of `count` pairs half are random, half where the model rises least. */
function pairsOf(model: TabularModel, column: string, sign: string, count: number, seed: number): Pairs {
  const random = createRandom(seed);
  const cells = randomRows(model, random, count);
  const half = count / 2;
  const candidates = Object.fromEntries(
    Object.entries(cells).map(([name, all]) => [name, all.slice(0, 4000)]),
  );
  const steep = steepestPlaces(model, frameFrom(candidates), column, sign, 100);
  for (const all of Object.values(cells)) for (let i = half; i < count; i++) all[i] = all[steep[i % 100]];
  const { mean, std } = { mean: 0, std: 1, ...model.encoder.columns.find(({ name }) => name === column) };
  const within = (value: number) => mean + std * Math.min(Math.max((value - mean) / std, -WIDE), WIDE);
  const isTruth = column === "wet";
  const low = cells[column].map((cell, i): Value => {
    if (isTruth) return false;
    const at = typeof cell === "number" ? cell : mean;
    return i < half ? at : within(at - 0.01 * std * normal(random));
  });
  const high = low.map((cell, i): Value => {
    if (isTruth) return true;
    // From neighbouring numbers to the other end.
    const step = i < half ? random.next() * 2 * WIDE : 10 ** (-8 + 9 * random.next());
    return within(Number(cell) + std * step);
  });
  return {
    below: frameFrom({ ...cells, [column]: low }),
    above: frameFrom({ ...cells, [column]: high }),
  };
}

/** What predictions may fall by rounding in float32, for rows like those above: twice the error of one, in scaled units or logits. */
function roundingOf(model: TabularModel): number {
  const inputs = encodedInputs(model.encoder);
  const radii = inputs.map(({ kind }) => (kind === "bin" ? 1 : WIDE + 1e-3));
  const box = boxAround(new Float64Array(inputs.length), radii);
  const [error] = predictionError(analyse(boundedModel(model.members, inputs.length), box));
  return 2 * error;
}

/** How far each prediction moves the right way: values in scaled units, or probabilities, whose slope is at most 1/4. */
function moves(model: TabularModel, { below, above }: Pairs, sign: string): Float64Array {
  const [from, to] = [below, above].map((table) => predictTable(backend, model, table));
  const way = sign === "+" ? 1 : -1;
  if (from.task === "regression" && to.task === "regression" && model.target.task === "regression") {
    const [scale] = model.target.scales;
    return from.values.map((value, i) => (way * (to.values[i] - value)) / scale);
  }
  if (from.task !== "classification" || to.task !== "classification") throw new Error("two kinds of target");
  const second = (i: number) => to.probabilities[2 * i + 1] - from.probabilities[2 * i + 1];
  return Float64Array.from(from.labels, (_, i) => way * second(i));
}

/** Outputs in float64, whose own rounding is far below that of predictions. */
function exactOutputs(model: TabularModel, table: Frame, count: number): number[] {
  const width = encodedInputs(model.encoder).length;
  const encoded = encodedMatrix(model.encoder, table, allRows(table).subarray(0, count));
  return Array.from({ length: count }, (_, i) => {
    const each = model.members.map(({ network, inputs }) =>
      forward(
        network,
        Array.from(inputs, (j) => encoded[i * width + j]),
      ),
    );
    return each.reduce((sum, [value]) => sum + value, 0) / each.length;
  });
}

describe.each(names)("%s, trained to be monotone in columns whose rows say otherwise,", (name) => {
  test.each(columns)(
    "keeps its direction in %s (%s) over 100,000 random and adversarial pairs of rows, but for rounding to float32",
    (column, sign) => {
      const model = models.get(name)!;
      const pairs = pairsOf(model, column, sign, 100_000, names.indexOf(name));
      const allowed = roundingOf(model);
      expect(allowed).toBeLessThan(2e-3);
      const worst = moves(model, pairs, sign).reduce((a, b) => Math.min(a, b));
      expect(worst).toBeGreaterThanOrEqual(-allowed);
    },
  );

  test.each(columns)("keeps its direction in %s (%s) in float64 to the fourteenth digit", (column, sign) => {
    const model = models.get(name)!;
    const count = 2000;
    const { below, above } = pairsOf(model, column, sign, count, 9);
    const [from, to] = [below, above].map((table) => exactOutputs(model, table, count));
    const way = sign === "+" ? 1 : -1;
    from.forEach((value, i) => {
      expect(way * (to[i] - value)).toBeGreaterThanOrEqual(-1e-13 * (1 + Math.abs(value)));
    });
  });

  test("is told by inspect to be guaranteed, before and after it is saved and loaded", () => {
    const model = models.get(name)!;
    const loaded = loadModel(saveModel(model), "m.safetensors");
    for (const each of [model, loaded]) {
      const said = Object.fromEntries(inspectModel(each).columns.map((report) => [report.column, report]));
      for (const [column, sign] of columns) {
        const { monotone: found, change } = said[column];
        const expected = sign === "+" ? "non-decreasing" : "non-increasing";
        // Pruning may leave nothing of a column but whether it is missing.
        expect(change === 0 ? expected : found).toBe(expected);
      }
      expect(said.colour.monotone).toBeNull();
    }
    const table = mixedTable(50, [], 3);
    const outputs = (of: TabularModel) =>
      withOutputs(backend, of, (outputs) => outputs(encodedMatrix(of.encoder, table, allRows(table))));
    expect(outputs(loaded)).toEqual(outputs(model));
  });
});

describe("Without the linear term", () => {
  test("the same rows make a network that breaks the direction, and the pairs find it", () => {
    const model = models.get("free")!;
    const worst = moves(model, pairsOf(model, "weight", "-", 2000, 1), "-").reduce((a, b) => Math.min(a, b));
    expect(worst).toBeLessThan(-1);
    expect(inspectModel(model).columns.every((report) => report.monotone === null)).toBe(true);
  });

  test("a slope that is a little less than the bound is not said to be a guarantee", () => {
    const model = models.get("a net for a number")!;
    const [{ network, ...member }] = model.members;
    const less = { ...network, slopes: network.slopes!.map((slope) => slope * (1 - 1e-5)) };
    const reports = inspectModel({ ...model, members: [{ ...member, network: less }] }).columns;
    expect(reports.every((report) => report.monotone === null)).toBe(true);
  });
});

describe("Monotone columns", () => {
  test("still learn what the direction allows", async () => {
    const rows = { ...quick, monotone: { length: "+" } } as const;
    const { record } = await trainModel(mixedTable(300, ["value"]), "value", rows);
    const { model, constant } = record.validation!;
    if (!("rmse" in model && "rmse" in constant)) throw new Error("expected a regression");
    expect(model.rmse / constant.rmse).toBeLessThan(0.45);
    expect(record.monotone).toEqual({ length: "+" });
  });

  test("are refused with a sentence where there is no order, no such column or no single output", async () => {
    const ask = (targets: ("value" | "other" | "kind")[], asked: object) =>
      refusal(() =>
        trainModel(mixedTable(60, targets), targets, {
          ...quick,
          monotone: asked as TrainOptions["monotone"],
        }),
      );
    expect(await ask(["value"], { colour: "+" })).toContain('"colour", but its values are categories');
    expect(await ask(["value"], { lenght: "+" })).toContain('did you mean "length"?');
    expect(await ask(["value"], { value: "+" })).toContain("no column to predict from");
    expect(await ask(["value"], { length: "up" })).toContain('is "+" or "-", but "up" was given');
    expect(await ask(["kind"], { length: "+" })).toContain("but there are 3 classes");
    expect(await ask(["value", "other"], { length: "+" })).toContain("but there are 2 targets");
  });
});
