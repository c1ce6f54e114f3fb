import { describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend/backend.ts";
import { CONSTANTS, writeRule } from "../../../src/engine/optimizers/stepConstants.ts";
import { normal } from "../../../src/engine/random/normal.ts";
import { createRandom } from "../../../src/engine/random/random.ts";
import { createWeight } from "../../../src/engine/weights/create.ts";
import { type WeightKind, weightKinds } from "../../../src/engine/weights/kinds.ts";
import type { Moments, StepRule } from "../../../src/engine/weights/parameter.ts";
import type { Weight } from "../../../src/engine/weights/weight.ts";
import { distance, norm } from "../../support/compare.ts";
import { everyBackend } from "../../support/engine.ts";
import { allKinds } from "../../support/kinds.ts";

const backends = await everyBackend();
const members = allKinds
  .filter((kind) => weightKinds[kind].normed !== null)
  .flatMap((kind) => [
    { name: `${kind}, single`, kind, paired: false },
    { name: `${kind}, CReLU pair`, kind, paired: true },
  ]);

/** A weight with normal entries and gradients, and a mask of half of them that leaves something in every row and column. */
function masked(backend: Backend, kind: WeightKind, paired: boolean, rows: number, columns: number) {
  const random = createRandom(rows + 100 * columns);
  const weight = createWeight(backend, kind, rows, columns, { random, paired });
  const { raw, lengths } = weight;
  for (let k = 0; k < raw.length; k++) raw.data[k] = normal(random);
  if (lengths) for (let i = 0; i < lengths.length; i++) lengths.data[i] = 2 * normal(random);
  const mask = backend.arena.tensor(raw.rows, raw.columns);
  for (let k = 0; k < raw.length; k++) {
    const [i, j] = [Math.floor(k / raw.columns), k % raw.columns];
    mask.data[k] = i % raw.columns === j || j % rows === i || random.next() < 0.5 ? 1 : 0;
  }
  weight.mask = mask;
  const slopes = Float32Array.from({ length: raw.length }, () => normal(random));
  weight.gradient.data.set(slopes);
  return { weight, mask, slopes };
}

function take(backend: Backend, weight: Weight, momentum: number): void {
  const momentsOf = ({ rows, columns }: Weight["raw"]): Moments => {
    const first = backend.arena.tensor(rows, columns);
    // As if there had been steps before the mask.
    first.data.fill(0.5);
    return { first, second: first };
  };
  const constants = backend.arena.tensor(CONSTANTS);
  writeRule(constants.data, { kind: "sgd", momentum }, 0.1, new Float64Array(2), 1);
  const step: StepRule = { rule: 0, decay: 0, pulled: false, constants };
  weight.reduce();
  expect(weight.update(step, momentsOf(weight.raw), weight.lengths && momentsOf(weight.lengths))).toBe(-1);
}

const held = (values: Float32Array, mask: Float32Array) =>
  values.filter((value, k) => mask[k] === 0 && value !== 0);

describe.each(members)("A mask on a weight: $name", ({ kind, paired }) => {
  const everywhere = (check: (backend: Backend, one: ReturnType<typeof masked>) => void) => {
    for (const { backend } of backends) {
      // Whole vectors of four and every size of a last part.
      for (const [rows, columns] of [
        [4, 4],
        [5, 3],
        [3, 5],
        [2, 13],
        [7, 22],
      ]) {
        check(backend, masked(backend, kind, paired, rows, columns));
      }
    }
  };

  test("makes W what it is for a V with zeros there", () => {
    everywhere((backend, { weight, mask }) => {
      const twin = createWeight(backend, kind, weight.rows, weight.columns, {
        random: createRandom(1),
        paired,
      });
      twin.raw.data.set(weight.raw.data.map((v, k) => (mask.data[k] === 0 ? 0 : v)));
      if (twin.lengths) twin.lengths.data.set(weight.lengths!.data);
      expect(twin.normalize()).toBe(-1);
      expect(weight.normalize()).toBe(-1);
      expect(weight.effective.data).toEqual(twin.effective.data);
      expect(held(weight.raw.data, mask.data)).toHaveLength(0);
      expect(held(weight.effective.data, mask.data)).toHaveLength(0);
    });
  });

  test("has no gradient where it holds V, and elsewhere that of the same weight without a mask", () => {
    everywhere((_, { weight, mask, slopes }) => {
      weight.normalize();
      weight.reduce();
      weight.pullback();
      const found = weight.gradient.data.slice();
      expect(held(found, mask.data)).toHaveLength(0);
      weight.mask = null;
      weight.gradient.data.set(slopes);
      weight.reduce();
      weight.pullback();
      const expected = weight.gradient.data.map((g, k) => (mask.data[k] === 0 ? 0 : g));
      expect(norm(expected)).toBeGreaterThan(0);
      expect(distance(found, expected)).toBeLessThan(1e-6 * norm(expected));
    });
  });

  test("lets no step, gradient or momentum, move what it holds, and W is that of the new V", () => {
    everywhere((backend, { weight, mask }) => {
      weight.normalize();
      const before = weight.raw.data.slice();
      take(backend, weight, 0.9);
      expect(weight.raw.data).not.toEqual(before);
      expect(held(weight.raw.data, mask.data)).toHaveLength(0);
      const updated = weight.effective.data.slice();
      expect(held(updated, mask.data)).toHaveLength(0);
      weight.normalize();
      expect(weight.effective.data).toEqual(updated);
    });
  });

  const { length } = weightKinds[kind];
  if (kind === "plain" || length === "shared" || length === "row")
    test("that keeps nothing makes W 0, and steps leave it so", () => {
      everywhere((backend, { weight, mask }) => {
        mask.data.fill(0);
        expect(weight.normalize()).toBe(-1);
        expect(norm(weight.effective.data)).toBe(0);
        for (let step = 0; step < 3; step++) {
          take(backend, weight, 0.9);
          expect(norm(weight.effective.data)).toBe(0);
          if (weight.lengths) expect(norm(weight.lengths.data)).toBe(0);
        }
      });
    });
});
