import { describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { createLayer } from "../../../src/engine/layers/layer.ts";
import type { NetworkSpec } from "../../../src/engine/networks/spec.ts";
import { createOptimizer } from "../../../src/engine/optimizers/optimizer.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { createWeight } from "../../../src/engine/weights/create.ts";
import { relativeError, tensorsOf } from "../../support/compare.ts";
import { backpropagate, everyBackend, place } from "../../support/engine.ts";
import { finiteDifferences, objective } from "../../support/float64.ts";
import { type LayerValues, type Problem, randomProblem } from "../../support/problem.ts";
import { clipFactor, type Member, members, next, type Pair } from "./reference.ts";

const STEPS = 100;
const tensors = ["raw", "lengths", "bias"] as const;

/** A rate that moves, since a rule's rate and its corrections reach the kernels as one number. */
const rateAt = (rate: number, t: number) => rate * (1 - t / 200);

/** Trains the reference in float64 with finite-difference gradients. */
function reference(problem: Problem, member: Member): LayerValues[] {
  const copy = (a: ArrayLike<number>) => Float64Array.from(a);
  let values: LayerValues<Float64Array>[] = problem.values.map(({ raw, lengths, bias }) => ({
    raw: copy(raw),
    lengths: lengths && copy(lengths),
    bias: copy(bias),
  }));
  const moments = values.map((layer) =>
    tensors.map((tensor) => Array.from(layer[tensor] ?? [], (): Pair => [0, 0])),
  );
  for (let t = 1; t <= STEPS; t++) {
    const gradients = finiteDifferences({ ...problem, values } as unknown as Problem);
    const factor = clipFactor(
      member,
      tensorsOf(gradients).map((one) => one.values),
    );
    const moved = (l: number, slot: number) => {
      const tensor = tensors[slot];
      const rate = rateAt(member.rate, t);
      return values[l][tensor]!.map((v, k) =>
        next(
          member,
          slot === 0,
          t,
          rate,
          t / STEPS,
          v,
          factor * gradients[l][tensor]![k],
          moments[l][slot][k],
        ),
      );
    };
    values = values.map(({ lengths }, l) => ({
      raw: moved(l, 0),
      lengths: lengths && moved(l, 1),
      bias: moved(l, 2),
    }));
  }
  return values;
}

/** Moves every entry of V away from 0, so that none crosses it: there a derivative by finite differences ends. */
const apart = (problem: Problem): Problem => ({
  ...problem,
  values: problem.values.map((layer) => ({ ...layer, raw: layer.raw.map((v) => v + Math.sign(v)) })),
});

const small: NetworkSpec = {
  architecture: "mlp",
  inputs: 3,
  width: 5,
  depth: 1,
  outputs: 2,
  hidden: "l1-shared",
  output: "l1-row",
};

const backends = await everyBackend();

describe.each(members)("An optimizer: $name", (member) => {
  const { spec, rate, rule } = member;

  /** The engine's and the float64 reference's values after 100 steps must agree. */
  const follows = (problem: Problem) => {
    const expected = reference(problem, member);
    const start = objective(problem, problem.values).value;
    expect(objective(problem, expected).value, "the reference descends").toBeLessThan(0.98 * start);
    for (const { name, backend } of backends) {
      const placed = place(backend, problem);
      const optimizer = createOptimizer(backend, placed.network, spec);
      for (let t = 1; t <= STEPS; t++) {
        backpropagate(backend, problem, placed);
        expect(optimizer.step(rateAt(rate, t), t / STEPS)).toBe(-1);
      }
      const found = placed.network.layers.map(({ weight, bias }) => ({
        raw: weight.raw.data.slice(),
        lengths: weight.lengths?.data.slice() ?? null,
        bias: bias.data.slice(),
      }));
      const references = tensorsOf(expected);
      tensorsOf(found).forEach(({ name: tensor, values }, k) => {
        expect(relativeError(values, references[k].values), `${tensor} on ${name}`).toBeLessThan(1e-5);
      });
    }
  };

  if (!member.plain) {
    test("takes 100 steps on a PSiLON Net as its formula does in float64", () => {
      follows(
        apart(
          randomProblem({
            spec: small,
            loss: "squared-error",
            penalty: "path-norm",
            n: 12,
            random: createRandom(5),
          }),
        ),
      );
    });

    test("takes 100 steps on a network of L2-normalized rows as its formula does in float64", () => {
      const rows = { ...small, hidden: "l2-row", output: "l2-row" } as const;
      follows(
        apart(randomProblem({ spec: rows, loss: "softmax", penalty: "l2", n: 12, random: createRandom(6) })),
      );
    });

    test("takes 100 steps on a CReLU network as its formula does in float64", () => {
      // A penalty on |g| would draw a length back and forth over the kink at 0, where rounding decides.
      const resnet = { ...small, architecture: "resnet", width: 4, outputs: 1 } as const;
      follows(
        apart(
          randomProblem({ spec: resnet, loss: "logistic", penalty: "l2", n: 12, random: createRandom(7) }),
        ),
      );
    });
  }

  test("takes 100 steps on a network of plain weights as its formula does in float64", () => {
    const plain = { ...small, hidden: "plain", output: "plain" } as const;
    follows(
      apart(
        randomProblem({
          spec: plain,
          loss: "squared-error",
          penalty: "none",
          n: 12,
          random: createRandom(10),
        }),
      ),
    );
  });

  test("takes 100 steps down a parabola as its formula does in float64", () => {
    // One plain layer and squared error: a quadratic in every parameter.
    const linear = { ...small, depth: 0, outputs: 1, hidden: "plain", output: "plain" } as const;
    follows(
      apart(
        randomProblem({
          spec: linear,
          loss: "squared-error",
          penalty: "none",
          n: 9,
          random: createRandom(8),
        }),
      ),
    );
  });

  /** A plain matrix of one row with a bias of gradient 0, for gradients given by hand. */
  const bare = (backend: Backend, values: ArrayLike<number>) => {
    const weight = createWeight(backend, "plain", 1, values.length, { random: createRandom(1) });
    weight.raw.data.set(values);
    return { weight, optimizer: createOptimizer(backend, createLayer(backend, weight), spec) };
  };

  test("takes 100 steps down Rosenbrock's valley as its formula does in float64", () => {
    // (1 − x)² + 100·(y − x²)²
    const slope = (x: number, y: number) => [2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)];
    const slow = rate / 20;
    const expected = [-0.7, 1.2];
    const moments: Pair[] = [
      [0, 0],
      [0, 0],
    ];
    for (let t = 1; t <= STEPS; t++) {
      const gradient = slope(expected[0], expected[1]);
      const factor = clipFactor(member, [gradient]);
      const moved = expected.map((v, k) =>
        next(member, true, t, rateAt(slow, t), t / STEPS, v, factor * gradient[k], moments[k]),
      );
      [expected[0], expected[1]] = moved;
    }
    for (const { name, backend } of backends) {
      const { weight, optimizer } = bare(backend, [-0.7, 1.2]);
      const { data } = weight.raw;
      for (let t = 1; t <= STEPS; t++) {
        weight.gradient.data.set(slope(data[0], data[1]));
        optimizer.step(rateAt(slow, t), t / STEPS);
      }
      expect(relativeError(data, expected), name).toBeLessThan(1e-5);
    }
  });

  test("steps weights of every size as its formula does in float64", () => {
    const random = createRandom(12);
    // All remainders modulo a vector's four values, and magnitudes from 1e-30 to 1e9, with and without a gradient.
    for (const count of [1, 2, 3, 4, 5, 160]) {
      const values = Float32Array.from({ length: count }, (_, k) => normal(random) * 10 ** ((k % 40) - 30));
      const gradient = Float32Array.from(values, (v, k) => (k % 3 === 0 ? 0 : v * normal(random)));
      for (const { name, backend } of backends) {
        const { weight, optimizer } = bare(backend, values);
        weight.gradient.data.set(gradient);
        optimizer.step(rate, 0.5);
        const factor = clipFactor(member, [gradient]);
        weight.raw.data.forEach((found, k) => {
          const v = values[k];
          const expected = next(member, true, 1, rate, 0.5, v, factor * gradient[k], [0, 0]);
          const step = rule(
            1,
            rate,
            factor * gradient[k] + (member.coupled && v !== 0 ? member.coupled(v) : 0),
            [0, 0],
          );
          // What is left where v and its step cancel, shrunk as the weight is.
          const shrunk = v === step ? 1 : Math.min(1, Math.abs(expected / (v - step)));
          const rounding = 4e-6 * (Math.abs(v) + Math.abs(step)) * (member.plain ? 1 : shrunk) + 1e-36;
          expect(Math.abs(found - expected), `${v} on ${name}`).toBeLessThan(
            rounding + 4e-6 * Math.abs(expected),
          );
        });
      }
    }
  });

  test("leaves every weight as it is at rate 0", () => {
    const values = Float32Array.of(0, 1e-30, -0.2, 3, 1e20, -1e-8, 7);
    for (const { name, backend } of backends) {
      const { weight, optimizer } = bare(backend, values);
      weight.gradient.data.fill(0.1);
      optimizer.step(0, 0.5);
      expect(weight.raw.data, name).toEqual(values);
    }
  });

  if (!member.plain)
    test("moves lengths on their unit: g/u by the step of ∂/∂(g/u)", () => {
      const unit = 3;
      const problem = randomProblem({
        spec: small,
        loss: "squared-error",
        penalty: "path-norm",
        n: 12,
        random: createRandom(9),
      });
      for (const { name, backend } of backends) {
        const placed = place(backend, problem);
        const { weight } = placed.network.layers[0];
        weight.lengthUnit = unit;
        const optimizer = createOptimizer(backend, placed.network, spec);
        let scaled = weight.lengths!.data[0] / unit;
        const moments: Pair = [0, 0];
        for (let t = 1; t <= 20; t++) {
          backpropagate(backend, problem, placed);
          const slope = unit * weight.lengthGradient!.data[0];
          for (const layer of placed.network.layers) layer.weight.pullback();
          const gradients = placed.network.layers.flatMap(({ weight: one, biasGradient }) => [
            one.gradient.data,
            one.lengthGradient!.data.map((x) => one.lengthUnit * x),
            biasGradient.data,
          ]);
          const factor = clipFactor(member, gradients);
          // The optimizer pulls back itself.
          backpropagate(backend, problem, placed);
          scaled = next(member, false, t, rate, t / 20, scaled, factor * slope, moments);
          optimizer.step(rate, t / 20);
          expect(Math.abs(weight.lengths!.data[0] / (unit * scaled) - 1), name).toBeLessThan(1e-5);
        }
      }
    });
});
