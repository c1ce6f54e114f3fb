import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/engine/random/random.ts";
import type { Moves } from "../../src/moves/moves.ts";
import { placeColumns } from "../../src/moves/placed.ts";
import { regionsOf } from "../../src/moves/region.ts";
import { rowBoxes } from "../../src/moves/rowBoxes.ts";
import { encodings } from "../../src/preprocess/bins.ts";
import { valueInputsOf } from "../../src/preprocess/encoder.ts";
import { writtenOut } from "../../src/preprocess/inputs.ts";
import { prepare } from "../../src/preprocess/prepare.ts";
import { fitPreprocessing } from "../../src/preprocess/preprocessing.ts";
import { inferSchema } from "../../src/preprocess/schema.ts";
import { allRows } from "../support/csv.ts";
import { mixedTable, withCells } from "../support/synthetic.ts";

const table = mixedTable(60, ["sign"]);
const rows = allRows(table);

const everything: Moves = {
  radius: 0.2,
  move: { colour: "any", wet: "any", weight: { by: 10, only: "up" } },
};

describe.each(encodings)("The boxes that a network is trained on, with numbers by %s,", (encoding) => {
  const preprocessing = fitPreprocessing(table, rows, inferSchema(table, { target: "sign" }), {
    encodingOf: () => encoding,
  });
  const prepared = prepare(preprocessing, table, rows);
  const placed = placeColumns(preprocessing.encoder, table);
  const written = writtenOut(prepared.inputs);
  const width = prepared.inputCount;

  test("hold the rows, and with the cases of categories every region that they can get to", () => {
    const { lower, upper, groups } = rowBoxes(placed, prepared, everything);
    const [low, high] = [writtenOut(lower), writtenOut(upper)];
    const inGroup = (j: number) => groups.some(({ first, count }) => j >= first && j < first + count);
    expect(groups.length).toBe(1);
    for (const row of rows) {
      const own = written.subarray(row * width, (row + 1) * width);
      for (const { box } of regionsOf(placed, row, own, everything)) {
        own.forEach((_, j) => {
          const [l, u] = [box.lower[j], box.upper[j]];
          if (inGroup(j)) return;
          expect(low[row * width + j]).toBeLessThanOrEqual(l);
          expect(high[row * width + j]).toBeGreaterThanOrEqual(u);
        });
        for (const { first, count } of groups) {
          const sum = (of: ArrayLike<number>, from: number) =>
            Array.from({ length: count }, (_, k) => of[from + k]).reduce((a, b) => a + b);
          // A case for a case, and none for none.
          expect(sum(box.lower, first)).toBe(sum(own, first));
        }
      }
    }
  });

  test("hold what numbers are encoded as wherever they move", () => {
    const { lower, upper } = rowBoxes(placed, prepared, { radius: 0.3 });
    const [low, high] = [writtenOut(lower), writtenOut(upper)];
    const random = createRandom(2);
    const stds = new Map(
      placed.map(({ column }) => [column.name, column.kind === "numeric" ? column.std : 0]),
    );
    let moved = 0;
    for (let trial = 0; trial < 20; trial++) {
      // Half of the moves go to a corner.
      const side = () => (trial % 2 ? Math.sign(random.next() - 0.5) : 2 * random.next() - 1);
      const other = withCells(table, (value, _, name) =>
        typeof value === "number" ? value + 0.3 * (stds.get(name) ?? 0) * side() * (1 - 1e-9) : value,
      );
      const encoded = writtenOut(prepare(preprocessing, other, rows).inputs);
      expect(encoded.every((x, at) => low[at] <= x && x <= high[at])).toBe(true);
      moved += encoded.filter((x, at) => x !== written[at]).length;
    }
    expect(moved).toBeGreaterThan(20 * rows.length);
  });

  test("are no larger: nothing moves that was not said, and what is missing stays", () => {
    const { lower, upper, groups } = rowBoxes(placed, prepared, { move: { length: { by: 1 } } });
    expect(groups).toEqual([]);
    const [low, high] = [writtenOut(lower), writtenOut(upper)];
    const [length] = placed.filter(({ column }) => column.name === "length");
    const own = valueInputsOf(length.column);
    const moved = Array.from(low.keys()).filter((at) => low[at] !== high[at]);
    expect(moved.map((at) => at % width).every((j) => j >= length.place && j < length.place + own)).toBe(
      true,
    );
    expect(moved.length).toBeGreaterThanOrEqual(rows.length);
    if (encoding === "bins") return;
    const random = createRandom(1);
    const [row] = Array.from(rows).sort(() => random.next() - 0.5);
    const at = row * width + length.place;
    const { std } = length.column as { std: number };
    expect(high[at] - low[at]).toBeCloseTo(2 / std, 4);
  });
});
