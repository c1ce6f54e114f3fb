import type { Backend } from "../../src/engine/backend/backend.ts";
import type { NetworkSpec } from "../../src/engine/networks/spec.ts";
import type { Random } from "../../src/engine/random/random.ts";
import type { LossKind } from "../../src/engine/training/loss.ts";
import type { WorstSpec } from "../../src/engine/training/spec.ts";
import { createWorstCase } from "../../src/engine/training/worstCase.ts";
import { place } from "./engine.ts";
import { rowKinds } from "./kinds.ts";
import { type LayerValues, randomProblem } from "./problem.ts";
import type { WorstProblem } from "./worstFloat64.ts";

const losses: [LossKind, number][] = [
  ["squared-error", 1],
  ["squared-error", 3],
  ["logistic", 1],
  ["softmax", 4],
];
const shapes = [
  { inputs: 3, width: 4, depth: 1, n: 2 },
  { inputs: 6, width: 9, depth: 2, n: 7 },
  { inputs: 7, width: 13, depth: 1, n: 5 },
  { inputs: 9, width: 6, depth: 3, n: 3 },
];

/** Rows in random boxes, where there are six inputs or more with those from the second on as a category that may become any other. */
export function worstProblem(spec: NetworkSpec, loss: LossKind, n: number, random: Random): WorstProblem {
  const problem = randomProblem({ spec, loss, penalty: "none", n, weighted: n % 2 === 1, random });
  const { inputs } = spec;
  const groups = inputs < 6 ? [] : [{ first: 1, count: 3 }];
  const x = problem.x.slice();
  for (const { first, count } of groups) {
    for (let r = 0; r < n; r++) {
      x.fill(0, r * inputs + first, r * inputs + first + count);
      // In every fourth row the category is missing.
      if (r % 4 < 3) x[r * inputs + first + (r % count)] = 1;
    }
  }
  const inGroup = (j: number) => groups.some(({ first, count }) => j >= first && j < first + count);
  const end = (sign: number) =>
    x.map((own, at) => (inGroup(at % inputs) ? own : own + sign * 0.3 * random.next()));
  return {
    ...problem,
    x,
    lower: end(-1),
    upper: end(1),
    groups,
    size: Math.fround(0.3 + 0.7 * random.next()),
  };
}

/** Every weight × loss of both architectures, and monotone ones. */
export function everyWorstCase(random: Random): { name: string; problem: WorstProblem }[] {
  const cases = (["mlp", "resnet"] as const).flatMap((architecture) =>
    rowKinds.flatMap((hidden, k) =>
      losses.map(([loss, outputs], l) => {
        const { n, ...shape } = shapes[(k + l) % shapes.length];
        const output = rowKinds[(k + l + 1) % rowKinds.length];
        return { spec: { architecture, ...shape, outputs, hidden, output } as NetworkSpec, loss, n };
      }),
    ),
  );
  const monotone = (["mlp", "resnet"] as const).map((architecture) => ({
    spec: {
      architecture,
      ...{ inputs: 7, width: 5, depth: 2, outputs: 1, hidden: "l1-shared", output: "l1-row" },
      monotone: [1, 0, 0, 0, -1, 1, 0],
    } as NetworkSpec,
    loss: "logistic" as const,
    n: 4,
  }));
  const shallow = (["softmax", "squared-error"] as const).map((loss) => ({
    spec: {
      architecture: "mlp",
      ...{ inputs: 6, width: 5, depth: 0, outputs: 3, hidden: "plain", output: "plain" },
    } as NetworkSpec,
    loss,
    n: 5,
  }));
  return [...cases, ...monotone, ...shallow].map(({ spec, loss, n }) => ({
    name: `${spec.monotone ? "monotone " : ""}${spec.architecture} ${spec.hidden}/${spec.output}, ${loss} of ${spec.outputs}, depth ${spec.depth}`,
    problem: worstProblem(spec, loss, n, random),
  }));
}

/** The engine's ½·(1/n)·Σ w·ℓ of the worst case and its gradient. */
export function engineWorst(
  backend: Backend,
  problem: WorstProblem,
  worst: WorstSpec,
): { value: number; gradients: LayerValues<Float32Array>[] } {
  const mark = backend.arena.mark();
  const { network, y, w } = place(backend, problem);
  const { n, x, lower, upper, groups, size } = problem;
  const boxes = { lower, upper, groups };
  const data = { rows: n, inputs: x, targets: problem.y, weights: null, boxes };
  const order = backend.arena.tensor(n);
  order.integers.set(Array.from({ length: n }, (_, r) => r));
  const loss = createWorstCase(backend, network, problem.loss, worst, data, { y, w });
  loss.gather(order, 0, n);
  network.forward(n);
  const value = (0.5 * loss.evaluate(n, size)) / n;
  network.backward(n);
  loss.backward(n);
  for (const parameter of network.parameters) parameter.reduce();
  loss.addToLengths();
  const gradients = network.layers.map(({ weight, biasGradient }) => {
    weight.pullback();
    return {
      raw: weight.gradient.data.slice(),
      lengths: weight.lengthGradient?.data.slice() ?? null,
      bias: biasGradient.data.slice(),
    };
  });
  backend.arena.release(mark);
  return { value, gradients };
}
