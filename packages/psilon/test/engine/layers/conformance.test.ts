import { grad, numpy as np } from "@jax-js/jax";
import { beforeAll, describe, expect, test } from "vitest";
import type { Tensor } from "../../../src/engine/backend/arena.ts";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { createSignal } from "../../../src/engine/layers/boundLayer.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom, type Random } from "../../../src/engine/random/random.ts";
import { relativeError } from "../../support/compare.ts";
import { everyBackend } from "../../support/engine.ts";
import { plain, traced } from "../../support/matrices.ts";
import { type Member, members } from "./members.ts";

type Shape = [n: number, inputs: number, rows: number];

/** Rows, numbers that enter, rows of the weight: below, at and above the kernels' blocks of 4, 8, 12 and 16. */
const shapes: Shape[] = [
  [1, 1, 1],
  [2, 3, 5],
  [7, 4, 8],
  [12, 9, 3],
  [17, 16, 13],
  [8, 33, 24],
];
/** Rows of the buffers beyond those of the batch. */
const SPARE = 3;
/** What stands in rows that are no part of the batch. */
const UNTOUCHED = 7;

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  backends = await everyBackend();
});

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** Numbers of a size from 0.5 to 1.5 times `size`, so that none is near a kink. */
const draw = (rows: number, columns: number, size: number, random: Random): Matrix => ({
  rows,
  columns,
  values: Float32Array.from(
    { length: rows * columns },
    () => size * (0.5 + random.next()) * (random.next() < 0.5 ? -1 : 1),
  ),
});

const rowsOf = ({ rows, columns, values }: Matrix) =>
  Array.from({ length: rows }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)]);

/** A layer at one point: what it reads, its parameters, and the slopes of ℓ = Σ slope·written by what it writes. */
interface Point {
  readonly read: Matrix[];
  readonly parameters: Matrix[];
  readonly slopes: Matrix[];
}

function pointOf(backend: Backend, member: Member, [n, inputs, rows]: Shape): Point {
  const random = createRandom(n + inputs);
  const mark = backend.arena.mark();
  const widths = member.reads(inputs, rows);
  const { layer, written } = member.bind(
    backend,
    widths.map((width) => createSignal(backend.arena, n, width)),
    rows,
  );
  const point = {
    read: widths.map((width) => draw(n, width, 1, random)),
    parameters: layer.parameters.map(({ raw }) => draw(raw.rows, raw.columns, 0.2, random)),
    slopes: written.map(({ values }) => ({
      rows: n,
      columns: values.columns,
      values: Float32Array.from({ length: n * values.columns }, () => normal(random)),
    })),
  };
  backend.arena.release(mark);
  return point;
}

/** What the engine writes at a point, and its gradients, of the second of two passes of which the first was elsewhere. */
function engineAt(backend: Backend, member: Member, point: Point, rows: number) {
  const n = point.read[0].rows;
  const mark = backend.arena.mark();
  const read = point.read.map(({ columns }) => createSignal(backend.arena, n + SPARE, columns));
  const { layer, written } = member.bind(backend, read, rows);
  const tensors = [...read, ...written].flatMap(({ values, delta }) => [values, delta]);
  for (const tensor of tensors) tensor.data.fill(UNTOUCHED);
  layer.parameters.forEach(({ raw }, k) => {
    raw.data.set(point.parameters[k].values);
  });
  const level = backend.arena.used;
  let output: Float32Array[] = [];
  for (const factor of [3, 1]) {
    const put = (tensor: Tensor, { values }: Matrix) => tensor.data.set(values.map((v) => factor * v));
    read.forEach(({ values }, k) => {
      put(values, point.read[k]);
    });
    layer.forward(n);
    output = written.map(({ values }) => values.data.slice(0, n * values.columns));
    written.forEach(({ delta }, k) => {
      put(delta, point.slopes[k]);
    });
    layer.backward(n);
  }
  const found = {
    output,
    read: read.map(({ delta }) => delta.data.slice(0, n * delta.columns)),
    parameters: layer.parameters.map(({ gradient }) => gradient.data.slice()),
    spare: tensors.flatMap(({ data, columns }) => [...data.subarray(n * columns)]),
    allocated: backend.arena.used - level,
  };
  backend.arena.release(mark);
  return found;
}

