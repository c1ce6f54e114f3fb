import { describe, expect, test } from "vitest";
import { createBackend } from "../../../src/engine/backend/backend.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { type CodedInputs, writeEntries, writeRows } from "../../../src/engine/training/codedInputs.ts";
import type { Inputs, TrainingData } from "../../../src/engine/training/spec.ts";
import type { FoldedNetwork } from "../../../src/folded/folded.ts";
import { createPredictor } from "../../../src/folded/predictor.ts";
import { mlp } from "../../support/foldedNetworks.ts";
import { runTo, startRun, valuesOf } from "../../support/training.ts";

const backend = await createBackend({ provider: "wasm", relaxedSimd: false });

const WIDTH = 12;

/** Numbers at inputs 10 and 0, a column of four categories at 1 to 4 and one of five at 5 to 9; 11 says that the second is missing. */
function codedRows(rows: number, seed: number): CodedInputs {
  const random = createRandom(seed);
  const below = (n: number) => Math.floor(n * random.next());
  return {
    rows,
    width: WIDTH,
    places: Int32Array.of(10, 0),
    numbers: Float32Array.from({ length: 2 * rows }, () => normal(random)),
    codesPerRow: 2,
    codes: Int32Array.from({ length: 2 * rows }, (_, k) =>
      k % 2 ? [5, 6, 7, 8, 9, 11][below(6)] : below(5) === 0 ? -1 : 1 + below(4),
    ),
  };
}

/** Like it, but for a number that fills inputs 10 and 11, with the second column's missing value at none. */
function spannedRows(rows: number, seed: number): CodedInputs {
  const coded = codedRows(rows, seed);
  return {
    ...coded,
    spans: Int32Array.of(2, 1),
    numbers: coded.numbers.map((number, k) => (k % 2 ? number : Math.min(Math.abs(1.5 * number), 2))),
    codes: coded.codes.map((code) => (code === 11 ? -1 : code)),
  };
}

/** Like it, the second column's categories being among as many inputs as there are. */
function spread(coded: CodedInputs, width: number): CodedInputs {
  if (width === WIDTH) return coded;
  const codes = coded.codes.map((code, k) => (code < 5 ? code : 12 + ((37 * code + k) % (width - 12))));
  return { ...coded, width, codes };
}

/** The same as a matrix, by its definition. */
function writtenOut({ rows, width, places, spans, numbers, codesPerRow, codes }: CodedInputs): Float32Array {
  return Float32Array.from({ length: rows * width }, (_, at) => {
    const [row, input] = [Math.floor(at / width), at % width];
    const place = places.findIndex((first, k) => input >= first && input < first + (spans?.[k] ?? 1));
    if (place >= 0) {
      const number = numbers[row * places.length + place];
      return (spans?.[place] ?? 1) > 1 ? Math.min(Math.max(number - (input - places[place]), 0), 1) : number;
    }
    return Number(codes.subarray(row * codesPerRow, (row + 1) * codesPerRow).includes(input));
  });
}

function dataOf<I extends Inputs>(inputs: I, rows: number, weighted: boolean): TrainingData<I> {
  const random = createRandom(rows);
  const targets = Float32Array.from({ length: rows }, () => normal(random));
  return { rows, inputs, targets, weights: weighted ? new Float32Array(rows).fill(1) : null };
}

