import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import type { FoldedDense } from "../../src/folded/folded.ts";
import { removeDeadUnits } from "../../src/folded/removeDeadUnits.ts";
import { decodeSafetensors } from "../../src/formats/safetensors.ts";
import { type ColumnReport, columnReports } from "../../src/models/columnReports.ts";
import { loadModel, saveModel } from "../../src/models/modelFile.ts";
import { predictTable } from "../../src/models/predictTable.ts";
import { pruneModel } from "../../src/models/pruneModel.ts";
import { createTablePredictor } from "../../src/models/tablePredictor.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { type TrainOptions, trainModel } from "../../src/models/trainModel.ts";
import type { Encodings } from "../../src/preprocess/encodings.ts";
import type { Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { mixedRows, quick, refusal, rowOf } from "../support/synthetic.ts";

const DAY = 86_400_000;

/** Mixed rows, each with a day on which its value depends in steps, and one that varies in length by a number far outside. */
function table(count: number, seed: number, far = 1e6): Frame {
  return frameFrom(
    mixedRows(count, seed).map(({ length, weight, colour, wet, value }, i) => ({
      ...{ length: i === 7 ? far : length, weight, colour, wet },
      when: new Date(DAY * ((i * 37) % 500)),
      two: i % 2,
      value: value + ((i * 37) % 500 > 250 ? 8 : 0),
    })),
  );
}
/** Of a date that is a number the days alone are inputs. */
const columns = { when: "numeric", two: "numeric" } as const;
const train = (encode: Encodings | undefined, more: TrainOptions = {}) =>
  trainModel(table(150, 1), "value", {
    ...quick,
    columns,
    ...more,
    ...(encode && { encode }),
  });

const models: Record<string, TabularModel> = {};
const names = ["bins", "both", "some columns"];
let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  models.bins = await train("bins");
  models.both = await train("both");
  models["some columns"] = await train({ weight: "both", when: "bins" });
});

describe("Columns that are asked to be inputs by their bins", () => {
  test("are so but for those of two values, and the record says what was asked", () => {
    const binsOf = (name: string) =>
      Object.fromEntries(
        models[name].encoder.columns.map((column) => [
          column.name,
          column.kind === "numeric" ? column.bins?.withValue : null,
        ]),
      );
    const others = { colour: null, wet: null };
    expect(binsOf("bins")).toEqual({ length: false, weight: false, when: false, two: undefined, ...others });
    expect(binsOf("both")).toEqual({ length: true, weight: true, when: true, two: undefined, ...others });
    // How the others become inputs was left to be found out.
    expect(binsOf("some columns")).toMatchObject({ weight: true, when: false, two: undefined, ...others });
    expect(names.map((name) => models[name].record.encode)).toEqual([
      "bins",
      "both",
      { weight: "both", when: "bins" },
    ]);
  });

  test("leave the linear model beside the network what it is by their values", async () => {
    const { record } = await train("value");
    for (const name of names) {
      const { validation } = models[name].record;
      expect(validation!.linear).toEqual(record.validation!.linear);
      expect(validation!.constant).toEqual(record.validation!.constant);
      expect(validation!.model).not.toEqual(record.validation!.model);
    }
  });

  test("are refused with a sentence where they are none, before the first step", async () => {
    expect(await refusal(() => train({ colour: "bins" }))).toContain("columns of categories have no order");
    expect(await refusal(() => train({ lenght: "bins" }))).toContain('did you mean "length"?');
    expect(await refusal(() => train("quantiles" as Encodings))).toContain("one of value, bins, both");
  });
});

