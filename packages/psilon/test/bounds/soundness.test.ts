import { beforeAll, describe, expect, test } from "vitest";
import { analyse } from "../../src/bounds/analyse.ts";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { type Box, boxAround, boxBetween } from "../../src/bounds/box.ts";
import type { OutputRow } from "../../src/bounds/certificate.ts";
import { exactMaximum } from "../../src/bounds/exact.ts";
import { globalBounds, spectralBound } from "../../src/bounds/globalBounds.ts";
import { changeOver, maximumOver, rangeOver } from "../../src/bounds/overBox.ts";
import { enclose } from "../../src/bounds/point.ts";
import { predictionError } from "../../src/bounds/predictionError.ts";
import { searchChange } from "../../src/bounds/witnessSearch.ts";
import type { Backend } from "../../src/engine/backend/backend.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import type { FoldedNetwork } from "../../src/folded/folded.ts";
import { createPredictor } from "../../src/folded/predictor.ts";
import { type Dyadic, dyadic, exactForward, isAtMost, magnitude, subtract } from "../support/dyadic.ts";
import { everyBackend } from "../support/engine.ts";
import { between, type Draw, mlp, normals, resnet, sparse } from "../support/foldedNetworks.ts";

const zero = () => 0;
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Networks of three inputs and two outputs that are out to break a bound. */
function hostile(random: Random): Record<string, FoldedNetwork> {
  const draw = normals(random);
  const times =
    (scale: number): Draw =>
    () =>
      scale * draw();
  const of = (hidden: number[], weight: Draw, bias: Draw) => mlp([3, ...hidden, 2], weight, bias);
  const residual = (depth: number, weight: Draw, bias: Draw) =>
    resnet({ inputs: 3, width: 3, depth, outputs: 2 }, weight, bias);
  const duplicated = of([4, 4], draw, draw);
  for (const layer of duplicated.layers.slice(0, 2)) {
    if (layer.kind === "dense") {
      layer.weight.copyWithin(2 * layer.columns, 0, 2 * layer.columns);
      layer.bias.copyWithin(2, 0, 2);
    }
  }
  const mixed = () => draw() * 10 ** between(random, -30, 30);
  let place = 0;
  return {
    "weights of 1e-30": of([4, 4], times(1e-30), times(1e-30)),
    "weights of 1e30": of([4, 4], times(1e30), times(1e30)),
    "weights of 1e30 in a ResNet": residual(2, times(1e30), times(1e30)),
    "weights of 1e-30 in a ResNet": residual(2, times(1e-30), times(1e-30)),
    "weights from 1e-30 to 1e30": of([4, 4], mixed, mixed),
    "64 layers": of(Array(63).fill(4), times(0.8), times(0.3)),
    "64 layers of 1e30": of(Array(63).fill(3), times(1e30), zero),
    "64 layers of 1e-30": of(Array(63).fill(3), times(1e-30), zero),
    "64 blocks": residual(62, times(0.2), times(0.1)),
    "rows with one nonzero": of([4, 4], () => (place++ % 5 === 0 ? draw() : 0), zero),
    "duplicated units": duplicated,
    "ties at zero": of([5, 5], sparse(random, 0.6, draw), zero),
    "ties at zero in a ResNet": residual(2, sparse(random, 0.6, draw), zero),
    "cancelling units": residual(2, () => (draw() > 0 ? -1 : 1) * (1 - 2 ** -24), zero),
    "all weights 0": of([3], zero, draw),
  };
}

const boxes: Record<string, (random: Random) => Box> = {
  "no width": (random) => boxAround(range(3).map(normals(random)), [0, 0, 0]),
  "no width at 0": () => boxAround([0, 0, 0], [0, 0, 0]),
  "one side": (random) => boxAround(range(3).map(normals(random)), [0, 0.3, 0]),
  "around 0": () => boxAround([0, 0, 0], [0.5, 0.5, 0.5]),
  narrow: (random) => boxAround(range(3).map(normals(random)), [1e-9, 1e-9, 1e-9]),
  wide: (random) => boxAround(range(3).map(normals(random)), [1e6, 1e6, 1e6]),
  "tiny numbers": () => boxBetween([-1e-300, 0, -5e-324], [1e-300, 5e-324, 0]),
  "one infinite side": (random) => boxBetween([-1, -1, 0], [1, Number.POSITIVE_INFINITY, random.next()]),
  "infinite sides": () =>
    boxBetween(Array(3).fill(Number.NEGATIVE_INFINITY), Array(3).fill(Number.POSITIVE_INFINITY)),
};

