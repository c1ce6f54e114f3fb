import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { toOnnx } from "../../src/exports/onnx/toOnnx.ts";
import { exportPlan } from "../../src/exports/plan.ts";
import type { FitOptions } from "../../src/fit/options.ts";
import { readOnnx } from "../../src/formats/onnx/readOnnx.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import type { Member, TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import type { EncodedColumn } from "../../src/preprocess/encoder.ts";
import { frameFrom, type Row } from "../../src/tables/frameFrom.ts";
import { onnxRuntime, runOnnx } from "../support/onnxRuntime.ts";
import { mixedRows, quick } from "../support/synthetic.ts";
import { expectAgreement } from "./agreement.ts";
import { type Example, exampleModels } from "./examples.ts";
import { answersOf } from "./onnxAnswers.ts";

let backend: Backend;
let examples: Example[];
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  examples = await exampleModels();
});

/** A model made from that of an example, and what it predicts for the example's rows. */
function changed(name: string, change: (model: TabularModel) => TabularModel): Example {
  const { model: given, rows } = examples.find((example) => example.name === name) as Example;
  const model = change(given);
  return {
    name: `${name}, changed`,
    model,
    rows,
    predicted: predictTable(backend, model, frameFrom([...rows])),
  };
}

const withColumns = (
  model: TabularModel,
  change: (column: EncodedColumn) => EncodedColumn,
): TabularModel => ({
  ...model,
  encoder: { ...model.encoder, columns: model.encoder.columns.map(change) },
});

/** The model with another weight in place of each first one, by its member, row and column. */
const withFirstWeights = (
  model: TabularModel,
  change: (weight: number, member: number, column: number) => number,
): TabularModel => ({
  ...model,
  members: model.members.map((member, m): Member => {
    const [first, ...others] = member.network.layers;
    if (first.kind !== "dense") throw new Error("a first layer is dense");
    const weight = first.weight.map((value, i) => change(value, m, i % first.columns));
    return { ...member, network: { ...member.network, layers: [{ ...first, weight }, ...others] } };
  }),
});

const agree = async (example: Example) =>
  expectAgreement(example, await answersOf(example.model, example.rows));

/** A small model of mixed rows and a target. */
function trained(target: "value" | "kind" | "amount", options: FitOptions = {}, missing?: string[]) {
  const rows = mixedRows(200, 2).map(({ length, weight, colour, wet, value, kind }, i) => ({
    length,
    weight: missing && weight === null ? -999 : weight,
    colour: missing && colour === null ? "unknown" : colour,
    wet,
    month: new Date(Date.UTC(2024, i % 6, 1 + (i % 20))),
    ...{ value: { value }, kind: { kind }, amount: { amount: Math.exp(value / 1000) } }[target],
  }));
  return trainModel(frameFrom(rows, { missing: missing ?? [] }), target, {
    ...quick,
    width: 6,
    epochs: 20,
    ...options,
  });
}

const plain: Row = { length: 21, weight: 310, colour: "red", wet: true, month: new Date("2024-03-05") };

