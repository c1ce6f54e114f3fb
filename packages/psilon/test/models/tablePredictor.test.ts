import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../src/engine/backend/backend.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import type { Inputs } from "../../src/engine/training/spec.ts";
import {
  type PredictedRows,
  placeModel,
  predicted,
  predictRows,
  predictTable,
  scoreTable,
  withOutputs,
} from "../../src/models/predictTable.ts";
import { createTablePredictor } from "../../src/models/tablePredictor.ts";
import type { TabularModel } from "../../src/models/tabularModel.ts";
import { trainModel } from "../../src/models/trainModel.ts";
import { encode } from "../../src/preprocess/encode.ts";
import { allRows, type Frame } from "../../src/tables/frame.ts";
import { frameFrom } from "../../src/tables/frameFrom.ts";
import { sliceFrame } from "../../src/tables/sliceFrame.ts";
import { dense, normals, sparse } from "../support/foldedNetworks.ts";
import { mixedRows, mixedTable, quick, refusal } from "../support/synthetic.ts";

// One more than two parts: the last row comes alone.
const ROWS = 2 * 4096 + 1;
const many = mixedTable(ROWS, ["value"], 5);
const options = { ...quick, width: 8, epochs: 5 };
let backend: Backend;
let models: Readonly<Record<"numbers" | "classes" | "ensemble" | "sparse", TabularModel>>;

beforeAll(async () => {
  backend = await createBackend({ provider: "wasm", relaxedSimd: false });
  const ensemble = await trainModel(mixedTable(120, ["value"]), "value", {
    ...options,
    preset: "best",
    epochs: 2,
  });
  models = {
    numbers: await trainModel(mixedTable(120, ["value", "other"]), ["value", "other"], options),
    classes: await trainModel(mixedTable(120, ["kind"]), "kind", { ...options, network: "resnet" }),
    ensemble,
    sparse: withMostlyZeros(ensemble),
  };
});

/** The model with other networks, which compute a row alone in other steps than one among many: sparse layers and a dense one. */
function withMostlyZeros(model: TabularModel): TabularModel {
  const random = createRandom(3);
  const any = normals(random);
  const few = sparse(random, 0.1, any);
  const members = model.members.map((member) => ({
    ...member,
    network: {
      architecture: "mlp" as const,
      layers: [dense(64, member.inputs.length, few, any), dense(64, 64, few, any), dense(1, 64, any, any)],
    },
  }));
  return { ...model, members };
}

/** What the networks make of all rows' inputs in one piece. */
function inOnePiece(model: TabularModel): PredictedRows {
  const rows = allRows(many);
  const outputs = withOutputs(backend, model, (of) => of(encode(model.encoder, many, rows).inputs));
  return predicted(model, outputs, many, rows);
}

function joined(parts: readonly PredictedRows[]): number[] {
  return parts.flatMap((part) => Array.from(part.task === "regression" ? part.values : part.probabilities));
}

function* partsOf(frame: Frame, rows: number): Generator<Frame> {
  for (let from = 0; from < frame.rowCount; from += rows) {
    yield sliceFrame(frame, from, Math.min(rows, frame.rowCount - from));
  }
}

describe("a large table", () => {
  test("is predicted to the very bits that all of its rows in one piece have", () => {
    for (const model of Object.values(models)) {
      const { notes, ...found } = predictTable(backend, model, many);
      expect(found).toEqual(inOnePiece(model));
      expect(notes).toEqual([]);
    }
  });

  test("is never encoded as a whole", () => {
    const sizes: number[] = [];
    const outputs = (inputs: Inputs) => {
      if (inputs instanceof Float32Array) throw new Error("Inputs with categories are coded.");
      sizes.push(inputs.rows);
      return new Float32Array(2 * inputs.rows);
    };
    predictRows(outputs, models.numbers, many);
    expect(sizes).toEqual([4096, 4096, 1]);
  });

  test("has the same score whether its rows are scored together or their predictions are", () => {
    const scores = scoreTable(backend, models.ensemble, many);
    const { values } = predictTable(backend, models.ensemble, many) as { values: Float64Array };
    const truth = mixedRows(ROWS, 5).map(({ value }) => value);
    const squares = truth.reduce((sum, value, i) => sum + (value - values[i]) ** 2, 0);
    expect("rmse" in scores && scores.rmse).toBeCloseTo(Math.sqrt(squares / ROWS), 4);
  });
});

describe("a table that comes part by part", () => {
  test("has the predictions of the whole, to the bit, a last row that comes alone among them", () => {
    for (const model of Object.values(models)) {
      const mark = backend.arena.mark();
      const predictor = createTablePredictor(backend, model);
      const parts = Array.from(partsOf(many, predictor.partRows), (part) => predictor.predict(part));
      expect(parts).toHaveLength(3);
      expect(joined(parts)).toEqual(joined([inOnePiece(model)]));
      backend.arena.release(mark);
    }
  });

  test("that is one row has the prediction that the row has as a table", () => {
    const [row] = partsOf(many, 1);
    const { notes, ...alone } = predictTable(backend, models.sparse, row);
    const mark = backend.arena.mark();
    expect(createTablePredictor(backend, models.sparse).predict(row)).toEqual(alone);
    backend.arena.release(mark);
  });

  test("has notes that count the new cells of all parts", () => {
    const mark = backend.arena.mark();
    const predictor = createTablePredictor(backend, models.numbers);
    const odd = { length: null, weight: 300, colour: "violet", wet: true };
    expect(predictor.notes()).toEqual([]);
    predictor.predict(frameFrom([odd, odd]));
    predictor.predict(frameFrom([{ ...odd, colour: "red" }]));
    predictor.predict(frameFrom([{ ...odd, length: 20 }]));
    expect(predictor.notes()).toEqual([
      'Column "colour" has 3 values that no training row had; each counts as none of the known categories.',
      'Column "length" has 3 missing cells although it had none in training; the mean takes their place.',
    ]);
    backend.arena.release(mark);
  });

  test("names the row of the whole, by its file, that has no prediction", async () => {
    const mark = backend.arena.mark();
    const files = [
      { source: "a.csv", firstRow: 2, rows: 5000 },
      { source: "b.csv", firstRow: 2, rows: ROWS - 5000 },
    ];
    const origin = { source: "*.csv", firstRow: 2, files };
    const [, part] = partsOf({ ...many, origin }, 4096);
    const outputs = placeModel(backend, models.numbers);
    const spoiled = (inputs: Inputs) => outputs(inputs).fill(Number.POSITIVE_INFINITY, 2 * 1000);
    expect(await refusal(() => predictRows(spoiled, models.numbers, part))).toMatch(
      /^Row 98 of b\.csv has no prediction/,
    );
    backend.arena.release(mark);
  });
});