function pointsOf(random: Random, { centre, lower, upper }: Box): Float64Array[] {
  const clamp = (x: number, j: number) => Math.min(Math.max(x, lower[j]), upper[j]);
  const far = (sign: number) => centre.map((c, j) => clamp(c + sign * 1e3, j));
  const draws = range(6).map(() =>
    lower.map((low, j) => {
      const [from, to] = [clamp(-1e4, j), clamp(1e4, j)];
      return random.next() < 0.5
        ? clamp(from + random.next() * (to - from), j)
        : random.next() < 0.5
          ? clamp(low, j)
          : to;
    }),
  );
  return [centre, far(1), far(-1), ...draws].filter((x) => x.every(Number.isFinite));
}

const outputs: OutputRow[] = [
  { plus: 0, minus: null },
  { plus: null, minus: 1 },
  { plus: 0, minus: 1 },
];
const exactValue = (network: FoldedNetwork, { plus, minus }: OutputRow, x: Float64Array): Dyadic => {
  const at = exactForward(network, x);
  const of = (k: number | null) => (k === null ? dyadic(0) : at[k]);
  return subtract(of(plus), of(minus));
};

describe("No bound is ever below what exact arithmetic finds", () => {
  const names = Object.keys(hostile(createRandom(0)));

  test.each(names)("in a network with %s, over every kind of box", (name) => {
    const random = createRandom(names.indexOf(name));
    const network = hostile(random)[name];
    const model = boundedModel([{ network }]);
    for (const makeBox of Object.values(boxes)) {
      const box = makeBox(random);
      const analysis = analyse(model, box);
      for (const output of outputs) {
        const maxima = maximumOver(analysis, output);
        const changes = changeOver(analysis, output);
        const { lower, upper } = rangeOver(analysis, output);
        const slopes = globalBounds(model, output).filter(({ inputNorm }) => inputNorm === "inf");
        for (const { atMost } of [...maxima, ...changes, ...slopes]) expect(atMost).not.toBeNaN();
        const centre = exactValue(network, output, box.centre);
        for (const x of pointsOf(random, box)) {
          const value = exactValue(network, output, x);
          const moved = magnitude(subtract(value, centre));
          for (const { atMost } of maxima) expect(isAtMost(value, atMost)).toBe(true);
          for (const { atMost } of changes) expect(isAtMost(moved, atMost)).toBe(true);
          expect(isAtMost(value, upper)).toBe(true);
          expect(isAtMost({ n: -value.n, p: value.p }, -lower)).toBe(true);
          const distance = Math.max(...x.map((at, j) => Math.abs(at - box.centre[j])));
          for (const { atMost } of slopes) {
            const allowed =
              atMost === Number.POSITIVE_INFINITY || distance === 0 ? atMost : atMost * distance;
            if (distance > 0) expect(isAtMost(moved, allowed * (1 + 1e-15) + Number.MIN_VALUE)).toBe(true);
          }
          const at = enclose(
            model,
            Float64Array.of(Number(output.plus === 0), -Number(output.minus === 1)),
            x,
          );
          expect(isAtMost(value, at.upper) && isAtMost({ n: -value.n, p: value.p }, -at.lower)).toBe(true);
        }
        const sample = searchChange(model, box, output, { seed: 1, restarts: 2, steps: 4 });
        const shown = magnitude(subtract(exactValue(network, output, sample.witness), centre));
        expect(isAtMost({ n: -shown.n, p: shown.p }, -sample.atLeast)).toBe(true);
      }
    }
  });

  test("where products of weights are too small for a number, and 0 only where no path leads", () => {
    const tiny = mlp([2, ...Array(30).fill(1), 1], () => 1e-30, zero);
    const model = boundedModel([{ network: tiny }]);
    const output = { plus: 0, minus: null };
    for (const { atMost } of globalBounds(model)) expect(atMost).toBeGreaterThan(0);
    for (const { atMost } of changeOver(analyse(model, boxAround([1, 1], [1, 1])), output)) {
      expect(atMost).toBeGreaterThan(0);
    }
    const cut = mlp([2, 2, 1], () => 1, zero);
    if (cut.layers[0].kind === "dense") cut.layers[0].weight.set([0, 1, 0, 1]);
    const [smallest] = changeOver(
      analyse(boundedModel([{ network: cut }]), boxAround([0, 0], [Number.POSITIVE_INFINITY, 0])),
      output,
    );
    expect(smallest.atMost).toBe(0);
  });

  test("in the spectral product, against the stretch of random differences", () => {
    const random = createRandom(3);
    const draw = normals(random);
    for (let trial = 0; trial < 60; trial++) {
      const [inputs, width] = [between(random, 1, 5), between(random, 1, 6)];
      const network =
        trial % 2 === 0
          ? mlp([inputs, width, 2], draw, draw)
          : resnet({ inputs, width, depth: 2, outputs: 2 }, normals(random, 0.4), draw);
      const model = boundedModel([{ network }]);
      const { atMost } = spectralBound(model);
      for (let point = 0; point < 20; point++) {
        const x = Float64Array.from({ length: inputs }, draw);
        const y = x.map((value) => value + 0.1 * draw());
        const [fx, fy] = [x, y].map((at) => enclosedOutputs(model, at));
        const distance = Math.hypot(...x.map((value, j) => value - y[j]));
        expect(Math.hypot(...fx.map((value, k) => value - fy[k]))).toBeLessThanOrEqual(
          atMost * distance * (1 + 1e-12),
        );
      }
    }
    // One layer: the bound is its largest singular value.
    const diagonal = mlp([3, 3], zero, zero);
    if (diagonal.layers[0].kind === "dense") diagonal.layers[0].weight.set([3, 0, 0, 0, -7, 0, 0, 0, 2]);
    const { atMost } = spectralBound(boundedModel([{ network: diagonal }]));
    expect(atMost).toBeGreaterThanOrEqual(7);
    expect(atMost).toBeLessThan(7 * (1 + 1e-6));
    for (const scale of [1e-30, 1e30]) {
      const deep = boundedModel([{ network: mlp([3, ...Array(63).fill(3), 2], () => scale, zero) }]);
      expect(spectralBound(deep).atMost).not.toBeNaN();
    }
  });

  test("by the solver, which answers with a bound or with the best local one", async () => {
    const random = createRandom(8);
    for (const [name, network] of Object.entries(hostile(random))) {
      if (name.startsWith("64")) continue;
      const model = boundedModel([{ network }]);
      for (const box of [
        boxes["around 0"](random),
        boxes["infinite sides"](random),
        boxes["no width"](random),
      ]) {
        const analysis = analyse(model, box);
        const { upper, lower } = await exactMaximum(analysis, outputs[2], 600);
        expect(upper.atMost).toBeLessThanOrEqual(maximumOver(analysis, outputs[2])[0].atMost);
        for (const x of [lower.witness, ...pointsOf(random, box)]) {
          expect(isAtMost(exactValue(network, outputs[2], x), upper.atMost)).toBe(true);
        }
      }
    }
  });
});