describe("Coded inputs", () => {
  test.each([
    ["", codedRows],
    [", spans of inputs too", spannedRows],
  ])("are written out as their definition says, over whatever stood there%s", (_, rowsOf) => {
    const coded = rowsOf(30, 1);
    const expected = writtenOut(coded);
    const into = new Float32Array(31 * WIDTH).fill(7);
    writeRows(coded, null, 0, 30, into);
    expect(into.subarray(0, 30 * WIDTH)).toEqual(expected);
    expect([...into.subarray(30 * WIDTH)]).toEqual(Array(WIDTH).fill(7));
    writeRows(coded, Int32Array.of(9, 3, 25, 3), 1, 3, into);
    for (const [i, row] of [3, 25, 3].entries()) {
      expect(into.subarray(i * WIDTH, (i + 1) * WIDTH)).toEqual(
        expected.subarray(row * WIDTH, (row + 1) * WIDTH),
      );
    }
  });

  test("reach the first layer by their entries from eight inputs an entry on", () => {
    for (const [width, reads] of [
      [31, false],
      [32, true],
    ] as const) {
      const coded = spread(codedRows(20, 8), width);
      const after = (inputs: Inputs) => {
        const trainer = startRun(backend, { network: { inputs: width }, train: dataOf(inputs, 20, false) });
        trainer.runEpoch();
        return trainer.network.entries.now !== null;
      };
      expect(after(coded)).toBe(reads);
      expect(after(writtenOut(coded))).toBe(false);
    }
  });

  test("are told by their entries, columns ascending, where no code is a 0 at the first input", () => {
    const coded: CodedInputs = {
      rows: 2,
      width: 9,
      places: Int32Array.of(5, 2),
      numbers: Float32Array.of(0.5, 0.25, -1, -2),
      codesPerRow: 2,
      codes: Int32Array.of(7, 3, -1, 8),
    };
    const [indices, values] = [new Int32Array(9).fill(6), new Float32Array(9).fill(6)];
    writeEntries(coded, Int32Array.of(0, 1), 0, 2, indices, values);
    expect([...indices]).toEqual([2, 3, 5, 7, 0, 2, 5, 8, 6]);
    expect([...values]).toEqual([0.25, 1, 0.5, 1, 0, -2, -1, 1, 6]);
    writeEntries(coded, Int32Array.of(0, 1), 1, 1, indices, values);
    expect([...indices.subarray(0, 4)]).toEqual([0, 2, 5, 8]);
  });

  test.each([
    ["net", false, 12, codedRows],
    ["resnet", true, 12, codedRows],
    ["net", true, 40, codedRows],
    ["resnet", false, 300, codedRows],
    ["net", false, 12, spannedRows],
    ["net", false, 300, spannedRows],
  ] as const)(
    "train a %s to the bits that a matrix trains it to, weighted %s, of %i inputs",
    (kind, weighted, width, rowsOf) => {
      const parts = [spread(rowsOf(90, 2), width), spread(rowsOf(40, 3), width)];
      const outcome = (inputs: readonly Inputs[]) => {
        const [train, validation] = inputs.map((one, k) => dataOf(one, parts[k].rows, weighted));
        const network = { inputs: width };
        const run = { kind, network, train, validation, capacity: 32, training: { patience: 30 } };
        const events: unknown[] = [];
        const trainer = startRun(backend, run);
        while (!trainer.ending && trainer.epoch < 12) events.push(trainer.runEpoch());
        const checkpoint = structuredClone(trainer.checkpoint());
        trainer.finish();
        const resumed = runTo(startRun(backend, { ...run, checkpoint }), 16);
        return { events, values: [valuesOf(trainer.network), valuesOf(resumed.network)] };
      };
      expect(outcome(parts)).toEqual(outcome(parts.map(writtenOut)));
    },
  );

  test("are predicted from as a matrix is, however many rows there are", () => {
    const random = createRandom(4);
    const draw = () => normal(random);
    const network = mlp([WIDTH, 9, 1], draw, draw);
    const sloping: FoldedNetwork = { ...network, slopes: Float32Array.from({ length: WIDTH }, draw) };
    for (const one of [network, sloping]) {
      const predictor = createPredictor(backend, one);
      for (const rows of [0, 1, 2, 256, 257, 600]) {
        const coded = codedRows(rows, 5);
        expect(predictor.predict(coded)).toEqual(predictor.predict(writtenOut(coded)));
      }
    }
  });

  test("are refused where they do not fit the rows or the network", () => {
    const start = (change: Partial<CodedInputs>) => () =>
      startRun(backend, {
        network: { inputs: WIDTH },
        train: dataOf({ ...codedRows(20, 6), ...change }, 20, false),
      });
    expect(start({ width: 13 })).toThrow(/20 rows of 13 inputs; 20 rows of 12 inputs need 40 and 40/);
    expect(start({ rows: 21 })).toThrow(/for 21 rows/);
    expect(start({ numbers: new Float32Array(39) })).toThrow(/hold 39 numbers/);
    expect(start({ codes: new Int32Array(41) })).toThrow(/and 41 codes/);
    expect(start({ codes: new Int32Array(40).fill(12) })).toThrow(/name input 12; they run from 0 to 11/);
    expect(start({ codes: new Int32Array(40).fill(-2) })).toThrow(/name input -2/);
    expect(start({ places: Int32Array.of(0, -1) })).toThrow(/name input -1/);
    expect(start({ places: Int32Array.of(0, 0) })).toThrow(/name an input twice by their places/);
    expect(start({ places: Int32Array.of(0, 10), spans: Int32Array.of(1, 3) })).toThrow(/name input 12/);
    expect(start({ spans: Int32Array.of(1, 1, 1) })).toThrow(/do not fit|hold 40 numbers/);
    const codes = codedRows(20, 6).codes.fill(-1);
    expect(start({ codes })).not.toThrow();
    expect(start({ codes: codes.with(6, 4).with(7, 4) })).toThrow(/twice in row 3, input 4/);
    expect(start({ codes: codes.with(6, 4).with(8, 4) })).not.toThrow();
    expect(start({ codes: codes.with(39, 10) })).toThrow(/twice in row 19, input 10/);
    expect(start({})).not.toThrow();
    const predictor = createPredictor(
      backend,
      mlp(
        [3, 2, 1],
        () => 1,
        () => 0,
      ),
    );
    expect(() => predictor.predict(codedRows(2, 7))).toThrow(RangeError);
  });
});
