import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { scalesOf, tensorsOf, worstTensor } from "../../support/compare.ts";
import { everyBackend } from "../../support/engine.ts";
import { objective } from "../../support/float64.ts";
import { worstDerivative, worstObjective } from "../../support/worstFloat64.ts";
import { worstJaxGradients } from "../../support/worstJax.ts";
import { engineWorst, everyWorstCase } from "../../support/worstProblems.ts";

const TOLERANCE = 1e-4;
const alone = { method: "interval", share: 0, ramp: 0 } as const;

let backends: { name: string; backend: Backend }[];
beforeAll(async () => {
  backends = await everyBackend();
});

describe.each(everyWorstCase(createRandom(5)))("The worst case of $name", ({ problem }) => {
  test("has the value and the gradient that automatic differentiation finds", () => {
    const reference = worstJaxGradients(problem);
    for (const { name, backend } of backends) {
      const found = engineWorst(backend, problem, alone);
      const worst = worstTensor(problem, found.gradients, reference.gradients);
      expect(worst.error, `${worst.name} on ${name}`).toBeLessThan(TOLERANCE);
      expect(Math.abs(found.value / reference.value - 1), `value on ${name}`).toBeLessThan(TOLERANCE);
    }
  });

  test("has the value and the gradient that float64 finite differences find", () => {
    const { value } = worstObjective(problem, problem.values);
    const random = createRandom(2);
    const directions = tensorsOf(problem.values).map(({ layer, tensor, values: { length } }) => {
      for (let attempt = 0; attempt < 20; attempt++) {
        const direction = Float64Array.from({ length }, () => normal(random));
        const derivative = worstDerivative(problem, layer, tensor, direction);
        if (derivative !== null) return { direction, derivative };
      }
      throw new Error(`No smooth direction in ${tensor} of layer ${layer}.`);
    });
    for (const { name, backend } of backends) {
      const found = engineWorst(backend, problem, alone);
      expect(Math.abs(found.value / value - 1), `value on ${name}`).toBeLessThan(TOLERANCE);
      const scales = scalesOf(problem, found.gradients);
      tensorsOf(found.gradients).forEach(({ name: tensor, values }, k) => {
        const scale = scales[k];
        if (scale === null) return;
        const { direction, derivative } = directions[k];
        const along = direction.reduce((sum, d, j) => sum + d * values[j], 0);
        expect(Math.abs(along - derivative), `${tensor} on ${name}`).toBeLessThan(
          TOLERANCE * scale * Math.hypot(...direction),
        );
      });
    }
  });

  test("is at least the loss of any rows in the boxes, and of a box of size 0 the loss of the rows", () => {
    const { n, x, lower, upper, groups, size, spec, values } = problem;
    const [{ backend }] = backends;
    const found = engineWorst(backend, problem, alone).value;
    const random = createRandom(3);
    const lossAt = (rows: Float32Array) => objective({ ...problem, x: rows }, values).value;
    for (let k = 0; k < 60; k++) {
      // Corners first, then what lies between them.
      const share = () => (k < 30 ? Math.round(random.next()) : random.next());
      const moved = x.map((own, at) => own + size * (lower[at] + share() * (upper[at] - lower[at]) - own));
      for (const { first, count } of groups) {
        for (let r = 0; r < n; r++) {
          const at = r * spec.inputs + first;
          const own = x.subarray(at, at + count).indexOf(1);
          if (own < 0) continue;
          const to = Math.floor(count * random.next());
          for (let j = 0; j < count; j++)
            moved[at + j] = (1 - size) * Number(j === own) + size * Number(j === to);
        }
      }
      expect(lossAt(moved)).toBeLessThanOrEqual(found * (1 + 1e-5));
    }
    const still = engineWorst(backend, { ...problem, size: 0 }, alone).value;
    expect(Math.abs(still / lossAt(x) - 1)).toBeLessThan(TOLERANCE);
  });

  test("is mixed with the rows as they are by their share, gradients and all", () => {
    const [{ backend }] = backends;
    const [worst, mixed, clean] = [0, 0.25, 1].map((share) =>
      engineWorst(backend, problem, { ...alone, share }),
    );
    const blend = (a: number, b: number) => 0.75 * a + 0.25 * b;
    expect(mixed.value / blend(worst.value, clean.value)).toBeCloseTo(1, 5);
    const expected = worst.gradients.map(({ raw, lengths, bias }, l) => {
      const { raw: r, lengths: g, bias: b } = clean.gradients[l];
      return {
        raw: raw.map((v, k) => blend(v, r[k])),
        lengths: lengths?.map((v, k) => blend(v, g![k])) ?? null,
        bias: bias.map((v, k) => blend(v, b[k])),
      };
    });
    expect(worstTensor(problem, mixed.gradients, expected).error).toBeLessThan(TOLERANCE);
  });
});
