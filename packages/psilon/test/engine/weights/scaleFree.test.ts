import { describe, expect, test } from "vitest";
import { createLayer } from "../../../src/engine/layers/layer.ts";
import { adam } from "../../../src/engine/optimizers/adam.ts";
import type { OptimizerSpec } from "../../../src/engine/optimizers/chain.ts";
import { pAdam, pSGD } from "../../../src/engine/optimizers/decoupledDecay.ts";
import { createOptimizer } from "../../../src/engine/optimizers/optimizer.ts";
import { sgd } from "../../../src/engine/optimizers/sgd.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { createWeight } from "../../../src/engine/weights/create.ts";
import type { WeightKind } from "../../../src/engine/weights/kinds.ts";
import { exactSparsity } from "../../../src/engine/weights/sparsity.ts";
import { everyBackend } from "../../support/engine.ts";

const backends = await everyBackend();
const kinds: { name: string; kind: WeightKind; paired: boolean }[] = (
  ["l1-shared", "l1-row", "l2-row"] as const
).flatMap((kind) => [
  { name: `${kind}, single`, kind, paired: false },
  { name: `${kind}, CReLU pair`, kind, paired: true },
]);

describe.each(kinds)("A normalized weight: $name", ({ kind, paired }) => {
  const start = (spec: OptimizerSpec, index: number) => {
    const { backend } = backends[index];
    const random = createRandom(4);
    const weight = createWeight(backend, kind, 5, 7, { random, paired });
    for (let k = 0; k < weight.raw.length; k++) weight.raw.data[k] = normal(random);
    weight.normalize();
    const optimizer = createOptimizer(backend, createLayer(backend, weight), spec);
    const step = (rate: number) => {
      weight.reduce();
      return optimizer.step(rate);
    };
    return { weight, optimizer, step };
  };

  test.each(backends.map(({ name }, index) => ({ name, index })))(
    "has no row that dies of decay without a gradient, on $name",
    ({ index }) => {
      for (const spec of [
        pAdam({ p: 0.5, lambda: 1 }),
        pSGD({ p: 0.5, lambda: 1 }),
        pSGD({ p: 1, lambda: 5 }),
      ]) {
        const { weight, step } = start(spec, index);
        for (let t = 0; t < 2000; t++) expect(step(0.02)).toBe(-1);
        expect(weight.effective.data.every(Number.isFinite)).toBe(true);
        const width = weight.raw.columns;
        for (let i = 0; i < weight.rows; i++) {
          const row = weight.effective.data.subarray(i * width, (i + 1) * width);
          expect(row.some((w) => w !== 0)).toBe(true);
        }
        expect(exactSparsity(weight.effective.data)).toBeGreaterThan(0.5);
      }
    },
  );

  test("is as it was when a row of norm below 2^-20 is enlarged, and its moments follow", () => {
    backends.forEach(({ name }, index) => {
      for (const spec of [sgd(), adam()]) {
        const { weight, optimizer, step } = start(spec, index);
        const small = 2 ** -31;
        const { data } = weight.raw;
        const width = weight.raw.columns;
        for (let j = 0; j < width; j++) data[2 * width + j] *= small;
        weight.normalize();
        const before = weight.effective.data.slice();
        const moments = optimizer.state.map((tensor) => tensor.data.fill(2 ** -10));
        const raw = data.slice();
        // A step of rate 0 moves nothing but the averages.
        expect(step(0)).toBe(-1);
        expect(weight.effective.data, name).toEqual(before);
        data.forEach((v, k) => {
          const scale = Math.floor(k / width) === 2 ? 2 ** 20 : 1;
          expect(v).toBe(scale * raw[k]);
          const first = moments[0][k] / moments[0][0];
          expect(first).toBe(1 / scale);
          if (spec[0].kind === "adam") expect(moments[1][k] / moments[1][0]).toBe(1 / scale ** 2);
        });
      }
    });
  });
});