const lossOf = (written: readonly number[][][], { slopes }: Point) =>
  slopes.reduce(
    (sum, slope, k) => sum + written[k].flat().reduce((part, v, at) => part + v * slope.values[at], 0),
    0,
  );

/** The loss's derivatives by every number of `moved`, by central differences in float64. */
function differences(member: Member, point: Point, moved: Matrix): number[] {
  const [read, parameters] = [point.read, point.parameters].map((all) => all.map(rowsOf));
  const place = point.read.indexOf(moved);
  const rows = place < 0 ? parameters[point.parameters.indexOf(moved)] : read[place];
  const step = 1e-6;
  return rows.flatMap((row) =>
    row.map((value, j) => {
      const [ahead, behind] = [step, -step].map((by) => {
        row[j] = value + by;
        return lossOf(member.formula(plain, read, parameters), point);
      });
      row[j] = value;
      return (ahead - behind) / (2 * step);
    }),
  );
}

/** The same by automatic differentiation. */
function automatic(member: Member, { read, parameters, slopes }: Point): Float32Array[] {
  const place = ({ values, rows, columns }: Matrix) => np.array(values).reshape([rows, columns]);
  const loss = (variables: np.Array[]) =>
    member
      .formula(traced, variables.slice(0, read.length), variables.slice(read.length))
      .map((written, k) => written.mul(place(slopes[k])).sum())
      .reduce((sum, term) => sum.add(term));
  const gradients = grad(loss)([...read, ...parameters].map(place)) as np.Array[];
  return gradients.map((gradient) => gradient.dataSync() as Float32Array);
}

describe.each(members)("The layer $name", (member) => {
  describe.each(shapes)("on %i rows, %i wide, with %i rows of weights", (...shape) => {
    const rows = shape[2];

    test("writes what its formula says, and the gradient that float64 differences find", () => {
      for (const { name, backend } of backends) {
        const point = pointOf(backend, member, shape);
        const found = engineAt(backend, member, point, rows);
        const [read, parameters] = [point.read, point.parameters].map((all) => all.map(rowsOf));
        member.formula(plain, read, parameters).forEach((written, k) => {
          expect(relativeError(found.output[k], written.flat()), `output ${k} on ${name}`).toBeLessThan(1e-6);
        });
        const expected = (moved: Matrix) => differences(member, point, moved);
        point.read.forEach((one, k) => {
          expect(relativeError(found.read[k], expected(one)), `input ${k} on ${name}`).toBeLessThan(1e-5);
        });
        point.parameters.forEach((one, k) => {
          const error = relativeError(found.parameters[k], expected(one));
          expect(error, `parameter ${k} on ${name}`).toBeLessThan(1e-5);
        });
      }
    });

    test("has the gradient that automatic differentiation finds", () => {
      for (const { name, backend } of backends) {
        const point = pointOf(backend, member, shape);
        const found = engineAt(backend, member, point, rows);
        automatic(member, point).forEach((gradient, k) => {
          const error = relativeError([...found.read, ...found.parameters][k], gradient);
          expect(error, `gradient ${k} on ${name}`).toBeLessThan(1e-5);
        });
      }
    });

    test("leaves rows beyond the batch as they are, and allocates nothing", () => {
      for (const { backend } of backends) {
        const { spare, allocated } = engineAt(backend, member, pointOf(backend, member, shape), rows);
        expect(spare.every((value) => value === UNTOUCHED)).toBe(true);
        expect(allocated).toBe(0);
      }
    });
  });
});
