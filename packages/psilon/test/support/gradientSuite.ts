import { beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../src/engine/backend/backend.ts";
import type { NetworkSpec } from "../../src/engine/networks/spec.ts";
import { normal } from "../../src/engine/random/normal.ts";
import { createRandom, type Random } from "../../src/engine/random/random.ts";
import { everyCase } from "./cases.ts";
import { distance, scalesOf, tensorsOf, worstTensor } from "./compare.ts";
import { engineGradients, everyBackend } from "./engine.ts";
import { directionalDerivative, objective } from "./float64.ts";
import { jaxGradients } from "./jax.ts";
import type { LayerValues, Problem } from "./problem.ts";

/** Tensors up to this size are differentiated entry by entry, larger ones along one random direction. */
const SMALL = 9;
const TOLERANCE = 1e-4;

/** The gradient of ½·loss + ½·λ·penalty that every network, weight, penalty and loss must have. */
export function gradientSuite(architecture: NetworkSpec["architecture"], seed: number): void {
  let backends: { name: string; backend: Backend }[];
  beforeAll(async () => {
    backends = await everyBackend();
  });

  describe.each(everyCase(architecture, createRandom(seed)))("$name", ({ problem }) => {
    test("has the value and the gradient that automatic differentiation finds", () => {
      const reference = jaxGradients(problem);
      for (const { name, backend } of backends) {
        const found = engineGradients(backend, problem);
        const worst = worstTensor(problem, found.gradients, reference.gradients);
        expect(worst.error, `${worst.name} on ${name}`).toBeLessThan(TOLERANCE);
        expect(Math.abs(found.value / reference.value - 1), `value on ${name}`).toBeLessThan(TOLERANCE);
      }
    });

    test("has the output and the gradient that float64 finite differences find", () => {
      const reference = objective(problem, problem.values);
      const probes = probe(problem, createRandom(seed));
      for (const { name, backend } of backends) {
        const { value, output, gradients } = engineGradients(backend, problem);
        expect(Math.abs(value / reference.value - 1), `value on ${name}`).toBeLessThan(TOLERANCE);
        expect(distance(output, reference.output), `output on ${name}`).toBeLessThan(
          1e-5 * Math.hypot(...reference.output),
        );
        const worst = worstProbe(problem, gradients, probes);
        expect(worst.error, `${worst.name} on ${name}`).toBeLessThan(TOLERANCE);
      }
    });
  });
}

interface Probe {
  readonly direction: Float64Array;
  readonly derivative: number;
}

/** For each tensor, the derivatives along all its axes, or along a normal direction: as long as its gradient, about. */
function probe(problem: Problem, random: Random): Probe[][] {
  return tensorsOf(problem.values).map(({ name, layer, tensor, values: { length } }) => {
    const isSmall = length <= SMALL;
    return Array.from({ length: isSmall ? length : 1 }, (_, k) => {
      // A direction may cross a kink that the point itself is far from.
      for (let attempt = 0; attempt < 10; attempt++) {
        const direction = Float64Array.from({ length }, (_, j) =>
          isSmall ? Number(j === k) : normal(random),
        );
        const derivative = directionalDerivative(problem, layer, tensor, direction);
        if (derivative !== null) return { direction, derivative };
      }
      throw new Error(`No smooth direction in ${name}.`);
    });
  });
}

function worstProbe(problem: Problem, gradients: readonly LayerValues[], probes: readonly Probe[][]) {
  const scales = scalesOf(problem, gradients);
  let worst = { name: "none", error: 0 };
  tensorsOf(gradients).forEach(({ name, values }, k) => {
    const scale = scales[k];
    if (scale === null) return;
    const differences = probes[k].map(
      ({ direction, derivative }) => direction.reduce((sum, d, j) => sum + d * values[j], 0) - derivative,
    );
    const error =
      scale === 0 ? Math.hypot(...probes[k].map((p) => p.derivative)) : Math.hypot(...differences) / scale;
    if (!(error <= worst.error)) worst = { name, error };
  });
  return worst;
}