describe.skipIf(!onnxRuntime)("A row in onnxruntime (needs .tools/onnxruntime-node)", () => {
  test("is encoded as here where numbers are clipped, and where rare categories share an input", async () => {
    await agree(
      changed("a network of numbers", (model) =>
        withColumns(model, (column) => (column.kind === "numeric" ? { ...column, clip: 0.4 } : column)),
      ),
    );
    await agree(
      changed("a network of numbers", (model) =>
        withColumns(model, (column) =>
          column.kind === "categorical"
            ? { ...column, categories: column.categories.slice(1), other: true }
            : column,
        ),
      ),
    );
  });

  test("goes through members that read different inputs, and none", async () => {
    await agree(
      changed("an ensemble", (model) =>
        withFirstWeights(model, (weight, m, j) => (m === 2 || (j * 7 + m) % 5 < 3 ? 0 : weight)),
      ),
    );
    const { model } = changed("an ensemble", (given) => withFirstWeights(given, () => 0));
    const { outputs } = await runOnnx(toOnnx(model), {});
    const { predicted } = changed("an ensemble", () => model);
    if (predicted.task !== "regression") throw new Error("its target is numbers");
    expect(outputs.value.dims).toEqual([1, 1]);
    expect(outputs.value.data[0]).toBeCloseTo(predicted.values[0], 6);
  });

  test("has quantiles in order, and an end of an interval where it would be empty", async () => {
    const reversed = changed("quantiles", (model) => ({
      ...model,
      target: {
        ...model.target,
        task: "regression",
        interval: { coverage: 0.8, margins: [-0.4] },
      } as TabularModel["target"],
      members: model.members.map((member) => {
        const layers = [...member.network.layers];
        const last = layers[layers.length - 1];
        if (last.kind !== "dense") throw new Error("its last layer is dense");
        const rows = Array.from({ length: last.rows }, (_, i) =>
          last.weight.slice(i * last.columns, (i + 1) * last.columns),
        ).reverse();
        layers[layers.length - 1] = {
          ...last,
          weight: Float32Array.from(rows.flatMap((row) => [...row])),
          bias: last.bias.toReversed(),
        };
        return { ...member, network: { ...member.network, layers } };
      }),
    }));
    const { predicted } = reversed;
    if (predicted.task !== "regression" || !predicted.interval) throw new Error("it has intervals");
    const { low, high } = predicted.interval;
    expect(low.filter((end, i) => end === high[i]).length).toBeGreaterThan(0);
    expect(low.filter((end, i) => end < high[i]).length).toBeGreaterThan(0);
    await agree(reversed);
  });

  test("has intervals of counts that do not go below 0", async () => {
    const { model, rows, predicted } = changed("counts", (given) => ({
      ...given,
      target: { ...given.target, interval: { coverage: 0.9, margins: [2.4] } } as TabularModel["target"],
    }));
    if (predicted.task !== "regression" || !predicted.interval) throw new Error("it has intervals");
    const { low, high } = predicted.interval;
    expect(low).toContain(0);
    expect(Math.max(...low)).toBeGreaterThan(1);
    (await answersOf(model, rows)).forEach(({ numbers }, i) => {
      expect(Math.abs(numbers[1] - low[i])).toBeLessThan(1e-5 * high[i]);
      expect(Math.abs(numbers[2] - high[i])).toBeLessThan(1e-5 * high[i]);
    });
  });

  test("has missing cells by every text and number that stands for one", async () => {
    const model = await trained("value", {}, ["-999", "unknown", "7"]);
    const alike: Row[] = [
      { ...plain, weight: null },
      { ...plain, weight: -999 },
      { ...plain, weight: 7 },
    ];
    const texts: Row[] = [null, "", "unknown", "NA", "?", "7"].map((colour) => ({ ...plain, colour }));
    const days: Row[] = [7, 7.01].map((day) => ({ ...plain, month: new Date(day * 86_400_000) }));
    const truths: Row[] = [null, -999, 7].map((wet) => ({ ...plain, wet }));
    for (const rows of [alike, texts, truths]) {
      const answers = (await answersOf(model, rows)).map(({ numbers: [value] }) => value);
      const [first] = (await answersOf(model, [plain])).map(({ numbers: [value] }) => value);
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).not.toBe(first);
    }
    // Seven days after 1970 began is a date, and not far from some minutes later.
    const [seventh, later] = (await answersOf(model, days)).map(({ numbers: [value] }) => value);
    expect(seventh).not.toBe(later);
    expect(seventh).toBeCloseTo(later, 1);
  });

  test("names a category of whole numbers with and without a decimal", async () => {
    const { model, rows } = examples.find(({ name }) => name.startsWith("values and bins")) as Example;
    expect(exportPlan(model).columns.find(({ name }) => name === "code")?.holds).toBe("texts");
    const [whole, decimal, other] = await answersOf(model, [
      { ...rows[0], code: "20" },
      { ...rows[0], code: "20.0" },
      { ...rows[0], code: "30" },
    ]);
    expect(decimal).toEqual(whole);
    expect(other).not.toEqual(whole);
  });

  test("has no prediction where there is none here, and its neighbours keep theirs", async () => {
    const odd: readonly Row[] = [
      { ...plain, length: Number.POSITIVE_INFINITY },
      { ...plain, length: -1e300 },
      { ...plain, wet: 0.3 },
      { ...plain, wet: 0.5 },
      { ...plain, colour: "violet" },
      { ...plain, month: new Date("2024-11-05") },
      { ...plain, month: Number.POSITIVE_INFINITY },
    ];
    const rows = odd.flatMap((row) => [plain, row]);
    const dates: FitOptions = { columns: { month: "date:month" } };
    for (const [target, options] of [
      ["value", { ...dates, quantile: [0.1, 0.9] }],
      ["amount", { ...dates, targetScale: "log", interval: 0.8 }],
      ["kind", dates],
    ] as const) {
      const given = await trained(target, options);
      const model: TabularModel = { ...given, encoder: { ...given.encoder, unseen: "error" } };
      for (const row of odd.slice(0, 6)) {
        expect(() => predictTable(backend, model, frameFrom([row])), JSON.stringify(row)).toThrow();
      }
      const answers = await answersOf(model, rows);
      answers.forEach(({ label, numbers }, i) => {
        expect(
          numbers.every((value) => Number.isFinite(value) === (i % 2 === 0)),
          `${target} ${i}`,
        ).toBe(true);
        if (target === "kind") expect(label === "").toBe(i % 2 === 1);
      });
      expect(
        new Set(answers.filter((_, i) => i % 2 === 0).map((answer) => JSON.stringify(answer))).size,
      ).toBe(1);
    }
  });

  test("has no prediction where numbers overflow, though no unit or output shows it", async () => {
    const { model, rows } = changed("a network of numbers", (given) => withFirstWeights(given, Math.abs));
    const far = { ...rows[0], length: -1e300 };
    expect(() => predictTable(backend, model, frameFrom([far]))).toThrow(/too far/);
    expect((await answersOf(model, [far]))[0].numbers[0]).toBeNaN();
    const { model: log } = examples.find(({ name }) => name === "a logarithm with intervals") as Example;
    const huge: TabularModel = {
      ...log,
      members: log.members.map((member) => {
        const layers = member.network.layers.map((layer) =>
          layer.kind === "dense"
            ? { ...layer, weight: layer.weight.map((value) => 1e30 * Math.abs(value)) }
            : layer,
        );
        return { ...member, network: { ...member.network, layers } };
      }),
    };
    expect(() => predictTable(backend, huge, frameFrom([...rows]))).toThrow(/exceed 3.4e38/);
    const answers = await answersOf(huge, rows);
    for (const [i, { numbers }] of answers.entries()) {
      // Whatever else stands in a column, it holds what it does in all rows.
      const one = Int32Array.of(i);
      const predict = () => predictTable(backend, huge, frameFrom([...rows]), one);
      if (numbers.some(Number.isNaN)) expect(predict).toThrow(/exceed 3.4e38/);
      else expect(predict().task).toBe("regression");
    }
  });

  test("has levels that are none as missing, or as no prediction where they are an error", async () => {
    const { model, rows } = examples.find(({ name }) => name.startsWith("values and bins")) as Example;
    const strange: Row[] = [
      { ...rows[0], size: "XXL" },
      { ...rows[0], size: null },
    ];
    const [stranger, missing] = await answersOf(model, strange);
    expect(stranger).toEqual(missing);
    const strict: TabularModel = { ...model, encoder: { ...model.encoder, unseen: "error" } };
    const [refused, kept] = await answersOf(strict, strange);
    expect(refused.numbers[0]).toBeNaN();
    expect(kept).toEqual(missing);
  });

  test("has cells and predictions under any names, those of one another and of the graph's own values too", async () => {
    const names = ["", "v1", "v7", "price_low", "label", "probabilities"];
    const rows = mixedRows(200, 4).map(({ length, value }, i) =>
      Object.fromEntries([...names.map((name, k) => [name, length + ((i * (k + 3)) % 5)]), ["price", value]]),
    );
    const model = await trainModel(frameFrom(rows), "price", { ...quick, epochs: 10, interval: 0.8 });
    const file = toOnnx(model);
    const { graph } = readOnnx(file, "");
    expect(graph.inputs.map(({ name }) => name)).toEqual(["_", ...names.slice(1)]);
    expect(graph.outputs.map(({ name }) => name)).toEqual(["price", "price_low_", "price_high"]);
    const feeds = Object.fromEntries(
      names.map((name) => [name || "_", Float64Array.from(rows, (row) => row[name])]),
    );
    const { outputs } = await runOnnx(file, feeds);
    const predicted = predictTable(backend, model, frameFrom(rows));
    if (predicted.task !== "regression") throw new Error("its target is numbers");
    rows.forEach((_, i) => {
      expect(Number(outputs.price.data[i])).toBeCloseTo(predicted.values[i], 3);
      expect(Number(outputs.price_low_.data[i])).toBeLessThan(predicted.values[i]);
    });
  });
});
