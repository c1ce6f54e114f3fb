import { beforeAll, describe, expect, test } from "vitest";
import { type Backend, createBackend } from "../../../src/engine/backend/backend.ts";
import { createNetwork } from "../../../src/engine/networks/create.ts";
import type { Network } from "../../../src/engine/networks/network.ts";
import { preserveVariance } from "../../../src/engine/networks/preserveVariance.ts";
import type { NetworkSpec } from "../../../src/engine/networks/spec.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { weightKinds } from "../../../src/engine/weights/kinds.ts";
import { effective } from "../../support/float64.ts";
import { allKinds } from "../../support/kinds.ts";
import { layerShapes } from "../../support/problem.ts";

const kinds = allKinds.filter(
  (kind) => kind === "plain" || ["row", "shared"].includes(weightKinds[kind].length),
);
const members = (["mlp", "resnet"] as const).flatMap((architecture) =>
  kinds.map((kind) => ({ name: `${architecture} of ${kind} weights`, architecture, kind })),
);

const deviation = (values: number[]) => {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
};

/** Every layer's products W·input in float64, [layer][row][unit], for zero biases. */
function products({ layers }: Network, spec: NetworkSpec, x: Float32Array, n: number): number[][][] {
  let h = Array.from({ length: n }, (_, r) => [...x.subarray(r * spec.inputs, (r + 1) * spec.inputs)]);
  return layerShapes(spec).map((shape, l) => {
    const { raw, lengths } = layers[l].weight;
    const values = { raw: raw.data, lengths: lengths?.data ?? null, bias: layers[l].bias.data };
    const { plus, minus } = effective(shape, values, null);
    const z = h.map((row) =>
      Array.from({ length: shape.rows }, (_, i) =>
        row.reduce((sum, input, j) => {
          const at = i * shape.columns + j;
          if (minus) return sum + (input > 0 ? plus[at] : minus[at]) * input;
          return sum + plus[at] * (l === 0 ? input : Math.max(input, 0));
        }, 0),
      ),
    );
    h = shape.residual ? h.map((row, r) => row.map((value, i) => value + z[r][i])) : z;
    return z;
  });
}

let backend: Backend;
beforeAll(async () => {
  backend = await createBackend({ provider: "wasm" });
});

describe.each(members)("Preserving the variance of an $name", ({ architecture, kind }) => {
  const n = 100;
  const spec: NetworkSpec = {
    architecture,
    inputs: 13,
    width: 30,
    depth: 3,
    outputs: 4,
    hidden: kind,
    output: kind,
  };
  const random = createRandom(51);
  const x = Float32Array.from({ length: n * spec.inputs }, () => 2 * normal(random) + 0.5);
  const initialized = () => {
    const network = createNetwork(backend, spec, n, createRandom(52));
    network.input.data.set(x);
    preserveVariance(network, n);
    return network;
  };

  test("gives hidden pre-activations the deviation 1 and outputs 0.3", () => {
    const network = initialized();
    const all = products(network, spec, x, n);
    const last = network.layers.length - 1;
    all.forEach((z, l) => {
      if (architecture === "resnet" && l > 0 && l < last) return;
      const target = l === last ? 0.3 : 1;
      if (weightKinds[kind].length === "row") {
        for (let i = 0; i < z[0].length; i++) {
          expect(deviation(z.map((row) => row[i])) / target, `layer ${l}, unit ${i}`).toBeCloseTo(1, 4);
        }
      } else expect(deviation(z.flat()) / target, `layer ${l}`).toBeCloseTo(1, 4);
    });
  });

  test("leaves residual blocks at the identity", () => {
    const all = products(initialized(), spec, x, n);
    if (architecture !== "resnet") return;
    for (const z of all.slice(1, -1)) expect(z.flat().every((value) => value === 0)).toBe(true);
  });

  test("leaves the effective weights those of the new lengths", () => {
    const network = initialized();
    for (const { weight } of network.layers) {
      const before = weight.effective.data.slice();
      weight.normalize();
      expect(weight.effective.data).toEqual(before);
    }
  });

  test("leaves lengths alone where nothing varies", () => {
    const network = createNetwork(backend, spec, n, createRandom(52));
    const before = network.layers.map(({ weight }) => weight.lengths?.data.slice());
    preserveVariance(network, n);
    expect(network.layers.map(({ weight }) => weight.lengths?.data.slice())).toEqual(before);
  });
});