describe.each(names)("A model with bins (%s)", (name) => {
  const rows = table(50, 2);
  const valuesOf = (model: TabularModel, frame: Frame = rows) => {
    const predicted = predictTable(backend, model, frame);
    if (predicted.task !== "regression") throw new Error("expected numbers");
    return Array.from(predicted.values);
  };

  test("comes back from its file, of a version that older readers refuse, and predicts the same", () => {
    const bytes = saveModel(models[name]);
    const { version } = JSON.parse(decodeSafetensors(bytes, "").metadata.get("psilon")!);
    expect(version).toBe(4);
    const loaded = loadModel(bytes, "m.safetensors");
    expect(loaded).toEqual({ ...models[name], record: { ...models[name].record, seconds: 0 } });
    expect(valuesOf(loaded)).toEqual(valuesOf(models[name]));
  });

  test("predicts the same in parts, and each row alone", () => {
    const whole = valuesOf(models[name]);
    const mark = backend.arena.mark();
    const predictor = createTablePredictor(backend, models[name]);
    const alone = whole.map((_, i) => {
      const predicted = predictor.predict(frameFrom([rowOf(rows, i)]));
      return predicted.task === "regression" ? predicted.values[0] : Number.NaN;
    });
    backend.arena.release(mark);
    alone.forEach((value, i) => {
      expect(value).toBeCloseTo(whole[i], 3);
    });
    // With its neighbours it is computed as in the whole table.
    const half = frameFrom(Array.from({ length: 25 }, (_, i) => rowOf(rows, i)));
    expect(valuesOf(models[name], half)).toEqual(whole.slice(0, 25));
  });

  test("predicts the same without the units and inputs that nothing reads", () => {
    const [{ network, inputs }] = models[name].members;
    const [first, ...rest] = network.layers as readonly FoldedDense[];
    const random = createRandom(3);
    const unread = Array.from({ length: first.columns }, () => random.next() < 0.5);
    const weight = first.weight.map((value, at) => (unread[at % first.columns] ? 0 : value));
    const sparse = { ...network, layers: [{ ...first, weight }, ...rest] };
    const removed = removeDeadUnits(sparse, inputs);
    expect(removed.inputs.length).toBe(unread.filter((isUnread) => !isUnread).length);
    const withNetwork = (members: TabularModel["members"]) => valuesOf({ ...models[name], members });
    const smaller = withNetwork([{ ...models[name].members[0], ...removed }]);
    withNetwork([{ ...models[name].members[0], network: sparse }]).forEach((value, i) => {
      expect(smaller[i]).toBeCloseTo(value, 3);
    });
  });

  test("can be pruned, and then has fewer inputs", async () => {
    const pruned = await pruneModel(models[name], table(150, 1), 0.8, {
      backend: "wasm",
      relaxedSimd: false,
    });
    expect(pruned.members[0].inputs.length).toBeLessThan(models[name].members[0].inputs.length);
    expect(pruned.encoder).toEqual(models[name].encoder);
    const loaded = loadModel(saveModel(pruned), "m.safetensors");
    expect(valuesOf(loaded)).toEqual(valuesOf(pruned));
  });

  /** Two numbers of a column, up to far outside the rows trained on, and what they differ in. */
  const pairs = (random: Random, column: string, draw: () => number, step: () => number) => {
    const [low, high] = [[], []] as [Record<string, unknown>[], Record<string, unknown>[]];
    for (let i = 0; i < 400; i++) {
      const row = rowOf(rows, Math.floor(50 * random.next()));
      const at = draw();
      const cell = (x: number) => (column === "when" ? new Date(DAY * x) : x);
      low.push({ ...row, [column]: cell(at) });
      high.push({ ...row, [column]: cell(at + step()) });
    }
    const [from, to] = [valuesOf(models[name], frameFrom(low)), valuesOf(models[name], frameFrom(high))];
    const number = (of: Record<string, unknown>) => Number(of[column]) / (column === "when" ? DAY : 1);
    return from.map((value, i) => ({
      moved: number(high[i]) - number(low[i]),
      // Less what float32 rounds of values of about a thousand.
      changed: Math.abs(to[i] - value) - 1e-3,
    }));
  };

  test.each(["length", "weight", "when"])("moves no farther in %s than inspection promises", (column) => {
    const report = columnReports(models[name]).find((one) => one.column === column) as ColumnReport;
    const fitted = models[name].encoder.columns.find((one) => one.name === column);
    if (fitted?.kind !== "numeric") throw new Error("expected a number");
    const { mean, std } = fitted;
    const random = createRandom(11);
    const draw = () => mean + std * 8 * (random.next() - 0.5);
    let largest = 0;
    for (const { moved, changed } of pairs(random, column, draw, () => std * random.next())) {
      expect(changed).toBeLessThanOrEqual(report.change);
      expect(changed).toBeLessThanOrEqual(report.perUnit! * moved);
      largest = Math.max(largest, changed / report.change);
    }
    expect(largest).toBeGreaterThan(0.02);
    const far = () => std * 10 ** (6 * random.next()) * (random.next() - 0.5);
    for (const { changed } of pairs(random, column, draw, far)) {
      if (report.total !== null) expect(changed).toBeLessThanOrEqual(report.total);
    }
    const isBinned = fitted.bins?.withValue === false;
    // The clipped column has an end as well.
    expect(report.total !== null).toBe(isBinned || column === "length");
    if (isBinned) expect(report.withinRange).toBe(report.total);
    expect(report.bins?.edges).toEqual(fitted.bins?.edges);
    if (!report.bins) return;
    expect(Math.max(...report.bins.perUnit, report.bins.outside)).toBe(report.perUnit);
    const { edges, perUnit } = report.bins;
    perUnit.forEach((slope, t) => {
      const width = edges[t + 1] - edges[t];
      const within = pairs(
        random,
        column,
        () => edges[t] + 0.5 * width * random.next(),
        () => 0.5 * width * random.next(),
      );
      // A date is written in whole milliseconds.
      for (const { moved, changed } of within) expect(changed).toBeLessThanOrEqual(slope * (moved + 1e-6));
    });
  });
});

describe("Bins in a file", () => {
  test.each<[string, object]>([
    ["edges that do not rise", { bins: { edges: [0, 2, 1], withValue: false } }],
    ["edges that are equal", { bins: { edges: [0, 1, 1, 2], withValue: false } }],
    ["a single bin", { bins: { edges: [0, 1], withValue: false } }],
    ["no edges", { bins: { withValue: true } }],
    ["edges that are no numbers", { bins: { edges: ["0", "1", "2"], withValue: false } }],
    ["an edge that is infinite", { bins: { edges: [0, 1, Number.POSITIVE_INFINITY], withValue: false } }],
    ["a bin that is too narrow", { bins: { edges: [0, 5e-324, 1], withValue: false } }],
    ["no word on the value", { bins: { edges: [0, 1, 2] } }],
    ["a word on the value that is none", { bins: { edges: [0, 1, 2], withValue: 1 } }],
    ["nothing", { bins: null }],
    ["a column that does not vary", { varies: false }],
  ])("are refused with %s", async (_, change) => {
    const { encoder } = models.bins;
    const changed = encoder.columns.map((column, i) => (i === 0 ? { ...column, ...change } : column));
    const bytes = saveModel({ ...models.bins, encoder: { ...encoder, columns: changed } as typeof encoder });
    expect(await refusal(() => loadModel(bytes, "m.safetensors"))).toBe(
      "m.safetensors is damaged: its encoder cannot be read.",
    );
  });

  test("come with what was asked, or the file is refused", async () => {
    for (const encode of ["quantiles", { length: "x" }, 1, null]) {
      const record = { ...models.bins.record, encode } as unknown as TabularModel["record"];
      const bytes = saveModel({ ...models.bins, record });
      expect(await refusal(() => loadModel(bytes, "m.safetensors"))).toContain("its record cannot be read");
    }
  });
});
