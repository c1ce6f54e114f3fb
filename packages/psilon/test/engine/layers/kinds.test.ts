import { grad, numpy as np } from "@jax-js/jax";
import { beforeAll, describe, expect, test } from "vitest";
import type { Tensor } from "../../../src/engine/backend/arena.ts";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { createSignal } from "../../../src/engine/layers/boundLayer.ts";
import { kindOf } from "../../../src/engine/layers/kinds.ts";
import { columnsOf, placesOf, sizeOf } from "../../../src/engine/layers/shape.ts";
import { shapesOf } from "../../../src/engine/networks/sequential.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom, type Random } from "../../../src/engine/random/random.ts";
import { relativeError } from "../../support/compare.ts";
import { everyBackend } from "../../support/engine.ts";
import { kindMembers } from "./kinds/index.ts";
import { type KindMember, SEED } from "./kinds/member.ts";

/** Examples of the buffers beyond those of the batch. */
const SPARE = 2;
const UNTOUCHED = 7;

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  backends = await everyBackend();
});

/** Numbers of a size from 0.5 to 1.5 times `size`, so that none is near a kink. */
const draw = (length: number, size: number, random: Random) =>
  Float32Array.from({ length }, () => size * (0.5 + random.next()) * (random.next() < 0.5 ? -1 : 1));

function bind(backend: Backend, { spec, shape }: KindMember, capacity: number, isFirst = false) {
  const kind = kindOf(spec);
  const out = shapesOf({ input: shape, layers: [spec] });
  const places = placesOf(shape);
  const read = createSignal(backend.arena, capacity * places, columnsOf(shape), { places });
  const binding = { backend, capacity, random: createRandom(SEED) };
  const { passes } = kind.bind(binding, spec, { ...read, delta: isFirst ? null : read.delta, shape }, out);
  const { output } = passes[passes.length - 1];
  const parameters = passes.flatMap((pass) => pass.parameters);
  const state = () => passes.flatMap((pass) => pass.state ?? []).map(({ data }) => Float64Array.from(data));
  return { passes, read, output, parameters, state, out };
}

/** A batch, the parameters, and the slopes of ℓ = Σ slope·written by what is written. */
interface Point {
  readonly n: number;
  readonly x: Float32Array;
  readonly parameters: Float32Array[];
  readonly slopes: Float32Array;
}

function pointOf(backend: Backend, member: KindMember, n: number): Point {
  const random = createRandom(n + sizeOf(member.shape));
  const mark = backend.arena.mark();
  const { parameters, out } = bind(backend, member, n);
  const point = {
    n,
    x: draw(n * sizeOf(member.shape), 1, random),
    parameters: parameters.map(({ raw }) => draw(raw.length, 0.2, random)),
    slopes: Float32Array.from({ length: n * sizeOf(out) }, () => normal(random)),
  };
  backend.arena.release(mark);
  return point;
}

/** What the engine writes at a point, and its gradients, of the last of three passes of which the others were elsewhere. */
function engineAt(backend: Backend, member: KindMember, point: Point, isFirst = false) {
  const { n, x, slopes } = point;
  const mark = backend.arena.mark();
  const { passes, read, output, parameters, state } = bind(backend, member, n + SPARE, isFirst);
  const tensors = [read, output].flatMap(({ values, delta }) => [values, delta]);
  for (const tensor of tensors) tensor.data.fill(UNTOUCHED);
  parameters.forEach(({ raw }, k) => {
    raw.data.set(point.parameters[k]);
  });
  const level = backend.arena.used;
  let written = new Float32Array();
  let before: Float64Array[] = [];
  const put = (tensor: Tensor, values: Float32Array, factor: number) =>
    tensor.data.set(values.map((v) => factor * v));
  for (const [count, factor] of [
    [1, 2],
    [n, 3],
    [n, 1],
  ]) {
    put(read.values, x, factor);
    before = state();
    for (const pass of passes) pass.forward(count);
    written = output.values.data.slice(0, slopes.length);
    put(output.delta, slopes, factor);
    for (const pass of passes.toReversed()) pass.backward(count);
  }
  const readDelta = read.delta.data.slice(0, x.length);
  const after = state();
  for (const pass of passes) (pass.evaluate ?? pass.forward)(n);
  const used = (tensor: Tensor) => (tensor.length / (n + SPARE)) * n;
  const found = {
    written,
    read: readDelta,
    before,
    after,
    evaluated: output.values.data.slice(0, slopes.length),
    stateIsLeft: state().every((values, k) => values.every((value, i) => value === after[k][i])),
    unread: read.values.data.slice(0, x.length),
    parameters: parameters.map(({ gradient }) => gradient.data.slice()),
    spare: tensors.flatMap((tensor) => [...tensor.data.subarray(used(tensor))]),
    allocated: backend.arena.used - level,
  };
  backend.arena.release(mark);
  return found;
}

