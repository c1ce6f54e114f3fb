import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { type Entries, inputLinear } from "../../../src/engine/layers/inputLinear.ts";
import { linear } from "../../../src/engine/layers/linear.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { shuffle } from "../../../src/engine/random/shuffle.ts";
import { adaptWeight } from "../../../src/engine/weights/adapted.ts";
import { createWeight } from "../../../src/engine/weights/create.ts";
import { everyBackend } from "../../support/engine.ts";

/** Rows of the batch, inputs, rows of the weight, entries a row. Products are summed in parts of 256 inputs, or rows. */
const shapes = [
  [5, 3, 2, 1],
  [7, 40, 9, 3],
  [64, 256, 16, 15],
  [33, 257, 31, 6],
  [16, 1000, 13, 20],
  [300, 60, 5, 4],
  [520, 300, 8, 2],
  // Too few for the order of summation to be the same: computed as a whole.
  [4, 300, 7, 5],
  [9, 300, 1, 5],
] as const;

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  // A system's BLAS sums in an order of its own.
  backends = (await everyBackend()).filter(({ backend }) => backend.product.name === "wasm");
});

describe("The layer of a network's inputs", () => {
  test.each(shapes)(
    "reads of %i rows of %i inputs for %i units %i entries each, to the bits of all",
    (n, width, rows, perRow) => {
      for (const { name, backend } of backends) {
        const { arena } = backend;
        const mark = arena.mark();
        const random = createRandom(width);
        const weight = createWeight(backend, "plain", rows, width, { random });
        const values = arena.tensor(n, width);
        const entries: Entries = {
          perRow,
          indices: arena.tensor(n, perRow),
          values: arena.tensor(n, perRow),
          transpose: arena.tensor(width, 4 * Math.ceil(rows / 4)),
        };
        for (let r = 0; r < n; r++) {
          const all = shuffle(
            Array.from({ length: width }, (_, j) => j),
            random,
          );
          const columns = all.slice(0, perRow).sort((a, b) => a - b);
          for (const [k, column] of columns.entries()) {
            const value = Math.fround(normal(random));
            values.data[r * width + column] = value;
            entries.indices.integers[r * perRow + k] = column;
            entries.values.data[r * perRow + k] = value;
          }
        }
        const source = { values, entries: { now: null as Entries | null } };
        const whole = linear(backend, weight, { values, delta: null, places: 1 });
        const layer = inputLinear(backend, adaptWeight(backend, weight, undefined, random), source);
        const slopes = Float32Array.from({ length: n * rows }, () => normal(random));
        const run = ({ output, forward, backward }: typeof layer) => {
          forward(n);
          output.delta.data.set(slopes);
          weight.gradient.data.fill(7);
          backward(n);
          return [output.values.data.slice(), weight.gradient.data.slice()];
        };
        const expected = run(whole);
        expect(run(layer), `without entries on ${name}`).toEqual(expected);
        source.entries.now = entries;
        // What the matrix holds no longer counts, but in too small a batch.
        const isRead = n >= 5 && rows > 1;
        if (isRead) values.data.fill(Number.NaN);
        expect(run(layer), `with entries on ${name}`).toEqual(expected);
        arena.release(mark);
      }
    },
  );
});
