import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import type { NetworkSpec } from "../../../src/engine/networks/spec.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import type { LossKind } from "../../../src/engine/training/loss.ts";
import { scalesOf, tensorsOf } from "../../support/compare.ts";
import { everyBackend } from "../../support/engine.ts";
import { derivativeAlong, objective, rowLoss } from "../../support/float64.ts";
import { type LayerValues, layerShapes } from "../../support/problem.ts";
import type { WorstProblem } from "../../support/worstFloat64.ts";
import { engineWorst, worstProblem } from "../../support/worstProblems.ts";

const margin = { method: "margin", ramp: 0 } as const;

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  backends = await everyBackend();
});

/** ½·ℓ of the outputs moved by ε·B, by the definitions: B_yk = H·(|γ_k| + |γ_y|) between classes. */
function movedObjective(problem: WorstProblem, values: readonly LayerValues[]) {
  const { n, spec, x, lower, upper, groups, size, y, loss, rowWeights } = problem;
  const { outputs, inputs } = spec;
  const { output, pattern } = objective({ ...problem, lambda: 0 }, values);
  const lengths = values.map((one) => Array.from(one.lengths!, Math.abs));
  const shapes = layerShapes(spec);
  const product = shapes
    .slice(0, -1)
    .reduce((factor, { residual }, l) => factor * ((residual ? 1 : 0) + lengths[l][0]), 1);
  const bound = (k: number) => product * lengths[shapes.length - 1][k % lengths[shapes.length - 1].length];
  let total = 0;
  let sides = "";
  for (let r = 0; r < n; r++) {
    const places = Array.from({ length: inputs }, (_, j) => r * inputs + j);
    const moves = groups.some(({ first, count }) =>
      x.subarray(r * inputs + first, r * inputs + first + count).includes(1),
    );
    const reach =
      size * Math.max(moves ? 1 : 0, ...places.map((at) => Math.max(upper[at] - x[at], x[at] - lower[at])));
    const columns = loss === "squared-error" ? outputs : 1;
    const target = y.subarray(r * columns, (r + 1) * columns);
    const z = Array.from({ length: outputs }, (_, k) => {
      const own = output[r * outputs + k];
      if (loss === "softmax") return k === target[0] ? own : own + reach * (bound(k) + bound(target[0]));
      const up = loss === "logistic" ? target[0] === 0 : own >= target[k];
      sides += up;
      return own + (up ? 1 : -1) * reach * bound(k);
    });
    total += ((rowWeights ? rowWeights[r] : 1) * rowLoss({ loss, y: target, spec }, z, 0)) / n;
  }
  return { value: total / 2, pattern: pattern + sides.length + [...sides].filter((c) => c === "t").length };
}

const random = createRandom(11);
const cases = (["mlp", "resnet"] as const).flatMap((architecture) =>
  (
    [
      ["squared-error", 2],
      ["logistic", 1],
      ["softmax", 3],
    ] as [LossKind, number][]
  ).flatMap(([loss, outputs]) =>
    (["l1-row", "l1-shared"] as const).map((output) => {
      const shape = { inputs: 6, width: 8, depth: 2, outputs, hidden: "l1-shared", output } as const;
      const spec: NetworkSpec = { architecture, ...shape };
      return {
        name: `${architecture} with ${output} outputs, ${loss}`,
        problem: worstProblem(spec, loss, 5, random),
      };
    }),
  ),
);

describe.each(cases)("The margin of a $name", ({ problem }) => {
  test("has the value and the gradient that float64 finite differences find", () => {
    const { value } = movedObjective(problem, problem.values);
    for (const { name, backend } of backends) {
      const found = engineWorst(backend, problem, margin);
      expect(Math.abs(found.value / value - 1), `value on ${name}`).toBeLessThan(1e-4);
      const scales = scalesOf(problem, found.gradients);
      tensorsOf(found.gradients).forEach(({ name: what, layer, tensor, values }, k) => {
        for (const at of [0, Math.floor(values.length / 2), values.length - 1]) {
          const unit = new Float64Array(values.length).with(at, 1);
          const derivative = derivativeAlong(problem.values, layer, tensor, unit, (moved) =>
            movedObjective(problem, moved),
          );
          expect(Math.abs(values[at] - derivative!), `${what}, ${at}, on ${name}`).toBeLessThan(
            1e-4 * Math.max(scales[k]!, 1e-6),
          );
        }
      });
    }
  });

  test("is at least the worst that interval bounds leave possible", () => {
    const [{ backend }] = backends;
    const worst = engineWorst(backend, problem, { method: "interval", share: 0, ramp: 0 }).value;
    expect(engineWorst(backend, problem, margin).value).toBeGreaterThanOrEqual(worst);
  });
});

test("A margin in closed form is refused where lengths alone tell no bound", () => {
  const [{ backend }] = backends;
  const spec = { architecture: "mlp", inputs: 4, width: 5, depth: 1, outputs: 1 } as const;
  for (const kinds of [
    { hidden: "l1-row", output: "l1-row" },
    { hidden: "l1-shared", output: "plain" },
  ] as const) {
    const problem = worstProblem({ ...spec, ...kinds }, "logistic", 3, random);
    expect(() => engineWorst(backend, problem, margin)).toThrow(
      "Margins by bounds in closed form are for L1-normalized weights with one length a hidden layer; train on interval bounds.",
    );
  }
});