const enclosedOutputs = (model: ReturnType<typeof boundedModel>, x: Float64Array) =>
  [0, 1].map((k) => enclose(model, Float64Array.of(1 - k, k), x).upper);

describe("The error of predictions in float32", () => {
  let backends: { name: string; backend: Backend }[];
  beforeAll(async () => {
    backends = await everyBackend();
  });

  test("stays within its bound, for every provider, one row or many, at points and over boxes", () => {
    const random = createRandom(30);
    let [largest, smallest] = [0, Number.POSITIVE_INFINITY];
    for (let trial = 0; trial < 24; trial++) {
      const [inputs, width] = [between(random, 1, 9), between(random, 2, 40)];
      const draw = normals(random, trial % 3 === 0 ? 1 : 0.3);
      const network =
        trial % 2 === 0
          ? mlp([inputs, width, width, 2], draw, draw)
          : resnet({ inputs, width, depth: 2, outputs: 2 }, draw, draw);
      const model = boundedModel([{ network }]);
      const rows = 12;
      const centre = Float32Array.from({ length: inputs }, normals(random));
      const x = Float32Array.from(
        { length: rows * inputs },
        (_, at) => centre[at % inputs] + random.next() - 0.5,
      );
      const over = predictionError(analyse(model, boxAround(centre, Array(inputs).fill(0.6))));
      for (const { backend } of backends) {
        const mark = backend.arena.mark();
        const predictor = createPredictor(backend, network);
        const many = predictor.predict(x);
        for (let r = 0; r < rows; r++) {
          const row = x.slice(r * inputs, (r + 1) * inputs);
          const one = predictor.predict(row);
          const at = predictionError(analyse(model, boxAround(row, Array(inputs).fill(0))));
          const exact = exactForward(network, row);
          exact.forEach((value, k) => {
            for (const predicted of [one[k], many[2 * r + k]]) {
              const error = magnitude(subtract(dyadic(predicted), value));
              expect(isAtMost(error, at[k])).toBe(true);
              expect(isAtMost(error, over[k])).toBe(true);
              largest = Math.max(largest, (Number(error.n) * 2 ** error.p) / at[k]);
            }
            smallest = Math.min(smallest, over[k] / at[k]);
          });
        }
        backend.arena.release(mark);
      }
    }
    // A bound that is a thousand times too large would pass as well.
    expect(largest).toBeGreaterThan(1e-3);
    expect(smallest).toBeGreaterThan(0.999);
  });

  test.each(Object.keys(hostile(createRandom(0))))(
    "covers what float32 makes of a network with %s, infinite where it may overflow",
    (name) => {
      const random = createRandom(9);
      const draw = normals(random);
      const network = hostile(random)[name];
      const model = boundedModel([{ network }]);
      for (const scale of [1e-20, 1, 1e6, 1e20, 1e38]) {
        const x = Float32Array.from({ length: 3 }, () => scale * Math.max(-1, Math.min(1, draw())));
        const bound = predictionError(analyse(model, boxAround(x, [0, 0, 0])));
        const exact = exactForward(network, x);
        for (const { backend } of backends) {
          const mark = backend.arena.mark();
          const predicted = createPredictor(backend, network).predict(x);
          backend.arena.release(mark);
          exact.forEach((value, k) => {
            if (!Number.isFinite(predicted[k])) expect(bound[k]).toBe(Number.POSITIVE_INFINITY);
            else expect(isAtMost(magnitude(subtract(dyadic(predicted[k]), value)), bound[k])).toBe(true);
          });
        }
      }
    },
  );

  test("is infinite where a weight of 0 reads what overflows, or the sum with a linear term does", () => {
    const unread = mlp([1, 2, 1], () => 0, zero);
    const [first, last] = unread.layers;
    if (first.kind === "dense") first.weight.set([1e30, 1]);
    if (last.kind === "dense") last.weight.set([0, 1]);
    const sum = { ...mlp([1, 1], () => 3e38, zero), slopes: Float32Array.of(3e38) };
    for (const [network, x] of [
      [unread, 1e10],
      [sum, 1],
    ] as const) {
      const analysis = analyse(boundedModel([{ network }]), boxAround([x], [0]));
      expect([...predictionError(analysis)]).toEqual([Number.POSITIVE_INFINITY]);
    }
  });

  test("carries on what a cancellation in an early layer leaves of it", () => {
    const network = mlp([2, 1, 1], () => 1, zero);
    if (network.layers[0].kind === "dense") network.layers[0].weight.set([0.1, -0.1]);
    // Two products near 10⁵, rounded to 1/128, whose difference is near 0.1.
    const x = Float32Array.of(1e6 + 1, 1e6);
    const [{ backend }] = backends;
    const mark = backend.arena.mark();
    const [predicted] = createPredictor(backend, network).predict(x);
    backend.arena.release(mark);
    const [exact] = exactForward(network, x);
    const error = magnitude(subtract(dyadic(predicted), exact));
    const [bound] = predictionError(analyse(boundedModel([{ network }]), boxAround(x, [0, 0])));
    expect(isAtMost(error, 1e-4)).toBe(false);
    expect(isAtMost(error, bound)).toBe(true);
    expect(bound).toBeLessThan(0.1);
  });

  test("is infinite where a sum may overflow", () => {
    const network = mlp([2, 3, 1], () => 1e30, zero);
    const error = predictionError(analyse(boundedModel([{ network }]), boxAround([1, 1], [0, 0])));
    expect(error).toEqual(Float64Array.of(Number.POSITIVE_INFINITY));
  });

  test("counts once for a maximum and twice for a change", () => {
    const draw = normals(createRandom(31));
    const analysis = analyse(
      boundedModel([{ network: mlp([3, 5, 2], draw, draw) }]),
      boxAround([0, 0, 0], [1, 1, 1]),
    );
    const errors = predictionError(analysis);
    const total = errors[0] + errors[1];
    const difference = { plus: 0, minus: 1 };
    const added = (bound: typeof changeOver) =>
      bound(analysis, difference, errors)[0].atMost - bound(analysis, difference)[0].atMost;
    expect(added(maximumOver)).toBeCloseTo(total, 12);
    expect(added(changeOver)).toBeCloseTo(2 * total, 12);
    expect(changeOver(analysis, difference, errors)[0].arithmetic).toBe("float32");
    expect(changeOver(analysis, difference)[0].arithmetic).toBe("real");
  });
});
