import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../src/backend/backend.ts";
import type { NetworkSpec } from "../../src/networks/spec.ts";
import { createOptimizer, type OptimizerSpec } from "../../src/optimizers/optimizer.ts";
import { createRandom } from "../../src/random/random.ts";
import { relativeError, tensorsOf } from "../support/compare.ts";
import { backpropagate, everyBackend, place } from "../support/engine.ts";
import { finiteDifferences, objective } from "../support/float64.ts";
import { type LayerValues, type Problem, randomProblem } from "../support/problem.ts";

/** What a rule makes of one gradient, in float64: v, its moments and the gradient become the next v. */
type Rule = (t: number, rate: number, v: number, gradient: number, moments: [number, number]) => number;

const adam =
  (beta1: number, beta2: number, epsilon: number): Rule =>
  (t, rate, v, gradient, moments) => {
    moments[0] = beta1 * moments[0] + (1 - beta1) * gradient;
    moments[1] = beta2 * moments[1] + (1 - beta2) * gradient * gradient;
    const mean = moments[0] / (1 - beta1 ** t);
    const square = moments[1] / (1 - beta2 ** t);
    return v - (rate * mean) / (Math.sqrt(square) + epsilon);
  };

const sgd =
  (momentum: number): Rule =>
  (_, rate, v, gradient, moments) => {
    moments[0] = momentum * moments[0] + gradient;
    return v - rate * moments[0];
  };

const members: { name: string; spec: OptimizerSpec; rule: Rule; rate: number }[] = [
  { name: "Adam", spec: { name: "adam" }, rule: adam(0.9, 0.999, 1e-8), rate: 0.01 },
  {
    name: "Adam with other constants",
    spec: { name: "adam", beta1: 0.8, beta2: 0.95, epsilon: 1e-3 },
    rule: adam(0.8, 0.95, 1e-3),
    rate: 0.02,
  },
  { name: "SGD", spec: { name: "sgd", momentum: 0 }, rule: sgd(0), rate: 0.02 },
  { name: "SGD with momentum", spec: { name: "sgd" }, rule: sgd(0.9), rate: 0.004 },
];

/** Trains the reference in float64 with finite-difference gradients. */
function reference(problem: Problem, rule: Rule, rate: (t: number) => number, steps: number): LayerValues[] {
  const copy = (a: ArrayLike<number>) => Float64Array.from(a);
  let values: LayerValues<Float64Array>[] = problem.values.map(({ raw, lengths, bias }) => ({
    raw: copy(raw),
    lengths: lengths && copy(lengths),
    bias: copy(bias),
  }));
  const moments = values.map(({ raw, lengths, bias }) =>
    [raw, lengths ?? [], bias].map((tensor) => Array.from(tensor, (): [number, number] => [0, 0])),
  );
  for (let t = 1; t <= steps; t++) {
    const gradients = finiteDifferences({ ...problem, values } as unknown as Problem);
    const next = (l: number, slot: number, tensor: keyof LayerValues) =>
      values[l][tensor]!.map((v, k) => rule(t, rate(t), v, gradients[l][tensor]![k], moments[l][slot][k]));
    values = values.map(({ lengths }, l) => ({
      raw: next(l, 0, "raw"),
      lengths: lengths && next(l, 1, "lengths"),
      bias: next(l, 2, "bias"),
    }));
  }
  return values;
}

const small: NetworkSpec = {
  architecture: "mlp",
  inputs: 3,
  width: 5,
  depth: 1,
  outputs: 2,
  hidden: "l1-shared",
  output: "l1-row",
};

describe.each(members)("An optimizer: $name", ({ spec, rule, rate }) => {
  let backends: { name: string; backend: Backend }[];
  beforeAll(async () => {
    backends = await everyBackend();
  });

  /** The engine's and the float64 reference's values after 100 steps must agree. */
  const follows = (problem: Problem) => {
    // A rate that moves, since Adam's rate and its corrections reach the kernel as one number.
    const rateAt = (t: number) => rate * (1 - t / 200);
    const expected = reference(problem, rule, rateAt, 100);
    const start = objective(problem, problem.values).value;
    expect(objective(problem, expected).value, "the reference descends").toBeLessThan(0.98 * start);
    for (const { name, backend } of backends) {
      const placed = place(backend, problem);
      const optimizer = createOptimizer(backend, placed.network, spec);
      for (let t = 1; t <= 100; t++) {
        backpropagate(backend, problem, placed);
        expect(optimizer.step(rateAt(t))).toBe(-1);
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

  test("takes 100 steps on a PSiLON Net as its formula does in float64", () => {
    follows(
      randomProblem({
        spec: small,
        loss: "squared-error",
        penalty: "path-norm",
        n: 12,
        random: createRandom(5),
      }),
    );
  });

  test("takes 100 steps on a network of L2-normalized rows as its formula does in float64", () => {
    const rows = { ...small, hidden: "l2-row", output: "l2-row" } as const;
    follows(randomProblem({ spec: rows, loss: "softmax", penalty: "l2", n: 12, random: createRandom(6) }));
  });

  test("takes 100 steps on a CReLU network as its formula does in float64", () => {
    // A penalty on |g| would draw a length back and forth over the kink at 0, where rounding decides.
    const resnet = { ...small, architecture: "resnet", width: 4, outputs: 1 } as const;
    follows(randomProblem({ spec: resnet, loss: "logistic", penalty: "l2", n: 12, random: createRandom(7) }));
  });

  test("takes 100 steps down a parabola as its formula does in float64", () => {
    // One plain layer and squared error: a quadratic in every parameter.
    const linear = { ...small, depth: 0, outputs: 1, hidden: "plain", output: "plain" } as const;
    follows(
      randomProblem({ spec: linear, loss: "squared-error", penalty: "none", n: 9, random: createRandom(8) }),
    );
  });

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
      const moments: [number, number] = [0, 0];
      for (let t = 1; t <= 20; t++) {
        backpropagate(backend, problem, placed);
        scaled = rule(t, rate, scaled, unit * weight.lengthGradient!.data[0], moments);
        optimizer.step(rate);
        expect(Math.abs(weight.lengths!.data[0] / (unit * scaled) - 1), name).toBeLessThan(1e-5);
      }
    }
  });
});