const asDoubles = ({ x, parameters }: Point) => ({
  x: Float64Array.from(x),
  parameters: parameters.map((values) => Float64Array.from(values)),
});

/** The loss's derivatives by every number of the batch and of the parameters, by central differences in float64. */
function differences(
  member: KindMember,
  point: Point,
  state: readonly Float64Array[],
): { read: number[]; parameters: number[][] } {
  const { x, parameters } = asDoubles(point);
  const step = 1e-6;
  const loss = () =>
    member.plain(x, point.n, parameters, state).reduce((sum, v, k) => sum + v * point.slopes[k], 0);
  const by = (moved: Float64Array) =>
    Array.from(moved, (value, k) => {
      const [ahead, behind] = [step, -step].map((change) => {
        moved[k] = value + change;
        return loss();
      });
      moved[k] = value;
      return (ahead - behind) / (2 * step);
    });
  return { read: by(x), parameters: parameters.map(by) };
}

/** The same by automatic differentiation. */
function automatic(
  backend: Backend,
  member: KindMember,
  { n, x, parameters, slopes }: Point,
  state: readonly Float64Array[],
): Float32Array[] {
  const mark = backend.arena.mark();
  const shapes = bind(backend, member, n).parameters.map(({ raw }) => [raw.rows, raw.columns]);
  backend.arena.release(mark);
  const loss = ([batch, ...rest]: np.Array[]) =>
    member.traced(batch, rest, state).reshape([-1]).mul(np.array(slopes)).sum();
  const gradients = grad(loss)([
    np.array(x).reshape([n, ...member.shape]),
    ...parameters.map((values, k) => np.array(values).reshape(shapes[k])),
  ]) as np.Array[];
  return gradients.map((gradient) => gradient.dataSync() as Float32Array);
}

describe.each(Object.entries(kindMembers))("The layer kind %s", (_, members) => {
  describe.each(members)("$name", (member) => {
    test.each([1, 3])("writes what its formula says, with its gradient, for batches of %i", (n) => {
      // By the state that its layer had, which rounding may make another on another backend.
      const references = new Map<string, ReturnType<typeof referenceAt>>();
      const referenceAt = (backend: Backend, point: Point, state: readonly Float64Array[]) => {
        const { x, parameters } = asDoubles(point);
        return {
          written: member.plain(x, n, parameters, state),
          numeric: differences(member, point, state),
          traced: automatic(backend, member, point, state),
        };
      };
      for (const { name, backend } of backends) {
        const point = pointOf(backend, member, n);
        const found = engineAt(backend, member, point);
        const key = found.before.join(";");
        const reference = references.get(key) ?? referenceAt(backend, point, found.before);
        references.set(key, reference);
        expect(relativeError(found.written, reference.written), `output on ${name}`).toBeLessThan(1e-6);
        expect(relativeError(found.read, reference.numeric.read), `input on ${name}`).toBeLessThan(1e-5);
        reference.numeric.parameters.forEach((expected, k) => {
          const error = relativeError(found.parameters[k], expected);
          expect(error, `parameter ${k} on ${name}`).toBeLessThan(1e-5);
        });
        reference.traced.forEach((expected, k) => {
          const error = relativeError([found.read, ...found.parameters][k], expected);
          expect(error, `automatic gradient ${k} on ${name}`).toBeLessThan(1e-5);
        });
      }
    });

    test("writes what its formula says once training is over, and leaves its state", () => {
      for (const { name, backend } of backends) {
        const point = pointOf(backend, member, 3);
        const { evaluated, after, stateIsLeft } = engineAt(backend, member, point);
        const { x, parameters } = asDoubles(point);
        const expected = (member.evaluated ?? member.plain)(x, 3, parameters, after);
        expect(relativeError(evaluated, expected), name).toBeLessThan(1e-6);
        expect(stateIsLeft, name).toBe(true);
      }
    });

    test("leaves what it reads and what lies beyond the batch as it is, and allocates nothing in the arena", () => {
      for (const { backend } of backends) {
        const point = pointOf(backend, member, 3);
        const { unread, spare, allocated } = engineAt(backend, member, point);
        expect(unread).toEqual(point.x);
        expect(spare.every((value) => value === UNTOUCHED)).toBe(true);
        expect(allocated).toBe(0);
      }
    });

    test("has the same parameters' gradients where nobody asks for that of what it reads", () => {
      const [{ backend }] = backends;
      const point = pointOf(backend, member, 3);
      const [asked, first] = [false, true].map((isFirst) => engineAt(backend, member, point, isFirst));
      expect(first.parameters).toEqual(asked.parameters);
      expect(first.written).toEqual(asked.written);
    });
  });
});
