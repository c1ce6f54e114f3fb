import type { Backend } from "../../../src/engine/backend/backend.ts";
import { bias } from "../../../src/engine/layers/bias.ts";
import type { BoundLayer, Signal } from "../../../src/engine/layers/boundLayer.ts";
import { crelu } from "../../../src/engine/layers/crelu.ts";
import { linear } from "../../../src/engine/layers/linear.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { createWeight } from "../../../src/engine/weights/create.ts";
import { createVector } from "../../../src/engine/weights/vector.ts";
import type { Matrices } from "../../support/matrices.ts";

/** A kind of layer, with the formula that it must compute and be differentiated by. */
export interface Member {
  readonly name: string;
  /** How wide the signals are that it reads, where `inputs` numbers enter and `rows` leave its weight. */
  reads(inputs: number, rows: number): number[];
  /** What is written, for what is read, and for the parameters in their order. */
  formula<M>(matrices: Matrices<M>, read: readonly M[], parameters: readonly M[]): M[];
  /** The layer on these signals, and what it writes in the formula's order. */
  bind(backend: Backend, read: readonly Signal[], rows: number): { layer: BoundLayer; written: Signal[] };
}

/** V is W here: what a weight makes of its V is tested with the weights. */
const plainWeight = (backend: Backend, rows: number, columns: number, paired = false) =>
  createWeight(backend, "plain", rows, paired ? columns / 2 : columns, { random: createRandom(1), paired });

const ofOne = (layer: BoundLayer) => ({ layer, written: [layer.output] });

export const members: readonly Member[] = [
  {
    name: "linear",
    reads: (inputs) => [inputs],
    formula: ({ timesTransposed }, [x], [w]) => [timesTransposed(x, w)],
    bind: (backend, [x], rows) => ofOne(linear(backend, plainWeight(backend, rows, x.values.columns), x)),
  },
  {
    name: "linear, a pair",
    reads: (inputs) => [2 * inputs],
    formula: ({ timesTransposed }, [x], [w]) => [timesTransposed(x, w)],
    bind: (backend, [x], rows) =>
      ofOne(linear(backend, plainWeight(backend, rows, x.values.columns, true), x)),
  },
  {
    name: "linear, onto a stream",
    reads: (inputs, rows) => [inputs, rows],
    formula: ({ timesTransposed, add }, [x, h], [w]) => [add(h, timesTransposed(x, w))],
    bind: (backend, [x, h], rows) =>
      ofOne(linear(backend, plainWeight(backend, rows, x.values.columns), x, h)),
  },
  {
    name: "bias",
    reads: (inputs) => [inputs],
    formula: ({ addToRows }, [z], [b]) => [addToRows(z, b)],
    bind: (backend, [z]) => ofOne(bias(backend, createVector(backend, z.values.columns), z, false)),
  },
  {
    name: "bias with ReLU",
    reads: (inputs) => [inputs],
    formula: ({ addToRows, positive }, [z], [b]) => [positive(addToRows(z, b))],
    bind: (backend, [z]) => ofOne(bias(backend, createVector(backend, z.values.columns), z, true)),
  },
  {
    name: "CReLU",
    reads: (inputs) => [inputs],
    formula({ addToRows, positive, negative, beside }, [h], [b]) {
      const moved = addToRows(h, b);
      return [beside(positive(moved), negative(moved))];
    },
    bind: (backend, [h]) => ofOne(crelu(backend, createVector(backend, h.values.columns), h, false)),
  },
  {
    name: "CReLU of a stream that goes on",
    reads: (inputs) => [inputs],
    formula({ addToRows, positive, negative, beside }, [h], [b]) {
      const moved = addToRows(h, b);
      return [beside(positive(moved), negative(moved)), moved];
    },
    bind(backend, [h]) {
      const layer = crelu(backend, createVector(backend, h.values.columns), h, true);
      return { layer, written: [layer.output, h] };
    },
  },
];
