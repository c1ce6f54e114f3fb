import { describe, expect, test } from "vitest";
import { boundedModel } from "../../src/bounds/boundedModel.ts";
import { globalBounds, spectralBound } from "../../src/bounds/globalBounds.ts";
import { layerFactors, spectralFactors } from "../../src/bounds/layerFactors.ts";
import { createBackend } from "../../src/engine/backend/backend.ts";
import { createNetwork } from "../../src/engine/networks/create.ts";
import { networkKinds } from "../../src/engine/networks/spec.ts";
import { createRandom } from "../../src/engine/random/random.ts";
import { fold } from "../../src/folded/fold.ts";
import type { FoldedDense, FoldedLayer, FoldedNetwork } from "../../src/folded/folded.ts";
import { mlp, normals, resnet } from "../support/foldedNetworks.ts";

const product = (network: FoldedNetwork, method: string) =>
  layerFactors(network).reduce(
    (value, factors) => value * (factors as Readonly<Record<string, number>>)[method],
    1,
  );

const zeros = (layer: FoldedLayer): FoldedLayer =>
  layer.kind === "dense"
    ? { ...layer, weight: layer.weight.map(() => 0) }
    : { ...layer, positive: layer.positive.map(() => 0), negative: layer.negative.map(() => 0) };

describe.each(["mlp", "resnet"] as const)("The layers' factors of an %s", (architecture) => {
  const draw = normals(createRandom(3));
  const sizes = [4, 7, 7, 2];
  const network =
    architecture === "mlp"
      ? mlp(sizes, draw, draw)
      : resnet({ inputs: 4, width: 7, depth: 2, outputs: 2 }, draw, draw);

  test("multiply to every global bound", () => {
    const model = boundedModel([{ network }]);
    const bounds = globalBounds(model).filter(
      ({ inputNorm, outputNorm }) => inputNorm === "inf" && outputNorm === "1",
    );
    const spectral = spectralFactors(network).reduce((value, factor) => value * factor, 1);
    expect(Math.abs(spectral / spectralBound(model).atMost - 1)).toBeLessThan(1e-12);
    expect(bounds.length).toBe(Object.keys(layerFactors(network)[0]).length);
    for (const { method, atMost } of bounds) {
      expect(Math.abs(product(network, method) / atMost - 1)).toBeLessThan(1e-12);
    }
  });

  test("are 0 at a layer of zeros, whose network cannot change", () => {
    const [first, ...rest] = network.layers;
    const dead = {
      ...network,
      layers: [{ ...(first as FoldedDense), weight: new Float32Array(28) }, ...rest],
    };
    for (const method of ["norm-product", architecture === "mlp" ? "path-norm" : "column"]) {
      expect(product(dead, method)).toBe(0);
    }
    const silent = { ...network, layers: [...network.layers.slice(0, -1), zeros(network.layers.at(-1)!)] };
    for (const [method, factor] of Object.entries(layerFactors(silent)[0])) {
      expect(product(silent, method)).toBe(0);
      if (method !== "norm-product") expect(factor).toBe(0);
    }
  });
});

test.each(["net", "resnet"] as const)("The factors of a fresh %s are its lengths", async (kind) => {
  const backend = await createBackend({ provider: "wasm" });
  const network = createNetwork(
    backend,
    { ...networkKinds[kind], inputs: 6, width: 9, depth: 2, outputs: 3 },
    4,
    createRandom(8),
  );
  network.layers.forEach(({ weight }, l) => {
    weight.lengths!.data.fill(l === 0 ? 1.5 : -0.25 * (l + 1));
    weight.normalize();
  });
  const method = kind === "net" ? "path-norm" : "improved";
  const factors = layerFactors(fold(network)).map((of) => of[method]!);
  const expected = factors.map((_, l) => {
    if (l === 0) return 1.5;
    const length = 0.25 * (l + 1);
    return l === factors.length - 1 ? 3 * length : kind === "resnet" ? 1 + length : length;
  });
  factors.forEach((factor, l) => {
    expect(Math.abs(factor / expected[l] - 1)).toBeLessThan(1e-6);
  });
});
